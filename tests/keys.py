"""A data key as some filing left it, under any key ring."""

from datetime import UTC, datetime
from uuid import uuid4

import asyncpg

from app.security.envelope import Envelope, owner_of
from app.security.keyring import KeyRing


async def store_a_key(url: str, keyring: KeyRing) -> None:
    """Store one that is wrapped under `keyring`."""
    subject_id, filing_id = uuid4(), uuid4()
    key = Envelope(keyring.master_keys, keyring.current).new_key(owner_of(subject_id, filing_id))
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(
            "INSERT INTO data_keys (subject_id, filing_id, received_at, month, master, wrapped) "
            "VALUES ($1, $2, now(), $3, $4, $5)",
            subject_id,
            filing_id,
            datetime.now(UTC).date().replace(day=1),
            key.master,
            key.wrapped,
        )
    finally:
        await connection.close()
