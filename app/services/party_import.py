"""Parties from a file: who they are, in which roles, and how they stand. Added or brought up to date, never removed."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

import msgspec

from app.repositories import reference, registers
from app.repositories.bulk import Connection
from app.repositories.reference import PartyRow, RoleRow, StandingRow
from app.rules.tables.cells import Cells, Fault
from app.rules.tables.entries import Code
from app.rules.tables.specifications import Reading, Specification
from app.services.reference_files import Sheet
from app.services.reference_rows import Progress, named_rows, refused

ROLES: Final = ("platform", "merchant", "payment", "logistics", "declarant", "warehouse", "officer")
CREDIT_CLASSES: Final = ("advanced", "ordinary", "discredited")


class Parties(msgspec.Struct, frozen=True):
    """A file of parties without fault; `roles` and `standings` are by party."""

    named: Mapping[str, tuple[str, str | None]]  # name and district by code
    roles: frozenset[tuple[str, str, date, date | None]]
    standings: Mapping[tuple[str, date], tuple[date | None, bool, str | None, str | None]]


def _not_a_table(_cells: Cells, _reading: Reading) -> Code:
    raise TypeError("parties are rows of registers, not versions of a table")


SPECIFICATION: Final = Specification(
    name="parties",
    columns=(
        "party_code", "name", "roles", "district", "first_day", "last_day", "credit_class", "suspended", "reason",
    ),
    needed=frozenset({"party_code", "name", "roles"}),
    key=("party_code",),
    read=_not_a_table,
    aliases={"role": "roles", "企业编码": "party_code", "海关注册编码": "party_code", "企业名称": "name"},
)  # fmt: skip


def read_parties(sheet: Sheet, default_first_day: date, progress: Progress = lambda _done, _total: None) -> Parties:
    """The parties of a file; ReferenceRefused carries every fault of every row."""
    named: dict[str, tuple[str, str | None]] = {}
    roles: dict[tuple[str, str, date], date | None] = {}
    standings: dict[tuple[str, date], tuple[date | None, bool, str | None, str | None]] = {}
    faults: list[Fault] = []
    rows = named_rows(sheet, SPECIFICATION)
    for done, (number, texts) in enumerate(rows, start=1):
        cells = Cells(number, texts)
        code, name, district = _party(cells)
        words = _roles(cells)
        first_day, last_day = cells.needed_days(default_first_day)
        standing = _standing(cells, last_day)
        if named.setdefault(code, (name, district)) != (name, district) and code:
            cells.fault("name", f"or district of {code} differs from an earlier row; give a party one name")
        for role in words:
            if roles.setdefault((code, role, first_day), last_day) != last_day:
                cells.fault("last_day", f"of {code} as {role} from {first_day} differs from an earlier row; keep one")
        if standing is not None and standings.setdefault((code, first_day), standing) != standing:
            cells.fault(
                "credit_class", f"or suspended of {code} from {first_day} differs from an earlier row; keep one"
            )
        faults += cells.faults
        progress(done, len(rows))
    if faults:
        raise refused(faults)
    return Parties(named, frozenset((*key, last_day) for key, last_day in roles.items()), standings)


async def import_parties(connection: Connection, parties: Parties, at: datetime) -> None:
    """Store them in the caller's transaction; every worker reads the registers again before its next unit of work."""
    await registers.raise_epoch(connection)
    await reference.put_parties(
        connection,
        [
            PartyRow(party_code=code, name=name, district=district, created_at=at)
            for code, (name, district) in parties.named.items()
        ],
        [
            RoleRow(party_code=code, role=role, first_day=first_day, last_day=last_day)
            for code, role, first_day, last_day in parties.roles
        ],
        [
            StandingRow(
                party_code=code,
                first_day=first_day,
                last_day=last_day,
                suspended=suspended,
                credit_class=credit_class,
                reason=reason,
            )
            for (code, first_day), (last_day, suspended, credit_class, reason) in parties.standings.items()
        ],
    )


def _party(cells: Cells) -> tuple[str, str, str | None]:
    code = cells.needed("party_code")
    if code and (not code.isascii() or not code.isalnum() or len(code) > 18):  # noqa: PLR2004 - C..18
        cells.fault("party_code", f"{code!r} is no code of up to 18 letters and digits; write it as text")
    district = cells.text("district")
    if district is not None and not (len(district) == 4 and district.isdigit()):  # noqa: PLR2004
        cells.fault("district", f"{district!r} is no customs district of 4 digits; write it as text")
    return code, cells.needed("name"), district


def _roles(cells: Cells) -> list[str]:
    words = cells.needed("roles").replace(",", " ").replace(";", " ").split()
    for word in words:
        if word not in ROLES:
            cells.fault("roles", f"{word!r} is no role; use {', '.join(ROLES)}, separated by blanks")
    return words


def _standing(cells: Cells, last_day: date | None) -> tuple[date | None, bool, str | None, str | None] | None:
    """What the row says of the party's standing from its first day on; None where it says nothing."""
    credit_class, suspended, reason = cells.text("credit_class"), cells.text("suspended"), cells.text("reason")
    if credit_class is not None and credit_class not in CREDIT_CLASSES:
        cells.fault("credit_class", f"{credit_class!r} is not one of {', '.join(CREDIT_CLASSES)}")
    if suspended not in {None, "yes", "no"}:
        cells.fault("suspended", f"{suspended!r} is neither yes nor no")
    if credit_class is None and suspended is None:
        return None
    return last_day, suspended == "yes", credit_class, reason
