"""Idempotency keys: a repeated request gets the first status and bytes again (promise P2).

A key belongs to a party and is kept 30 days. It is claimed before the work and answered after the commit; the answer
leaves after both. A worker that dies in between leaves a claim whose lane is taken by the next one: that frees it, or
else its age. What could not be kept or freed because the database was away is kept or freed when it is back: an answer
that somebody has is never followed by another one.
"""

import asyncio
import time
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
# So long an answer waits to be kept before it leaves: a database that was killed is back within it. A worker that dies
# while it waits has told nobody anything.
KEEPING_PATIENCE_SECONDS = 5.0
_KEEPING_POLL_SECONDS = 0.2
_FORGOTTEN_AT_ONCE = 5000


class IdempotencyKeys:
    """Claims and answers of the keys of every party; implements the contract's `IdempotencyStore`."""

    def __init__(self, pool: asyncpg.Pool, envelope: Envelope, writer: Writer) -> None:
        self._pool = pool
        self._envelope = envelope
        self._writer = writer
        self._unkept: dict[Claim, tuple[int, bytes]] = {}
        self._left: set[Claim] = set()
        self._doubtful: set[rows.NewClaim] = set()
        self._catching_up = asyncio.Lock()

    async def begin(self, caller: Caller, key: str, request_hash: bytes) -> Begun:
        """Claim a key of the caller's party, or say why not."""
        claim, lane, now = Claim(caller.party_code, key), self._writer.lane, datetime.now(UTC)
        wanted = rows.NewClaim(
            claim.party_code, key, request_hash, lane.lane, lane.epoch, now, left_before=now - ANSWERED_WITHIN
        )
        asked = False
        try:
            async with borrowed(self._pool) as connection:
                asked = True
                if await rows.claim(connection, wanted):
                    return claim
                stored = await rows.read_claim(connection, claim.party_code, key)
        except Unanswered:
            if asked:  # without a connection nothing was claimed; such requests are without number while none is there
                self._doubtful.add(wanted)  # it may have been claimed all the same, and nobody would answer it
            raise
        if stored is None:
            return InFlight()  # freed between the two statements: the router looks again
        if stored.request_hash != request_hash:
            return OtherRequest()
        if stored.status is None or stored.sealed is None:
            return InFlight()
        packed = self._envelope.unseal_alone(stored.sealed, _purpose(claim))
        return Replay(StoredAnswer.unpacked(stored.status, packed))

    async def finish(self, claim: Claim, answer: StoredAnswer) -> None:
        """Keep the answer for replays, sealed: it may say what a party filed. Unanswered where that has to wait."""
        sealed = self._envelope.seal_alone(answer.packed(), _purpose(claim))
        until = time.monotonic() + KEEPING_PATIENCE_SECONDS
        while True:
            try:
                return await self._keep(claim, answer.status, sealed)
            except Unanswered:
                if time.monotonic() >= until:
                    self._unkept[claim] = (answer.status, sealed)
                    raise
            await asyncio.sleep(_KEEPING_POLL_SECONDS)

    async def release(self, claim: Claim) -> None:
        """Forget the claim: the answer was 429 or 5xx, so the same request may be tried again."""
        try:
            await self._drop(claim)
        except Unanswered:
            self._left.add(claim)

    async def catch_up(self) -> None:
        """Keep and free what could not be kept or freed before; Unanswered while the database is still away."""
        async with self._catching_up:  # a second one would free what was claimed anew since the first freed it
            for claim, (status, sealed) in tuple(self._unkept.items()):
                await self._keep(claim, status, sealed)
                del self._unkept[claim]
            for claim in tuple(self._left):
                await self._drop(claim)
                self._left.discard(claim)
            for claimed in tuple(self._doubtful):
                async with borrowed(self._pool) as connection:
                    await rows.drop_own_claim(connection, claimed)
                self._doubtful.discard(claimed)

    async def tidy(self) -> int:
        """Drop keys that are older than they are kept; answers how many."""
        await self.catch_up()
        before = datetime.now(UTC) - timedelta(days=KEPT_DAYS)
        async with borrowed(self._pool) as connection:
            return await rows.forget_before(connection, before, _FORGOTTEN_AT_ONCE)

    async def _keep(self, claim: Claim, status: int, sealed: bytes) -> None:
        async with borrowed(self._pool) as connection:
            await rows.answer_claim(connection, claim.party_code, claim.key, status, sealed)

    async def _drop(self, claim: Claim) -> None:
        async with borrowed(self._pool) as connection:
            await rows.drop_claim(connection, claim.party_code, claim.key)


def _purpose(claim: Claim) -> bytes:
    return f"idempotency\0{claim.party_code}\0{claim.key}".encode()
