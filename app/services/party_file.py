"""Everything the registers say of one party, for whoever looks it up."""

from datetime import UTC, datetime

import msgspec

from app.domain.party import StandingPeriod, timeline
from app.domain.period import shanghai_day
from app.errors import NotFound
from app.repositories import registers
from app.repositories.bulk import Connection
from app.repositories.registers import ApiKey, Mandate, PartyRole


class PartyFile(msgspec.Struct, frozen=True, kw_only=True):
    """One party: its name, registrations, standings as they count, mandates given and held, and live keys."""

    name: str
    district: str | None
    roles: tuple[PartyRole, ...]
    standings: tuple[StandingPeriod, ...]
    mandates: tuple[Mandate, ...]
    keys: tuple[ApiKey, ...]


async def read_party(connection: Connection, code: str) -> PartyFile:
    """The file of a party; NotFound for an unknown code."""
    known = await registers.parties(connection, shanghai_day(datetime.now(UTC)))
    party = next((party for party in known if party.party_code == code), None)
    if party is None:
        raise NotFound(f"No party has the code {code}; `tongguan parties list` shows all.")
    mandates = await registers.mandates(connection)
    return PartyFile(
        name=party.name,
        district=party.district,
        roles=tuple(await registers.roles_of(connection, code)),
        standings=tuple(timeline(await registers.standings_of(connection, code))),
        mandates=tuple(mandate for mandate in mandates if code in (mandate.grantor_code, mandate.holder_code)),
        keys=tuple(
            key for key in await registers.api_keys(connection) if key.party_code == code and key.revoked_at is None
        ),
    )
