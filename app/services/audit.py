"""Audited acts that belong to no declaration: changes of registers and tables, by the command line or a start.

They have a lane of their own. It is taken within the transaction of the change itself: the row lock on the lane makes
one command wait for the other, so none is fenced out half-way, and one lane serves every machine.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from app.repositories import evidence
from app.repositories.bulk import Connection, month_of
from app.repositories.lanes import lane_moved, take_lane
from app.repositories.together import together
from app.services.clearance.chain import EventPayload, NewEvent, link

LANE = "command-line"
START = "start"  # who acts when the service loads what a first start needs
Fact = str | int | None | Sequence[str]


class Act(msgspec.Struct, frozen=True):
    """Something that was done, and what it changed. Never holds personal data: the chain lies in the clear."""

    name: str  # for example party.suspend
    facts: dict[str, Fact]


async def record_acts(connection: Connection, acts: Sequence[Act], actor: str, at: datetime) -> None:
    """Add acts to the audit chain in the caller's transaction; call it last, for it keeps other commands waiting."""
    lane = await take_lane(connection, LANE)
    events = [link(lane, NewEvent(EventPayload(act.name, actor, note=_note(act)), at), month_of(at)) for act in acts]
    step, *_ = await together(connection, [lane_moved(lane), *evidence.events_added(events, [])])
    if not step:
        raise RuntimeError("the lane was taken within this transaction, and nobody else can have it")


def _note(act: Act) -> str:
    return msgspec.json.encode(act.facts, order="sorted").decode()
