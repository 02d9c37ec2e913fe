"""Parties from a file: who they are, in which roles, and how they stand. Added or brought up to date, never removed."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Final, TypeVar

import msgspec

from app.domain.party import CREDIT_CLASSES, ROLES, Standing, StandingPeriod, restated
from app.errors import Malformed
from app.repositories import reference, registers
from app.repositories.reference import PartyRow, RoleRow, StandingRow
from app.rules.tables.cells import Cells, Fault
from app.rules.tables.entries import Code
from app.rules.tables.specifications import Reading, Specification
from app.services.clerk import Clerk, checked_code, checked_days, checked_name, checked_reason
from app.services.reference_files import Sheet
from app.services.reference_rows import Progress, named_rows, refused, too_many

T = TypeVar("T")
_DISTRICT_DIGITS: Final = 4


class Registration(msgspec.Struct, frozen=True):
    """A role of a party; without a first day, a registration that has not ended is enough."""

    code: str
    role: str
    first_day: date | None
    last_day: date | None


class StatedStanding(msgspec.Struct, frozen=True):
    """What a row says of a party's standing from a day on; what it does not say stays as it is."""

    code: str
    first_day: date | None  # None: the day of the import
    last_day: date | None
    credit_class: str | None
    suspended: bool | None
    reason: str | None

    def applied(self, standing: Standing) -> Standing:
        """The standing with what the row says."""
        if self.credit_class is not None:
            standing = msgspec.structs.replace(standing, credit_class=self.credit_class)
        if self.suspended is not None:
            standing = msgspec.structs.replace(standing, suspended=self.suspended, reason=self.reason)
        return standing


class Parties(msgspec.Struct, frozen=True):
    """A file of parties without fault, in the order of its rows."""

    named: Mapping[str, tuple[str, str | None]]  # name and district by code
    registrations: tuple[Registration, ...]
    standings: tuple[StatedStanding, ...]


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


def read_parties(
    sheet: Sheet, first_day: date | None = None, progress: Progress = lambda _done, _total: None
) -> Parties:
    """The parties of a file; ReferenceRefused carries every fault of every row."""
    named: dict[str, tuple[str, str | None]] = {}
    registrations: dict[tuple[str, str, date | None], Registration] = {}
    standings: dict[tuple[str, date | None], StatedStanding] = {}
    faults: list[Fault] = []
    rows = named_rows(sheet, SPECIFICATION)
    for done, (number, texts) in enumerate(rows, start=1):
        cells = Cells(number, texts)
        code, name, district = _party(cells)
        roles = _roles(cells)
        begins, ends = cells.days(first_day)
        _check_range(cells, begins, ends)
        if named.setdefault(code, (name, district)) != (name, district) and code:
            cells.fault("name", f"or district of {code} differs from an earlier row; give a party one name")
        for role in roles:
            registration = Registration(code, role, begins, ends)
            if registrations.setdefault((code, role, begins), registration) != registration:
                cells.fault("last_day", f"of {code} as {role} differs from an earlier row; keep one")
        standing = _standing(cells, code, begins, ends)
        if standing is not None and standings.setdefault((code, begins), standing) != standing:
            cells.fault("credit_class", f"or suspended of {code} differs from an earlier row; keep one")
        faults += cells.faults
        if too_many(faults, number):
            break
        progress(done, len(rows))
    if faults:
        raise refused(faults)
    return Parties(named, tuple(registrations.values()), tuple(standings.values()))


async def import_parties(clerk: Clerk, parties: Parties) -> None:
    """Store them with their audit entries, as one change of the registers."""
    rows = [
        PartyRow(party_code=code, name=name, district=district, created_at=clerk.at)
        for code, (name, district) in parties.named.items()
    ]
    roles = await _new_roles(clerk, parties.registrations)
    standings = await _restated(clerk, parties.standings)
    await reference.put_parties(clerk.connection, rows, roles, standings)
    clerk.note("party.import", parties=len(rows), roles=len(roles), standings=len(parties.standings))
    for role in roles:
        clerk.note(
            "party.register", party=role.party_code, role=role.role, first_day=role.first_day, last_day=role.last_day
        )


