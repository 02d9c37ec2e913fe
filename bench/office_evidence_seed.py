"""Evidence of the seeded declarations, made by SQL: links of the chain, acts, hits of profiles, sums of the statistics.

What the audit view, the pages of profiles and the dashboard read. Links repeat the payload of a real one: what is not
looked for is only carried along.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

import asyncpg

from app.domain.lifecycle import ACT_NUMBERS, Act, Status
from app.domain.measures import Measure
from app.domain.profile_states import ProfileState
from app.repositories import statistics
from app.rules.profiles.checking import checked
from app.rules.profiles.definition import encode_profile
from bench.office_seed import OFFICES, PLATFORMS, RULES

PROFILES: Final = tuple(f"PRF-{number:04}" for number in range(1, 13))
_LANES: Final = 4
_FIRST_LANE: Final = 1001
_AT_A_TIME: Final = 100_000
_TIMES: Final = 60  # buckets of the times to decision that are met
_DAYS: Final = 30
# Each declaration was received, stood somewhere and was decided: three links a parcel would be usual, two are here.
_LINKS: Final = """
INSERT INTO events (month, lane, position, clock, declaration_id, sequence, at, payload, chain)
SELECT date_trunc('month', at AT TIME ZONE 'UTC')::date, $3 + n % $4, ($7 - n) / $4 * 2 + step, n, md5(n::text)::uuid,
  step, at, $5, $6
FROM (SELECT n, now() - n * interval '1 second' AS at FROM generate_series($1::bigint, $2::bigint) AS n) AS numbered
CROSS JOIN generate_series(1, 2) AS step
"""
_TRANSITIONS: Final = """
INSERT INTO transitions (declaration_id, at, month, number, version, revision, from_status, to_status, act)
SELECT declaration_id, received_at, date_trunc('month', received_at AT TIME ZONE 'UTC')::date, 1, 1, 1, $1, status, $2
FROM declarations
ON CONFLICT DO NOTHING
"""
_READ_UP: Final = """
INSERT INTO statistics_places (lane, position) SELECT lane, position FROM lanes
ON CONFLICT (lane) DO UPDATE SET position = EXCLUDED.position
"""
# One profile in three is broad: it hits 1.5 % of everything, the others 0.25 % (half of all hashes are below zero).
_HITS: Final = """
INSERT INTO profile_hits (profile_id, version, shadow, declaration_id, revision, day, certain, outcome, district)
SELECT profile, 1, false, declaration_id, 1, accepted_on, true, status, customs_code
FROM declarations CROSS JOIN unnest($1::text[]) WITH ORDINALITY AS profiles (profile, number)
WHERE hashint8extended(hashtext(declaration_id::text), number) % 1000 BETWEEN 0
  AND CASE WHEN number % 3 = 0 THEN 30 ELSE 5 END - 1
"""


async def seed_evidence(connection: asyncpg.Connection, declarations: int) -> None:
    """Fill what stands beside the seeded declarations; needs the owner's rights, and a declaration really filed."""
    payload, chain = await connection.fetchrow(
        "SELECT payload, chain FROM events WHERE declaration_id IS NOT NULL ORDER BY position DESC LIMIT 1"
    )
    for last in range(declarations, 0, -_AT_A_TIME):  # the oldest first, as they were written
        first = max(1, last - _AT_A_TIME + 1)
        await connection.execute(_LINKS, first, last, _FIRST_LANE, _LANES, payload, chain, declarations)
    await _lanes(connection)
    await connection.execute(_TRANSITIONS, Status.WAITING.value, ACT_NUMBERS[Act.ASSESS])
    await _profiles(connection)
    await _sums(connection)
    await connection.execute("VACUUM ANALYZE")


async def _lanes(connection: asyncpg.Connection) -> None:
    """As far as their links go; statistics and hits have been read up."""
    await connection.execute(
        "INSERT INTO lanes SELECT lane, 1, max(position), max(clock), '\\x00' FROM events "
        "WHERE lane >= $1 GROUP BY lane",
        _FIRST_LANE,
    )
    await connection.execute(_READ_UP)
    await connection.execute(_READ_UP.replace("statistics_places", "profile_places"))


async def _profiles(connection: asyncpg.Connection) -> None:
    """Retired ones, so that no filing is asked about them: only what they hit is looked at."""
    profile, faults = checked(
        {
            "name_zh": "测试", "name_en": "Bench", "explanation": "For measuring.", "first_day": "2024-06-01",
            "last_day": None, "districts": [], "action": "hold", "rate_ppm": 1_000_000,
            "condition": {"kind": "compare", "field": "hs_code", "comparison": "starts_with", "values": ["1806"]},
        }
    )  # fmt: skip
    if profile is None:
        raise RuntimeError(f"the profile of the measurement has faults: {faults}")
    content, at = encode_profile(profile), datetime.now(UTC)
    for name in PROFILES:
        await connection.execute(
            "INSERT INTO profile_versions (profile_id, version, authors, drafted_by, drafted_at, definition) "
            "VALUES ($1, 1, '{A}', 'A', $2, $3)", name, at, content,
        )  # fmt: skip
        await connection.execute(
            "INSERT INTO profile_steps (profile_id, version, number, state, by, at, note) "
            "VALUES ($1, 1, 1, $2, 'A', $3, '')",
            name, ProfileState.RETIRED.value, at,
        )  # fmt: skip
    await connection.execute(_HITS, list(PROFILES))


async def _sums(connection: asyncpg.Connection) -> None:
    """A month of sums for every district, with everything that a day has."""
    rows = [(measure, name, part) for measure, names in _NAMES.items() for name, part in names]
    today = datetime.now(UTC).date()
    days = [today - timedelta(days=number) for number in range(_DAYS)]
    for day in days:
        await statistics.added(
            connection,
            [
                (day, measure.value, district, name, part, 1 + (day.day * 7 + len(name)) % 50)
                for district in OFFICES
                for measure, name, part in rows
            ],
        )


_NAMES: Final = {
    Measure.ASSESSED: [(word, part) for word in ("released", "held", "refused") for part in ("first", "again")],
    Measure.DECIDED: [(word, by) for word in ("released", "refused", "returned") for by in ("itself", "officer")],
    Measure.TIME: [(by, str(bucket)) for by in ("itself", "officer") for bucket in range(_TIMES)],
    Measure.FINDING: [(rule, outcome) for rule in RULES for outcome in ("held", "refused")],
    Measure.HIT: [(rule, "") for rule in RULES[:12]],
    Measure.RESULT: [(rule, result) for rule in RULES[:12] for result in ("conforms", "refuse", "detain")],
    Measure.OVERDUE: [(platform, "") for platform in PLATFORMS],
}
