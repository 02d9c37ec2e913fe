"""Officers' words, sealed under the key of the declaration's filing: they may name people."""

from collections.abc import Collection, Mapping
from uuid import UUID

from app.errors import Conflict
from app.repositories import evidence
from app.repositories.bulk import Connection
from app.repositories.heads import Head
from app.security.envelope import DataKey, Envelope, owner_of

REASON_PURPOSE = b"reason"


async def keys_of(connection: Connection, envelope: Envelope, heads: Collection[Head]) -> dict[UUID, DataKey]:
    """The data key of each declaration's own filing, by declaration; absent where it was shredded."""
    filings = {(head.declaration_id, head.declaration_filing) for head in heads if head.declaration_filing}
    stored = await evidence.load_keys(connection, filings)
    return {filing[0]: envelope.unwrap(key.master, key.wrapped, owner_of(*filing)) for filing, key in stored.items()}


def sealed_reason(envelope: Envelope, keys: Mapping[UUID, DataKey], head: Head, reason: str) -> bytes | None:
    """The reason, sealed; Conflict where what was filed has been erased."""
    if not reason or head.declaration_filing is None:
        return None
    key = keys.get(head.declaration_id)
    if key is None:
        raise Conflict(
            "What was filed has been erased; nothing can be decided on it any more.",
            zh="该清单数据已按规定销毁，不能再处理。",
        )
    return envelope.seal(key, reason.encode(), REASON_PURPOSE)
