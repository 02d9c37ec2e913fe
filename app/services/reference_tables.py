"""The stored reference tables: new versions, one step back, export, and what the workers load.

Every change is one transaction of the caller. It raises the epoch first: that locks, so two changes come one after the
other, and tells every worker to read the tables again before its next unit of work.
"""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import msgspec

from app.errors import Conflict, NotFound, ReferenceRefused
from app.repositories import reference, registers
from app.repositories.bulk import Connection
from app.repositories.reference import Version
from app.rules.tables.canonical import entries_of, rows_of, to_bytes
from app.rules.tables.dated import Tables
from app.rules.tables.specifications import SPECIFICATIONS, Specification
from app.services.reference_rows import Draft, Row, period_of


class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    """Who brings a version, when, and what it claims to be."""

    by: str
    at: datetime
    official: bool
    complete: bool = False


class Imported(msgspec.Struct, frozen=True):
    """What an import did: the version that is current now, the rows it brought, what it kept and what it replaced.

    `kept` are rows of the days before, `replaced` those that said something of the file's own days.
    """

    version: Version
    brought: int
    kept: int
    replaced: int
    changed: bool


async def load_tables_of(connection: Connection, digests: Mapping[str, str]) -> Tables:
    """The tables with these SHA-256 (`Tables.digests`), for a replay; NotFound where one is not on record."""
    wanted = {name: bytes.fromhex(digest) for name, digest in digests.items()}
    contents = await reference.contents_of(connection, wanted)
    if missing := sorted(wanted.keys() - contents.keys()):
        raise NotFound(f"No version of {', '.join(missing)} with that hash is on record.")
    return Tables.load(contents)


async def import_draft(
    connection: Connection, draft: Draft, provenance: Provenance, *, keep_earlier: bool = True
) -> Imported:
    """Make the draft the current version of its table.

    The file is the truth from its first day on. What was on record for the days before stays, cut off the day before
    (`keep_earlier`), so that parcels of those days are still judged by their law. Equal content makes no new version.
    """
    specification = draft.specification
    await registers.raise_epoch(connection)
    versions = await reference.versions_of(connection, specification.name)
    current = await _current(connection, specification.name)
    stood = rows_of(await _content(connection, current)) if current is not None else []
    kept, content = merged(draft, stood, keep_earlier=keep_earlier)
    replaced = sum(not keep_earlier or reaches(row, draft.first_day) for row in stood)
    await asyncio.to_thread(entries_of, specification, content)  # what cannot be loaded again must not be stored
    digest = hashlib.sha256(content).digest()
    if current is not None and current.sha256 == digest:
        return Imported(current, len(draft.rows), len(kept), replaced, changed=False)
    version = Version(
        table_name=specification.name,
        version=versions[0].version + 1 if versions else 1,
        imported_at=provenance.at,
        imported_by=provenance.by,
        official=provenance.official,
        complete=provenance.complete,
        row_count=len(kept) + len(draft.rows),
        sha256=digest,
        replaced=current.version if current is not None else None,
    )
    await _store(connection, version, content)
    return Imported(version, len(draft.rows), len(kept), replaced, changed=True)


async def roll_back(connection: Connection, table_name: str) -> Version:
    """Make the version that the current one replaced current again; Conflict where there is none."""
    specification_of(table_name)
    await registers.raise_epoch(connection)
    before = await version_before(connection, table_name)
    await reference.point_to(connection, table_name, before.version)
    return before


async def version_before(connection: Connection, table_name: str) -> Version:
    """The version that the current one replaced; Conflict where there is none.

    Not the one with the number before: that may be a faulty one that was taken back before the current one came. It
    is where a version came before this was kept.
    """
    current = await _current(connection, table_name)
    if current is None:
        raise NotFound(f"The table {table_name} has no version yet.", zh=f"{table_name} 尚无任何版本。")
    older = [each for each in await reference.versions_of(connection, table_name) if each.version < current.version]
    if not older:
        raise Conflict(
            f"Version {current.version} of {table_name} is the first: there is nothing to go back to.",
            zh="没有可退回的上一版本。",
        )
    return next((each for each in older if each.version == current.replaced), older[0])


async def export_table(connection: Connection, table_name: str, version: int | None = None) -> bytes:
    """The canonical CSV of the current or of another version; importing it again gives the same bytes."""
    specification_of(table_name)
    if version is None:
        current = await _current(connection, table_name)
        if current is None:
            raise NotFound(f"The table {table_name} has no version yet.")
        return await _content(connection, current)
    content = await reference.content(connection, table_name, version)
    if content is None:
        raise NotFound(f"The table {table_name} has no version {version}.")
    return content


async def unit_codes(connection: Connection) -> dict[str, str]:
    """The code of each unit's name in the current table of units."""
    current = await _current(connection, "unit")
    rows = rows_of(await _content(connection, current)) if current is not None else []
    return {row["name_zh"]: row["code"] for row in rows}


def merged(draft: Draft, stood: Sequence[Row], *, keep_earlier: bool) -> tuple[list[Row], bytes]:
    """What the table would be with the draft: the rows kept of the days before, and the canonical bytes of all."""
    kept = rows_before(draft.first_day, stood) if keep_earlier else []
    return kept, to_bytes(draft.specification, [*kept, *draft.rows])


def reaches(row: Row, first_day: date | None) -> bool:
    """Whether a row says something of `first_day` or a later day."""
    return first_day is None or period_of(row)[1] >= first_day


def rows_before(first_day: date | None, rows: Sequence[Row]) -> list[Row]:
    """The rows of the days before `first_day`, each cut off the day before; none where it is None (all days)."""
    if first_day is None:
        return []
    day_before = first_day - timedelta(days=1)
    kept: list[Row] = []
    for row in rows:
        begins, ends = period_of(row)
        if begins <= day_before:
            kept.append({**row, "last_day": min(ends, day_before).isoformat()})
    return kept


def specification_of(table_name: str) -> Specification:
    """The table of that name; ReferenceRefused names them all."""
    specification = SPECIFICATIONS.get(table_name)
    if specification is None:
        raise ReferenceRefused(
            f"There is no table {table_name} with versions; the tables are {', '.join(SPECIFICATIONS)}. "
            f"`import` takes parties and codes as well."
        )
    return specification


async def _store(connection: Connection, version: Version, content: bytes) -> None:
    await reference.add_version(connection, version, content)
    await reference.point_to(connection, version.table_name, version.version)


async def _current(connection: Connection, table_name: str) -> Version | None:
    versions = await reference.current_versions(connection)
    return next((version for version in versions if version.table_name == table_name), None)


async def _content(connection: Connection, version: Version) -> bytes:
    content = await reference.content(connection, version.table_name, version.version)
    if content is None:
        raise NotFound(f"Version {version.version} of {version.table_name} is not on record.")
    return content
