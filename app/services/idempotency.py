"""Idempotency keys: a repeated request gets the first status and bytes again (promise P2).

A key belongs to a party and is kept 30 days. It is claimed before the work and answered after the commit; the answer
leaves after both. A worker that dies in between leaves a claim whose lane is taken by the next one: that frees it, or
else its age. What could not be freed because the database was away is freed when it is back.
"""

from datetime import UTC, datetime, timedelta

import asyncpg

from app.repositories import idempotency as rows
from app.security.envelope import Envelope
from app.services.clearance.writer import Writer
from app.services.database_errors import Unanswered, borrowed
from app.services.filings import Caller
from app.services.idempotency_contract import Begun, Claim, InFlight, OtherRequest, Replay, StoredAnswer

KEPT_DAYS = 30
ANSWERED_WITHIN = timedelta(minutes=10)  # no request lasts so long: not every worker that dies has a successor
_FORGOTTEN_AT_ONCE = 5000


class IdempotencyKeys:
    """Claims and answers of the keys of every party; implements the contract's `IdempotencyStore`."""

    def __init__(self, pool: asyncpg.Pool, envelope: Envelope, writer: Writer) -> None:
        self._pool = pool
        self._envelope = envelope
        self._writer = writer
        self._left: set[Claim] = set()

    async def begin(self, caller: Caller, key: str, request_hash: bytes) -> Begun:
        """Claim a key of the caller's party, or say why not."""
        claim, lane, now = Claim(caller.party_code, key), self._writer.lane, datetime.now(UTC)
        wanted = rows.NewClaim(
            claim.party_code, key, request_hash, lane.lane, lane.epoch, now, left_before=now - ANSWERED_WITHIN
        )
        async with borrowed(self._pool) as connection:
            if await rows.claim(connection, wanted):
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
        try:
            async with borrowed(self._pool) as connection:
                await rows.answer_claim(connection, claim.party_code, claim.key, answer.status, sealed)
        except Unanswered:
            self._left.add(claim)
            raise

    async def release(self, claim: Claim) -> None:
        """Forget the claim: the answer was 429 or 5xx, so the same request may be tried again."""
        try:
            await self._drop(claim)
        except Unanswered:
            self._left.add(claim)

    async def tidy(self) -> int:
        """Free what could not be freed before, and drop keys that are older than they are kept; answers how many."""
        for claim in tuple(self._left):
            await self._drop(claim)
            self._left.discard(claim)
        before = datetime.now(UTC) - timedelta(days=KEPT_DAYS)
        async with borrowed(self._pool) as connection:
            return await rows.forget_before(connection, before, _FORGOTTEN_AT_ONCE)

    async def _drop(self, claim: Claim) -> None:
        async with borrowed(self._pool) as connection:
            await rows.drop_claim(connection, claim.party_code, claim.key)


def _purpose(claim: Claim) -> bytes:
    return f"idempotency\0{claim.party_code}\0{claim.key}".encode()
