"""Whether a key ring is the one that a database was filled with.

Another ring would start and serve: old documents could not be read, and a buyer's identity index would be another one,
so that the annual limit began at zero. So a start compares them before anything is taken in.
"""

from app.errors import KeyRingRefused, Unavailable
from app.repositories.bulk import Connection
from app.repositories.evidence import any_key
from app.security.envelope import Envelope, owner_of
from app.security.keyring import KeyRing


async def demand_own_key_ring(connection: Connection, keyring: KeyRing) -> None:
    """KeyRingRefused unless `keyring` opens what is stored. Where nothing is stored yet any ring is the right one."""
    stored = await any_key(connection)
    if stored is None:
        return
    envelope = Envelope(keyring.master_keys, keyring.current)
    try:
        envelope.unwrap(stored.master, stored.wrapped, owner_of(stored.subject_id, stored.filing_id))
    except Unavailable:
        raise KeyRingRefused(
            "The key ring is not the one of this database: it does not open what is stored there. Restore the key ring "
            "that belongs to it from your backup, or name another database."
        ) from None
