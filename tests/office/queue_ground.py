"""Cases made by SQL, and an office on one database: what the tests of queues stand on."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from app.domain.identifiers import declaration_id
from app.domain.queues import Queue
from app.repositories.head_form import new_head, row_of
from app.security.keyring import KeyRing
from app.security.tags import Tags
from app.services.filings import Caller
from app.services.office.assignment import Assignment
from app.services.office.backing import Backing
from app.services.office.hand_over import HandOver
from app.services.office.queues import Queues
from app.services.office.saved_views import SavedViews
from app.services.office.search import Search
from app.services.office.snoozes import Snoozes
from app.services.service import ClearanceServices
from app.settings import Settings

EXAMINER = Caller(
    key_id="key_1", party_code="EXAMINER1", role="officer", name="一号", districts=("2244",), duties=("examiner",)
)
SECOND = msgspec.structs.replace(EXAMINER, key_id="key_2", party_code="EXAMINER2", name="二号")
ELSEWHERE = msgspec.structs.replace(EXAMINER, key_id="key_3", party_code="EXAMINER3", districts=("5100",))
SUPERVISOR = msgspec.structs.replace(
    EXAMINER, key_id="key_4", party_code="SUPERVISOR1", districts=("22",), duties=("supervisor",)
)
AUDITOR = msgspec.structs.replace(
    EXAMINER, key_id="key_5", party_code="AUDITOR1", districts=("*",), duties=("auditor",)
)
PLATFORM = "3101960P01"


class Desks(msgspec.Struct, frozen=True):
    """The services of this part of the office."""

    backing: Backing
    queues: Queues
    search: Search
    assignment: Assignment
    snoozes: Snoozes
    saved_views: SavedViews
    hand_over: HandOver
    tags: Tags


def desks(services: ClearanceServices, keyring: KeyRing) -> Desks:
    """The services, on the connections of a worker."""
    backing = Backing(services._side, services._means, keyring, Settings.from_environment({}), services._desk)
    return Desks(
        backing, Queues(backing), Search(backing), Assignment(backing), Snoozes(backing), SavedViews(backing),
        HandOver(backing), Tags(keyring.blind_index_key),
    )  # fmt: skip


class Cases:
    """Adds cases, each with its declaration and its tally."""

    def __init__(self, connection: asyncpg.Connection, keyring: KeyRing) -> None:
        self._connection = connection
        self._tags = Tags(keyring.blind_index_key)
        self.now = datetime.now(UTC)

    async def add(self, number: int, **given: Any) -> UUID:
        """One case; what is not given is ordinary. `words`, `hs_code` and `rules` become tags."""
        values: dict[str, Any] = {
            "queue": Queue.REVIEW, "district": "2244", "opened_at": self.now - timedelta(hours=2),
            "due_at": self.now + timedelta(minutes=number), "escalated_at": None, "assignee": None,
            "touched_at": self.now,
            "weight": 10, "value": 10_000_000, "platform_code": PLATFORM, "trade_mode": "9610", "rules": ["WGT-01"],
            "hs_code": "3304990099", "words": "面霜", "buyer": None,
        } | given  # fmt: skip
        key = declaration_id("I", values["platform_code"], f"ORDER{number:08d}")
        tags, tag = self._tags, [self._tags.platform(values["platform_code"])]
        tag += [tags.trade_mode(values["trade_mode"]), *map(tags.rule, values["rules"])]
        tag += [*tags.code_heads(values["hs_code"]), *tags.words(values["words"])]
        if values["buyer"]:
            tag.append(tags.buyer(values["buyer"]))
        head = new_head(key, "I", values["platform_code"], f"ORDER{number:08d}", self.now)
        await self._connection.execute(
            "INSERT INTO declarations (declaration_id, received_at, sequence, version, revision, transitions, status, "
            "platform_code, order_no, waybill_no, customs_code, trade_mode, buyer_index, kept) "
            "VALUES ($1, $2, 1, 1, 1, 1, 300, $3, $4, $5, $6, $7, $8, $9)",
            key, values["opened_at"], values["platform_code"], f"ORDER{number:08d}", f"WB{number:010d}",
            values["district"], values["trade_mode"], values["buyer"], row_of(head)[-1],
        )  # fmt: skip
        await self._connection.execute(
            "INSERT INTO cases (declaration_id, queue, district, opened_at, queued_at, due_at, escalated_at, assignee, "
            "assigned_at, touched_at, version, weight, value, platform_code, trade_mode, rules, tags, noted) "
            "VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $4, $8, 1, $9, $10, $11, $12, $13, $14, '{}')",
            key, values["queue"], values["district"], values["opened_at"], values["due_at"], values["escalated_at"],
            values["assignee"], values["touched_at"], values["weight"], values["value"], values["platform_code"],
            values["trade_mode"], values["rules"], tag,
        )  # fmt: skip
        if values["queue"]:
            await self._connection.execute(
                "INSERT INTO case_tallies VALUES (99, $1, $2, 1) "
                "ON CONFLICT (lane, queue, district) DO UPDATE SET open = case_tallies.open + 1",
                values["queue"], values["district"],
            )  # fmt: skip
        return key

    async def of(self, key: UUID) -> dict[str, Any]:
        """The row of a case."""
        return dict(await self._connection.fetchrow("SELECT * FROM cases WHERE declaration_id = $1", key))


async def acts_of(connection: asyncpg.Connection) -> list[tuple[str, str, str]]:
    """Audited acts that belong to no declaration: name, who, note."""
    from app.services.clearance.chain import decode_payload

    rows = await connection.fetch("SELECT payload FROM events WHERE declaration_id IS NULL ORDER BY lane, position")
    payloads = [decode_payload(row[0]) for row in rows]
    return [(each.act, each.actor, each.note) for each in payloads]
