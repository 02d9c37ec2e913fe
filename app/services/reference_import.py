"""Importing a file of reference data: read it whole, then store it whole, or say everything that is wrong with it."""

import unicodedata
from datetime import date
from pathlib import Path
from typing import Final

import msgspec

from app.errors import ReferenceRefused
from app.repositories.reference import Version
from app.rules.tables.specifications import CODE_TABLES, SPECIFICATIONS, Reading
from app.services.clerk import Clerk
from app.services.party_import import import_parties, read_parties
from app.services.reference_files import Sheet, read_sheet
from app.services.reference_rows import Draft, Progress, read_draft, told_of
from app.services.reference_tables import Imported, Provenance, import_draft, roll_back, specification_of, unit_codes

PARTIES: Final = "parties"
CODES: Final = "codes"
# The short words of the command line; every table also answers to its own name.
SHORT: Final = {"positive-list": "positive_list", "prohibited": "prohibited_goods"}


class ImportRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What to import and how it is to be understood."""

    table: str
    file: Path
    sheet: str | None = None
    first_day: date | None = None  # of rows that name none
    complete: bool = False  # the positive list is the whole list of its days
    keep_earlier: bool = True


class ImportReport(msgspec.Struct, frozen=True):
    """What was imported: tables with their versions, or parties."""

    tables: tuple[Imported, ...] = ()
    parties: int = 0


def quiet(_done: int, _total: int) -> None:
    """No progress shown."""


async def import_file(clerk: Clerk, request: ImportRequest, progress: Progress = quiet) -> ImportReport:
    """Import one file as one audited change; ReferenceRefused carries every fault, and then nothing is stored."""
    table = stored_name(request.table)
    if request.complete and table != "positive_list":
        raise ReferenceRefused(
            "--complete is said of the positive list only: that a code is absent means that it is off."
        )
    sheet = read_sheet(request.file, request.sheet)
    if table == PARTIES:
        parties = read_parties(sheet, request.first_day, progress)
        await import_parties(clerk, parties)
        return ImportReport(parties=len(parties.named))
    reading = Reading(
        first_day=request.first_day, complete=request.complete, unit_codes=await unit_codes(clerk.connection)
    )
    drafts = read_drafts(table, sheet, reading, progress)
    provenance = Provenance(by=clerk.actor, at=clerk.at, official=True, complete=request.complete)
    imported = [
        await import_draft(clerk.connection, draft, provenance, keep_earlier=request.keep_earlier) for draft in drafts
    ]
    for one in imported:
        if one.changed:
            note_version(clerk, "reference.import", one.version)
    return ImportReport(tables=tuple(imported))


async def go_back(clerk: Clerk, table: str) -> Version:
    """One step back, as one audited change: the version that the current one replaced is current again."""
    version = await roll_back(clerk.connection, stored_name(table))
    note_version(clerk, "reference.rollback", version)
    return version


def stored_name(table: str) -> str:
    """The name of a table as it is stored, from the words of the command line."""
    return SHORT.get(table, table.replace("-", "_"))


def note_version(clerk: Clerk, act: str, version: Version) -> None:
    """Note for the audit which version is current now."""
    clerk.note(
        act,
        table=version.table_name,
        version=version.version,
        rows=version.row_count,
        complete="yes" if version.complete else "no",
        sha256=version.sha256.hex(),
    )


def read_drafts(table: str, sheet: Sheet, reading: Reading, progress: Progress = quiet) -> list[Draft]:
    """The tables that a sheet holds: several of a file of codes; ReferenceRefused carries every fault."""
    if table != CODES:
        return [read_draft(sheet, specification_of(table), reading, progress)]
    drafts: list[Draft] = []
    told: list[str] = []
    places: list[tuple[int, str, str]] = []
    for name, part in _by_table(sheet).items():
        try:
            drafts.append(read_draft(part, SPECIFICATIONS[name], reading, progress))
        except ReferenceRefused as refusal:
            told += refusal.faults or (f"{name}: {refusal}",)
            places += refusal.places or ((1, "", f"{name}: {refusal}"),)
    if told:
        raise told_of(list(dict.fromkeys(told)), sorted(dict.fromkeys(places)))
    return drafts


def _by_table(sheet: Sheet) -> dict[str, Sheet]:
    """The lines of each code table of a file whose column `table` names it."""
    known = {specification.name for specification in CODE_TABLES}
    (first_row, names), *lines = sheet.lines
    plain = [unicodedata.normalize("NFKC", name).strip().lower() for name in names]
    if "table" not in plain:
        raise ReferenceRefused(
            "A file of codes needs a column `table` that names each row's table; "
            f"or import one table by its name: {', '.join(sorted(known))}."
        )
    place = plain.index("table")
    parts: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
    places = []
    for number, cells in lines:
        name = cells[place].strip().replace("-", "_") if place < len(cells) else ""
        if name not in known:
            places.append((number, "table", f"{name!r} is no table of codes; use {', '.join(sorted(known))}"))
        parts.setdefault(name, []).append((number, _without(cells, place)))
    if places:
        raise told_of([f"row {row}, {column}: {problem}" for row, column, problem in places], places)
    head = (first_row, _without(tuple(names), place))
    return {name: Sheet((head, *part)) for name, part in parts.items()}


def _without(cells: tuple[str, ...], place: int) -> tuple[str, ...]:
    return cells[:place] + cells[place + 1 :]
