"""Who is calling: API keys looked up once and remembered until a register changes.

A revoked key stops working within a second in every worker: that is how often the epoch of the registers is asked for.
Measured: a look-up for every request was an eighth of the processor time of filing one dossier.
"""

import time
from typing import Final

import asyncpg
import msgspec

from app.domain.duties import Duty
from app.errors import Unauthenticated
from app.repositories import officers, registers
from app.repositories.officers import OfficerState, Standing
from app.security.api_keys import hash_of
from app.services.database_errors import borrowed
from app.services.filings import Caller
from app.services.office.officer_checks import common_districts, spelled
from app.services.office.sessions import OFFICER

CHECKED_EVERY_SECONDS: Final = 1.0
_MOST_REMEMBERED: Final = 10_000
# An officer who has a key and stands in no register of officers decided on held parcels before there were roles.
_UNREGISTERED: Final = (Duty.EXAMINER,)


class Callers:
    """The callers that one worker knows."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._known: dict[bytes, Caller] = {}
        self._epoch = 0
        self._checked_at = 0.0

    async def authenticate(self, key: str) -> Caller:
        """The caller of an API key; Unauthenticated for an unknown or revoked one."""
        key_hash = hash_of(key)
        if time.monotonic() - self._checked_at > CHECKED_EVERY_SECONDS:
            await self._check()
        caller = self._known.get(key_hash)
        return caller or await self._look_up(key_hash)

    async def _check(self) -> None:
        """Forget everybody when a register has changed since."""
        asked_at = time.monotonic()
        async with borrowed(self._pool) as connection:
            epoch = await registers.epoch(connection)
        if epoch != self._epoch:
            self._known, self._epoch = {}, epoch
        self._checked_at = asked_at

    async def _look_up(self, key_hash: bytes) -> Caller:
        known = self._known  # what is found is remembered for the epoch in which it was asked for
        async with borrowed(self._pool) as connection:
            found = await registers.find_key(connection, key_hash)
            # However the key's party is spelled: it is one person with the session.
            officer = spelled(found.party_code) if found and found.role == OFFICER else None
            standing = await officers.standing_of(connection, officer) if officer else None
        if found is None or found.revoked_at is not None:
            raise Unauthenticated("The API key is unknown or revoked; send a live one as `Authorization: Bearer KEY`.")
        caller = Caller(
            key_id=found.key_id,
            party_code=officer or found.party_code,
            role=found.role,
            name=found.name,
            districts=found.districts,
            duties=_UNREGISTERED if found.role == OFFICER else (),
        )
        if standing is not None:
            caller = _as_registered(caller, standing)
        if len(known) < _MOST_REMEMBERED:
            known[key_hash] = caller
        return caller


def _as_registered(caller: Caller, standing: Standing) -> Caller:
    """The caller of an officer's key with the roles of the register; districts are what key and register both give."""
    if standing.state is OfficerState.LOCKED:
        raise Unauthenticated("This officer is locked; ask an administrator.", zh="该关员已被锁定，请联系管理员。")
    districts = common_districts(caller.districts, standing.districts)
    return msgspec.structs.replace(caller, duties=standing.duties, districts=districts)
