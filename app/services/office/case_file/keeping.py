"""Keeping: an entry or an attachment and the link of the audit chain that attests it, in one transaction.

Case files have a lane of their own. It is taken within the transaction that writes to it, last of all: the row lock on
the lane makes one writer wait for the other, so one lane serves every machine and none is fenced out.
"""

import hashlib
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid4

from app.domain.case_entries import EntryKind, Said
from app.repositories import case_files as stored
from app.repositories import evidence
from app.repositories.bulk import Connection, month_of
from app.repositories.case_files import AttachmentRow, EntryRow
from app.repositories.heads import Head
from app.repositories.lanes import lane_moved, take_lane
from app.repositories.together import together
from app.services.case_sealing import Seal
from app.services.clearance.attesting import Written, attest
from app.services.clearance.chain import EventPayload, NewEvent, link
from app.services.clearance.receipts import actor_of
from app.services.filings import Caller

LANE: Final = "case-files"


def entry_of(
    head: Head, seal: Seal, caller: Caller, kind: EntryKind, said: Said, at: datetime, entry_id: UUID | None = None
) -> EntryRow:
    """An entry as it is stored."""
    return EntryRow(
        head.declaration_id,
        entry_id or uuid4(),
        at,
        kind,
        head.version,
        actor_of(caller),
        seal.filing,
        seal.said(said),
    )


async def keep(
    connection: Connection,
    act: str,
    entry: EntryRow | None = None,
    attachment: tuple[AttachmentRow, bytes] | None = None,
) -> None:
    """Add an entry, or an attachment with its sealed body, in the caller's transaction; call it last."""
    row = entry or (attachment and attachment[0])
    if row is None:
        raise AssertionError("there is nothing to keep")
    if attachment:
        attachment[0].body_sha256 = hashlib.sha256(attachment[1]).digest()
        await stored.add_attachment(connection, *attachment)
    attested = attest(Written(said=entry, attachment=attachment[0] if attachment else None), row.declaration_id)
    lane = await take_lane(connection, LANE)
    payload = EventPayload(act, row.actor, attested=attested)
    event = link(lane, NewEvent(payload, row.at, row.declaration_id), month_of(datetime.now(UTC)))
    step, *_ = await together(
        connection,
        [lane_moved(lane), *evidence.events_added([event], []), stored.entries_added([entry] if entry else [])],
    )
    if not step:
        raise RuntimeError("the lane was taken within this transaction, and nobody else can have it")
