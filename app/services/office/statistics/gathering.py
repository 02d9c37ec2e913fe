"""Gathering: the links that came since the last time are counted, a page at a time, each page in one transaction.

The place of a lane moves together with the sums, so a crash repeats nothing and loses nothing; one process gathers at
a time. Nothing is kept between pages.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import UTC, datetime

import asyncpg

from app.domain.canonical import decode_assessment
from app.domain.decision import Outcome
from app.errors import Unavailable
from app.models.evidence import assessments
from app.repositories import statistics as stored
from app.repositories.auditing import rows_of
from app.repositories.bulk import Connection
from app.repositories.evidence import AssessmentRow, EventRow, TransitionRow
from app.security.envelope import Envelope
from app.services.auditing.records import payload_of
from app.services.clearance.views import unseal_assessments
from app.services.office.statistics.counting import (
    Place,
    Revision,
    Seen,
    at_once,
    counted,
    moved_numbers,
    revisions_wanted,
    seen,
)

PAGE = 1000


async def gather(connection: asyncpg.Connection, envelope: Envelope, page: int = PAGE) -> int:
    """Count one page of the lane that is furthest behind; answers how many links, 0 when there is nothing to do."""
    async with connection.transaction():
        await stored.lock(connection)
        now = datetime.now(UTC)
        behind = await stored.lanes_behind(connection)
        if not behind:
            await stored.caught_up(connection, now)
            return 0
        links = await stored.links_after(connection, behind[0], page)
        if not links:  # a month that was dropped: what is gone cannot be counted, the lane goes on behind it
            await stored.placed(connection, behind[0].lane, behind[0].after + behind[0].links, now)
            return behind[0].links
        sums = await _counted(connection, envelope, links)
        await stored.added(connection, [(*place, amount) for place, amount in sums.items()])
        await stored.placed(connection, behind[0].lane, links[-1].position, links[-1].at)
        if len(behind) == 1 and len(links) == behind[0].links:
            await stored.caught_up(connection, now)
    return len(links)


async def start_again(connection: asyncpg.Connection) -> None:
    """Take all sums away, so that they are made again from the beginning of every lane."""
    async with connection.transaction():
        await stored.lock(connection)
        await stored.emptied(connection)


async def _counted(connection: Connection, envelope: Envelope, links: Sequence[EventRow]) -> Counter[Place]:
    moved = await _seen(connection, links)
    wanted = {(row.declaration_id, row.revision): row for one in moved for row in revisions_wanted(one)}
    findings = await _findings(connection, envelope, wanted.values())
    sums: Counter[Place] = Counter()
    for one in moved:
        sums.update(counted(one, findings))
    return sums


async def _seen(connection: Connection, links: Sequence[EventRow]) -> list[Seen]:
    """The links that moved a parcel, with their histories: read only of those that were not done in one step."""
    read = [(link, payload_of(link)) for link in links]  # what is damaged is for `tongguan audit verify` to say
    payloads = [(link, payload) for link, payload in read if payload and moved_numbers(payload)]
    alone = {link.position: row for link, payload in payloads if (row := at_once(link, payload))}
    others = {link.declaration_id for link, _ in payloads if link.position not in alone and link.declaration_id}
    histories = await stored.histories(connection, others) if others else {}
    return [
        seen(payload, [alone[link.position]] if link.position in alone else histories[link.declaration_id])
        for link, payload in payloads
        if link.declaration_id and (link.position in alone or link.declaration_id in histories)
    ]


async def _findings(
    connection: Connection, envelope: Envelope, changes: Collection[TransitionRow]
) -> dict[Revision, list[tuple[str, Outcome]]]:
    """Rules and their outcomes of assessments; those that cannot be opened any more are left out."""
    keys = [(row.month, row.at, row.declaration_id, row.revision) for row in changes]
    rows = [AssessmentRow(*row) for row in await rows_of(connection, assessments, keys)]
    return {
        (row.declaration_id, row.revision): [
            (found.rule_id, found.outcome) for found in decode_assessment(text).findings
        ]
        for row, text in await _opened(connection, envelope, rows)
    }


async def _opened(
    connection: Connection, envelope: Envelope, rows: list[AssessmentRow]
) -> list[tuple[AssessmentRow, bytes]]:
    """All at once; one by one where one of them is damaged: that is for `tongguan audit verify` to say, not for us."""
    try:
        return [(row, opened.assessment) for row, opened in await unseal_assessments(connection, envelope, rows)]
    except Unavailable:
        if len(rows) == 1:
            return []
    return [opened for row in rows for opened in await _opened(connection, envelope, [row])]
