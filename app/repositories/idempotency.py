"""Idempotency keys: one row a key, claimed by an insert, answered by an update."""

from datetime import datetime

import msgspec

from app.repositories.bulk import Connection


class Claim(msgspec.Struct, frozen=True, gc=False):
    """A key as it is stored; without a status its request is still in flight."""

    request_hash: bytes
    status: int | None
    sealed: bytes | None


# A claim whose lane has another writer by now, or that is older than any request lasts, was left by a process that is
# gone. Instances come and go under new names, so that not every lane finds a successor.
_CLAIM = """
INSERT INTO idempotency_keys (party_code, key, request_hash, lane, epoch, created_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (party_code, key) DO UPDATE
SET lane = EXCLUDED.lane, epoch = EXCLUDED.epoch, created_at = EXCLUDED.created_at
WHERE idempotency_keys.status IS NULL AND idempotency_keys.request_hash = EXCLUDED.request_hash
  AND (idempotency_keys.created_at < $7
    OR EXISTS (SELECT 1 FROM lanes WHERE lanes.lane = idempotency_keys.lane AND lanes.epoch > idempotency_keys.epoch))
RETURNING key
"""
_FORGET = """
DELETE FROM idempotency_keys WHERE (party_code, key) IN (
  SELECT party_code, key FROM idempotency_keys WHERE created_at < $1 ORDER BY created_at LIMIT $2)
"""


class NewClaim(msgspec.Struct, frozen=True, gc=False):
    """A claim as it is made: of whom, for what, in which lane, and since when unanswered claims count as left."""

    party_code: str
    key: str
    request_hash: bytes
    lane: int
    epoch: int
    now: datetime
    left_before: datetime


async def claim(connection: Connection, wanted: NewClaim) -> bool:
    """Claim a key that is free, or that its dead owner left; False when it is taken."""
    return await connection.fetchrow(_CLAIM, *msgspec.structs.astuple(wanted)) is not None


async def read_claim(connection: Connection, party_code: str, key: str) -> Claim | None:
    """The key as it stands."""
    row = await connection.fetchrow(
        "SELECT request_hash, status, sealed FROM idempotency_keys WHERE party_code = $1 AND key = $2", party_code, key
    )
    return None if row is None else Claim(*row)


async def answer_claim(connection: Connection, party_code: str, key: str, status: int, sealed: bytes) -> None:
    """Store the answer of a claimed key; the first one stays."""
    await connection.execute(
        "UPDATE idempotency_keys SET status = $3, sealed = $4 WHERE party_code = $1 AND key = $2 AND status IS NULL",
        party_code, key, status, sealed,
    )  # fmt: skip


async def drop_claim(connection: Connection, party_code: str, key: str) -> None:
    """Free a key that was not answered."""
    await connection.execute(
        "DELETE FROM idempotency_keys WHERE party_code = $1 AND key = $2 AND status IS NULL", party_code, key
    )


async def drop_own_claim(connection: Connection, claimed: NewClaim) -> None:
    """Free a key if it is this very claim that holds it: another one, made meanwhile, stays."""
    await connection.execute(
        "DELETE FROM idempotency_keys WHERE party_code = $1 AND key = $2 AND status IS NULL "
        "AND lane = $3 AND epoch = $4 AND created_at = $5",
        claimed.party_code, claimed.key, claimed.lane, claimed.epoch, claimed.now,
    )  # fmt: skip


async def forget_before(connection: Connection, instant: datetime, most: int) -> int:
    """Delete up to so many keys claimed before an instant, the oldest first; answers how many."""
    status = await connection.execute(_FORGET, instant, most)
    return int(status.rsplit(" ", 1)[-1])
