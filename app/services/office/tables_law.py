"""The law with a draft: the rule book and the registers as they would be if the draft were approved now."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

import asyncpg

from app.domain.period import shanghai_day
from app.errors import NotFound
from app.models.table_drafts import STEP_BACK
from app.repositories import reference, table_drafts
from app.repositories.bulk import Connection
from app.repositories.table_drafts import DraftRow, PartRow
from app.rules.rulebook import RuleBook
from app.rules.tables.canonical import rows_of
from app.rules.tables.dated import Tables
from app.services.office.tables_difference import Difference, difference_of, together
from app.services.office.tables_parties import parties_difference, registers_digest, snapshot_of, tried_out
from app.services.office.tables_reading import draft_of, parties_of, stated_days
from app.services.office.tables_rehearsal import Law
from app.services.reference_import import PARTIES
from app.services.reference_rows import Draft
from app.services.reference_tables import merged
from app.services.registry import Registry

_MOST_LATER_DAYS: Final = 11  # a table that changes each month of a year


async def law_with(
    connection: asyncpg.Connection, registry: Registry, draft: DraftRow, parts: Sequence[PartRow], at: datetime
) -> Law:
    """The law in force and the law with the draft.

    A parcel is judged on the days on which something of the draft begins: a tariff of next year is rehearsed as if it
    were next year. What changes a register begins today at the earliest.
    """
    book = (await registry.refresh(connection)).book
    digest = await registers_digest(connection)
    if draft.subject == PARTIES:
        parties = parties_of(await content_of(connection, draft.draft_id, PARTIES))
        now = await snapshot_of(connection, book)
        async with tried_out(connection, parties, at):
            then = await snapshot_of(connection, book)
        today = shanghai_day(at)
        days = _begin_days([today, *(max(today, day) for day in stated_days(parties))])
        return Law(book, book, digest, days, (now, then))
    contents = await reference.current_contents(connection)
    drafted = await _drafted(connection, draft, parts)
    draft_book, days = await asyncio.to_thread(_book_with, book, contents, drafted, draft.keep_earlier)
    return Law(book, draft_book, digest, days)


async def difference_with(
    connection: asyncpg.Connection, draft: DraftRow, parts: Sequence[PartRow], at: datetime
) -> Difference:
    """What the draft would change of what is in force now."""
    if draft.subject == PARTIES:
        content = await content_of(connection, draft.draft_id, PARTIES)
        return await parties_difference(connection, parties_of(content), at)
    contents = await reference.current_contents(connection)
    drafted = await _drafted(connection, draft, parts)
    return await asyncio.to_thread(_differences, contents, drafted, draft.keep_earlier)


async def difference_made(
    connection: asyncpg.Connection, draft: DraftRow, parts: Sequence[PartRow], before: Mapping[str, int]
) -> Difference:
    """What an approved draft did change: against the version of each table that was in force until then."""
    contents = {
        name: content
        for name, version in before.items()
        if (content := await reference.content(connection, name, version)) is not None
    }
    drafted = await _drafted(connection, draft, parts)
    return await asyncio.to_thread(_differences, contents, drafted, draft.keep_earlier)


async def content_of(connection: Connection, draft_id: UUID, table_name: str) -> bytes:
    """The canonical bytes of a part."""
    content = await table_drafts.part_content(connection, draft_id, table_name)
    if content is None:
        raise NotFound(f"The draft says nothing of {table_name}.")
    return content


async def _drafted(connection: Connection, draft: DraftRow, parts: Sequence[PartRow]) -> dict[str, bytes]:
    """The canonical bytes of each part: of a step back, those of the version to go back to."""
    found: dict[str, bytes] = {}
    for part in parts:
        if draft.kind == STEP_BACK and part.to_version is not None:
            found[part.table_name] = await reference.content(connection, part.table_name, part.to_version) or b""
        else:
            found[part.table_name] = await content_of(connection, draft.draft_id, part.table_name)
    return found


def _book_with(
    book: RuleBook,
    contents: Mapping[str, bytes],
    drafted: Mapping[str, bytes],
    keep_earlier: bool,  # noqa: FBT001
) -> tuple[RuleBook, tuple[date, ...]]:
    """The book with the draft, and the days on which something of the draft begins."""
    changed = dict(contents)
    days: set[date] = set()
    for name, content in drafted.items():
        draft = draft_of(name, content)
        stood = rows_of(contents[name]) if name in contents else []
        changed[name] = merged(draft, stood, keep_earlier=keep_earlier)[1]
        days.update(date.fromisoformat(row["first_day"]) for row in draft.rows if row["first_day"])
    return book.with_tables(Tables.load(changed)), _begin_days(days)


def _begin_days(days: Iterable[date]) -> tuple[date, ...]:
    """The first of the days and the latest: each is one more judgement of every parcel that was accepted before it."""
    ordered = sorted(set(days))
    return (*ordered[:1], *ordered[1:][-_MOST_LATER_DAYS:])


def _differences(
    contents: Mapping[str, bytes],
    drafted: Mapping[str, bytes],
    keep_earlier: bool,  # noqa: FBT001
) -> Difference:
    found = []
    for name, content in drafted.items():
        stood = rows_of(contents[name]) if name in contents else []
        draft: Draft = draft_of(name, content)
        found.append(difference_of(draft, stood, keep_earlier=keep_earlier))
    return together(found)
