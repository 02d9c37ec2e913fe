"""Officers, profiles and the way to force for tests of risk profiles."""

from typing import Any

import asyncpg

from app.domain.profile_states import ProfileState
from app.security.blind_index import BlindIndexes
from app.security.keyring import KeyRing
from app.services.filings import Caller
from app.services.office.profiles.life import Life
from app.services.office.profiles.moving import moved, version_of
from tests.services.conftest import AT

ANALYST = Caller(key_id="k1", party_code="ANALYST1", role="officer", name="a", districts=("*",), duties=("analyst",))
OTHER = Caller(key_id="k2", party_code="ANALYST2", role="officer", name="b", districts=("*",), duties=("analyst",))
CHIEF = Caller(key_id="k3", party_code="CHIEF1", role="officer", name="c", districts=("*",), duties=("supervisor",))
LOCAL = Caller(key_id="k4", party_code="LOCAL1", role="officer", name="d", districts=("22",), duties=("analyst",))
EXAMINER = Caller(key_id="k5", party_code="EXAM1", role="officer", name="e", districts=("*",), duties=("examiner",))


def compare(field: str, comparison: str, *values: Any) -> dict[str, Any]:
    """A comparison as it is sent."""
    return {"kind": "compare", "field": field, "comparison": comparison, "values": list(values)}


CHOCOLATE = compare("hs_code", "starts_with", "1806")


def sent(condition: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """A profile as it is sent."""
    values: dict[str, Any] = {
        "name_zh": "巧克力",
        "name_en": "Chocolate",
        "explanation": "For a test.",
        "first_day": "2024-06-01",
        "last_day": "2024-12-31",
        "districts": [],
        "action": "hold",
        "rate_ppm": 1_000_000,
        "condition": condition or CHOCOLATE,
    }
    return values | changes


def life(pool: asyncpg.Pool, keyring: KeyRing) -> Life:
    """The service under test."""
    return Life(pool, BlindIndexes(keyring.blind_index_key, keyring.identity_index_key))


async def rehearsed(pool: asyncpg.Pool, profile_id: str, version: int) -> None:
    """As if a rehearsal had been done."""
    async with pool.acquire() as connection:
        row = await version_of(connection, profile_id, version)
        await moved(connection, row, ProfileState.REHEARSED, "office", AT)


async def in_force(profiles: Life, pool: asyncpg.Pool, raw: dict[str, Any]) -> tuple[str, int]:
    """A profile that two people put in force."""
    profile_id, version = await profiles.create(ANALYST, raw, AT)
    await force(profiles, pool, profile_id, version)
    return profile_id, version


async def retired(profiles: Life, profile_id: str, version: int) -> None:
    """The end of a version in force, by two people."""
    await profiles.retire(CHIEF, profile_id, version, "done", AT)
    await profiles.approve(OTHER, profile_id, version, "agreed", AT)


async def force(profiles: Life, pool: asyncpg.Pool, profile_id: str, version: int) -> None:
    """The way of a draft to force."""
    await rehearsed(pool, profile_id, version)
    await profiles.propose(ANALYST, profile_id, version, "needed", AT)
    await profiles.approve(CHIEF, profile_id, version, "agreed", AT)