async def _new_roles(clerk: Clerk, registrations: Sequence[Registration]) -> list[RoleRow]:
    """The registrations to store: those with a first day, and those that the register does not hold today."""
    live = {
        (role.party_code, role.role)
        for role in await registers.party_roles(clerk.connection)
        if role.first_day <= clerk.today and (role.last_day is None or role.last_day >= clerk.today)
    }
    return [
        RoleRow(
            party_code=registration.code,
            role=registration.role,
            first_day=registration.first_day or clerk.today,
            last_day=registration.last_day,
        )
        for registration in registrations
        if registration.first_day is not None or (registration.code, registration.role) not in live
    ]


async def _restated(clerk: Clerk, stated: Sequence[StatedStanding]) -> list[StandingRow]:
    """Every period from the first stated day on, written anew; noted for the audit."""
    on_record = await reference.standings_of(clerk.connection, sorted({standing.code for standing in stated}))
    changed: dict[tuple[str, date], StandingRow] = {}
    for one in sorted(stated, key=lambda one: one.first_day or clerk.today):
        begins = one.first_day or clerk.today
        periods = restated(on_record.get(one.code, []), one.applied, begins, one.last_day)
        on_record[one.code] = [
            *(period for period in on_record.get(one.code, []) if period.first_day < begins),
            *periods,
        ]
        for period in periods:
            changed[one.code, period.first_day] = _row(one.code, period)
        clerk.note(
            "party.standing",
            party=one.code,
            first_day=begins,
            last_day=one.last_day,
            credit_class=one.credit_class,
            suspended=None if one.suspended is None else "yes" if one.suspended else "no",
            reason=one.reason,
        )
    return list(changed.values())


def _row(code: str, period: StandingPeriod) -> StandingRow:
    return StandingRow(
        party_code=code,
        first_day=period.first_day,
        last_day=period.last_day,
        suspended=period.standing.suspended,
        credit_class=period.standing.credit_class,
        reason=period.standing.reason,
    )


def _party(cells: Cells) -> tuple[str, str, str | None]:
    code = cells.needed("party_code")
    if code:
        _check(cells, "party_code", checked_code, code)
    district = cells.text("district")
    if district is not None and not (len(district) == _DISTRICT_DIGITS and district.isascii() and district.isdigit()):
        cells.fault("district", f"{district!r} is no customs district of 4 digits; write it as text")
    name = cells.needed("name")
    if name:
        _check(cells, "name", checked_name, name)
    return code, name, district


def _roles(cells: Cells) -> list[str]:
    words = cells.needed("roles").replace(",", " ").replace(";", " ").split()
    for word in words:
        if word not in ROLES:
            cells.fault("roles", f"{word!r} is no role; use {', '.join(ROLES)}, separated by blanks")
    return words


def _standing(cells: Cells, code: str, first_day: date | None, last_day: date | None) -> StatedStanding | None:
    """What the row says of the party's standing; None where it says nothing."""
    credit_class, suspended, reason = cells.text("credit_class"), cells.text("suspended"), cells.text("reason")
    if credit_class is not None and credit_class not in CREDIT_CLASSES:
        cells.fault("credit_class", f"{credit_class!r} is not one of {', '.join(CREDIT_CLASSES)}")
    if suspended not in {None, "yes", "no"}:
        cells.fault("suspended", f"{suspended!r} is neither yes nor no")
    if suspended == "yes" and reason is None:
        cells.fault("reason", "is empty; a suspension needs one")
    if reason is not None:
        _check(cells, "reason", checked_reason, reason)
    if credit_class is None and suspended is None:
        return None
    stated = None if suspended is None else suspended == "yes"
    return StatedStanding(code, first_day, last_day, credit_class, stated, reason if stated else None)


def _check_range(cells: Cells, first_day: date | None, last_day: date | None) -> None:
    for column, day in (("first_day", first_day), ("last_day", last_day)):
        if day is not None:
            _check(cells, column, partial(checked_days, day), None)


def _check(cells: Cells, column: str, check: Callable[[T], object], value: T) -> None:
    """What the command line refuses of a single party is a fault of the row here."""
    try:
        check(value)
    except Malformed as problem:
        cells.fault(column, str(problem))
