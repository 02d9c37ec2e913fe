"""What the routers need of the store of idempotency keys (promise P2).

The store keeps, per party and key, a hash of the request and later its answer, for 30 days. The routers ask before
work is done and tell the answer afterwards; waiting for an answer in flight is theirs. A claim whose worker died is
free again: that is for the store to notice.
"""

from typing import Protocol

import msgspec

from app.services.filings import Caller


class StoredAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer as it was first sent: a replay gives the same status and bytes."""

    status: int
    headers: tuple[tuple[str, str], ...]  # media type, language, location: what belongs to the bytes
    body: bytes
    final: bool = True  # False where something in it is to be sent again: then it is not kept

    def packed(self) -> bytes:
        """Headers and body as the bytes to be stored (sealed); the status has a column of its own."""
        return msgspec.msgpack.encode((self.headers, self.body))

    @classmethod
    def unpacked(cls, status: int, packed: bytes) -> "StoredAnswer":
        """The inverse of `packed`."""
        headers, body = _PACKED.decode(packed)
        return cls(status=status, headers=headers, body=body)


_PACKED = msgspec.msgpack.Decoder(tuple[tuple[tuple[str, str], ...], bytes])


class Claim(msgspec.Struct, frozen=True):
    """The key is the caller's to use now; `finish` or `release` ends the claim."""

    party_code: str
    key: str


class Replay(msgspec.Struct, frozen=True):
    """The same request was answered before."""

    answer: StoredAnswer


class InFlight(msgspec.Struct, frozen=True):
    """The same request is being answered by somebody else just now."""


class OtherRequest(msgspec.Struct, frozen=True):
    """The key was used for another request."""


Begun = Claim | Replay | InFlight | OtherRequest


class IdempotencyStore(Protocol):
    """Who has used which key for what."""

    async def begin(self, caller: Caller, key: str, request_hash: bytes) -> Begun:
        """Claim a key of the caller's party, or say why not."""

    async def finish(self, claim: Claim, answer: StoredAnswer) -> None:
        """Keep the answer for replays."""

    async def release(self, claim: Claim) -> None:
        """Forget the claim: the answer was 429 or 5xx, so the same request may be tried again."""
