"""The secret of an officer's authenticator, sealed; and using a code up."""

from datetime import datetime
from typing import Final

import asyncpg

from app.repositories import officers as stored
from app.services.office import codes
from app.services.office.backing import Backing

_PURPOSE: Final = b"authenticator\0"


class SecondFactor:
    """Seals secrets, and says whether a code is right and was not used before."""

    def __init__(self, backing: Backing) -> None:
        self._envelope = backing.means.envelope
        self._key = backing.keyring.blind_index_key

    def sealed(self, secret: str, owner: bytes) -> bytes:
        """A secret as it is stored; it opens for the same owner only."""
        return self._envelope.seal_alone(secret.encode(), _PURPOSE + owner)

    def opened(self, sealed: bytes, owner: bytes) -> str:
        """The inverse of `sealed`."""
        return self._envelope.unseal_alone(sealed, _PURPOSE + owner).decode()

    async def used(self, connection: asyncpg.Connection, officer: stored.OfficerRow, code: str, now: datetime) -> bool:
        """Use a code of the authenticator, or a recovery code, up; False where it is wrong or was used."""
        typed = codes.plain(code)
        if not codes.is_time_based(typed):
            code_hash = codes.recovery_hash(self._key, officer.officer_code, typed)
            return await stored.use_recovery_code(connection, officer.officer_code, code_hash, now)
        if officer.totp is None:
            return False
        step = codes.step_of(self.opened(officer.totp, officer.officer_code.encode()), typed, now)
        return step is not None and await stored.use_step(connection, officer.officer_code, step)

    async def new_recovery_codes(self, connection: asyncpg.Connection, officer_code: str) -> list[str]:
        """New recovery codes in place of the former ones; they are told only now."""
        made = codes.new_recovery_codes()
        hashes = [codes.recovery_hash(self._key, officer_code, code) for code in made]
        await stored.replace_recovery_codes(connection, officer_code, hashes)
        return made
