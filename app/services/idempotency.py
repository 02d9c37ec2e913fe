"""Idempotency keys: a repeated request gets the first status and bytes again (promise P2).

A key belongs to a party and is kept 30 days. It is claimed before the work and answered after the commit; the answer
leaves after both. A worker that dies in between leaves a claim whose lane is taken by the next one: that frees it.
"""

from datetime import UTC, datetime, timedelta

import asyncpg

from app.repositories import idempotency as rows
from app.security.envelope import Envelope
from app.services.clearance.writer import Writer
from app.services.database_errors import borrowed
from app.services.filings import Caller
from app.services.idempotency_contract import Begun, Claim, InFlight, OtherRequest, Replay, StoredAnswer

KEPT_DAYS = 30


class IdempotencyKeys:
    """Claims and answers of the keys of every party; implements the contract's `IdempotencyStore`."""

    def __init__(self, pool: asyncpg.Pool, envelope: Envelope, writer: Writer) -> None:
        self._pool = pool
        self._envelope = envelope
        self._writer = writer

    async def begin(self, caller: Caller, key: str, request_hash: bytes) -> Begun:
        """Claim a key of the caller's party, or say why not."""
        claim, lane = Claim(caller.party_code, key), self._writer.lane
        async with borrowed(self._pool) as connection:
            now = datetime.now(UTC)
            if await rows.claim(connection, claim.party_code, key, request_hash, lane.lane, lane.epoch, now):
                return claim
            stored = await rows.read_claim(connection, claim.party_code, key)
        if stored is None:
            return InFlight()  # freed between the two statements: the router looks again
        if stored.request_hash != request_hash:
            return OtherRequest()
        if stored.status is None or stored.sealed is None:
            return InFlight()
        packed = self._envelope.unseal_alone(stored.sealed, _purpose(claim))
        return Replay(StoredAnswer.unpacked(stored.status, packed))

    async def finish(self, claim: Claim, answer: StoredAnswer) -> None:
        """Keep the answer for replays, sealed: it may say what a party filed."""
        sealed = self._envelope.seal_alone(answer.packed(), _purpose(claim))
        async with borrowed(self._pool) as connection:
            await rows.answer_claim(connection, claim.party_code, claim.key, answer.status, sealed)

    async def release(self, claim: Claim) -> None:
        """Forget the claim: the answer was 429 or 5xx, so the same request may be tried again."""
        async with borrowed(self._pool) as connection:
            await rows.drop_claim(connection, claim.party_code, claim.key)

    async def forget(self) -> int:
        """Drop keys that are older than they are kept; answers how many."""
        async with borrowed(self._pool) as connection:
            return await rows.forget_before(connection, datetime.now(UTC) - timedelta(days=KEPT_DAYS))


def _purpose(claim: Claim) -> bytes:
    return f"idempotency\0{claim.party_code}\0{claim.key}".encode()
