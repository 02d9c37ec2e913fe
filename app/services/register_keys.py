"""API keys in the register: made for a party in a role, and revoked."""

import re
from datetime import date
from typing import Final

import msgspec

from app.errors import Malformed, NotFound
from app.repositories import registers
from app.repositories.registers import ApiKey
from app.security.api_keys import NewKey, new_key
from app.services.clerk import Clerk, checked_name
from app.services.office.officer_checks import spelled
from app.services.office.sessions import OFFICER
from app.services.register_parties import register

_DISTRICT: Final = re.compile(r"\*|\d{2}|\d{4}", re.ASCII)


class KeyRequest(msgspec.Struct, frozen=True, kw_only=True):
    """For whom a key is made. The name is the key's, and the party's too where the party is new."""

    party_code: str
    name: str
    role: str
    districts: tuple[str, ...] = ()
    first_day: date | None = None  # of the registration; today by default


async def create_key(clerk: Clerk, request: KeyRequest) -> NewKey:
    """Make a key, and register the party in the role where it is not yet."""
    districts = _checked_districts(request)
    name = checked_name(request.name)
    party = spelled(request.party_code) if request.role == OFFICER else request.party_code
    await register(clerk, party, name, request.role, request.first_day)
    made = new_key()
    stored = ApiKey(made.key_id, party, request.role, name, districts, clerk.at, None)
    await registers.add_key(clerk.connection, made.key_hash, stored)
    clerk.note("key.create", key=made.key_id, party=party, role=request.role, districts=districts)
    return made


async def revoke_key(clerk: Clerk, key_id: str) -> None:
    """End a key: it is refused from the next request on."""
    if not await registers.revoke_key(clerk.connection, key_id, clerk.at):
        raise NotFound(f"No live key has the id {key_id}; `tongguan keys list` shows them.")
    clerk.note("key.revoke", key=key_id)


def _checked_districts(request: KeyRequest) -> tuple[str, ...]:
    """An officer's districts; everybody else has none."""
    if request.role != OFFICER:
        if request.districts:
            raise Malformed(
                "--district says what an officer sees; a party's own district is set by `tongguan parties edit`."
            )
        return ()
    if not request.districts:
        raise Malformed("Say which customs districts the officer sees: --district 2244, 22 (all of 22xx) or '*' (all).")
    for district in request.districts:
        if not _DISTRICT.fullmatch(district):
            raise Malformed(f"{district!r} is no customs district: give four digits, the first two of them, or '*'.")
    return tuple(dict.fromkeys(request.districts))
