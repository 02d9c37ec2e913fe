"""Every statement of risk profiles: drafts, rehearsals, shadows, approvals, hits, and what reads of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from app.domain.period import shanghai_day
from app.services.office.profiles.following import Follower
from app.services.office.profiles.life import Life
from app.services.office.profiles.reading import ProfileReading
from app.services.office.profiles.rehearsing import Rehearsals
from app.services.service import ClearanceServices
from tests.office.profiles import ANALYST, CHIEF, CHOCOLATE, OTHER, compare, sent
from tests.services.conftest import AT, dossier, filed
from tests.services.parcels import parcel

# One of each counter: by buyer, telephone, address, platform and article.
_COUNTED = [
    compare(f"{counted}_count_7d", "at_least", 1) for counted in ("buyer", "telephone", "address", "platform", "item")
]
_DAYS: dict[str, Any] = {"first_day": "2024-06-01", "last_day": None}


async def do_everything_of_profiles(services: ClearanceServices) -> None:
    """Two versions on their way to force, one in its shadow beside it; back to the first, rejected, retired."""
    pool, means = services._side, services._means
    profiles, rehearsals = Life(pool, means.indexes), Rehearsals(pool, means)
    follower, reading = Follower(pool, means), ProfileReading(pool)
    await follower.work()
    profile_id, first = await profiles.create(ANALYST, sent({"kind": "any", "of": [CHOCOLATE, *_COUNTED]}, **_DAYS), AT)
    await _rehearsed(rehearsals, profile_id, first)
    await _in_force(profiles, profile_id, first)
    _, second = await profiles.edit(ANALYST, profile_id, first, sent(**_DAYS), AT)
    await _rehearsed(rehearsals, profile_id, second)
    await profiles.shadow(ANALYST, profile_id, second, AT)
    await filed(services, dossier(parcel(80)), dossier(parcel(81)))
    while await follower.work():
        pass
    await _in_force(profiles, profile_id, second)
    await profiles.step_back(ANALYST, profile_id, "too many", AT)
    await profiles.approve(CHIEF, profile_id, first, "agreed", AT)
    _, third = await profiles.edit(ANALYST, profile_id, second, sent(**_DAYS), AT)
    await _rehearsed(rehearsals, profile_id, third)
    await profiles.propose(ANALYST, profile_id, third, "needed", AT)
    await profiles.reject(CHIEF, profile_id, third, "no", AT)
    await profiles.retire(CHIEF, profile_id, first, "done", AT)
    await profiles.approve(OTHER, profile_id, first, "agreed", AT)
    await follower.work()
    await reading.all(ANALYST, AT)
    await reading.one(ANALYST, profile_id)
    await reading.figures(ANALYST, profile_id, AT.date(), AT.date())


async def _rehearsed(rehearsals: Rehearsals, profile_id: str, version: int) -> None:
    now = datetime.now(UTC)
    today = shanghai_day(now)
    await rehearsals.ask(ANALYST, profile_id, version, (today - timedelta(days=1), today), 20, now)
    while await rehearsals.work():
        pass


async def _in_force(profiles: Life, profile_id: str, version: int) -> None:
    await profiles.propose(ANALYST, profile_id, version, "needed", AT)
    await profiles.approve(CHIEF, profile_id, version, "agreed", AT)
