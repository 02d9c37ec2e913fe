"""Everything the registers say of one party, for whoever looks it up."""

import msgspec

from app.domain.party import StandingPeriod
from app.errors import NotFound
from app.repositories import registers
from app.repositories.bulk import Connection
from app.repositories.registers import ApiKey, Mandate, PartyRole


class PartyFile(msgspec.Struct, frozen=True, kw_only=True):
    """One party: its registrations, standings, mandates given and held, and live keys."""

    roles: tuple[PartyRole, ...]
    standings: tuple[StandingPeriod, ...]
    mandates: tuple[Mandate, ...]
    keys: tuple[ApiKey, ...]


async def read_party(connection: Connection, code: str) -> PartyFile:
    """The file of a party; NotFound for an unknown code."""
    if not await registers.is_known(connection, code):
        raise NotFound(f"No party has the code {code}; `tongguan parties list` shows all.")
    mandates = await registers.mandates(connection)
    return PartyFile(
        roles=tuple(await registers.roles_of(connection, code)),
        standings=tuple(await registers.standings_of(connection, code)),
        mandates=tuple(mandate for mandate in mandates if code in (mandate.grantor_code, mandate.holder_code)),
        keys=tuple(
            key for key in await registers.api_keys(connection) if key.party_code == code and key.revoked_at is None
        ),
    )
