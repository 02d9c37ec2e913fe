"""A million declarations and 150,000 open cases, made by SQL: what officers' pages are measured on.

Skewed as real ones are: one platform has a third of the cases, a few rules most of the findings, a few offices most of
the parcels; words and commodity codes thin out. Sealed columns hold nothing: no page of a queue opens them.
"""

import hashlib
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from app.domain.queues import Queue
from app.repositories.numbers import claim_of
from app.security.blind_index import BlindIndexes, item_index
from app.security.keyring import KeyRing
from app.security.tags import Tags

OFFICES: Final = tuple(f"{region}{office:02}" for region in (22, 29, 31, 46, 51, 52, 79) for office in range(1, 13))
PLATFORMS: Final = tuple(f"3101960P{number:02}" for number in range(1, 41))
RULES: Final = tuple(f"{group}-{number:02}" for group in ("TRI", "RSK", "DCL", "COD", "PTY") for number in range(1, 9))
WORDS: Final = tuple(
    f"品{first}{second}" for first in "甲乙丙丁戊己庚辛壬癸" * 4 for second in "子丑寅卯辰巳午未申酉戌亥"
)
CODES: Final = tuple(
    f"{chapter}{heading}{sub}0000" for chapter in range(10, 34) for heading in ("01", "04", "06") for sub in (10, 90)
)
OFFICERS: Final = tuple(f"OFFICER{number:03}" for number in range(60))
_SHARES: Final = (
    (Queue.REVIEW, 0.62), (Queue.INSPECTION, 0.2), (Queue.AWAITING, 0.08),
    (Queue.OVERDUE, 0.05), (Queue.SUSPENDED, 0.03), (Queue.AMENDED, 0.02),
)  # fmt: skip
_AT_A_TIME: Final = 100_000
_DECLARATIONS: Final = """
INSERT INTO declarations (declaration_id, buyer_index, telephone_index, address_index, received_at, accepted_at,
  dutiable_value, reserved_value, sequence, accepted_on, version, revision, transitions, status, outcome, platform_code,
  order_no, merchant_code, declarant_code, logistics_code, payment_company_code, waybill_no, customs_code, trade_mode,
  kept)
SELECT md5(n::text)::uuid, md5('buyer' || n % 400000)::uuid, hashint8extended(n % 400000, 1),
  hashint8extended(n % 300000, 2), at, at, 1000000 + n % 40000000, 0, 1, at::date, 1, 1, 3,
  CASE WHEN n <= $3 THEN 300 ELSE 800 END, CASE WHEN n <= $3 THEN 300 ELSE 800 END,
  ($4::text[])[1 + n % 40], 'PF' || n, 'M' || n % 500, 'D1', 'L' || n % 5, 'Y' || n % 4, 'WB' || n,
  ($5::text[])[1 + n % 84], '9610', '\\x00'
FROM (SELECT n, now() - n * interval '1 second' AS at FROM generate_series($1::bigint, $2::bigint) AS n) AS numbered
"""
_CLAIMS: Final = """
INSERT INTO number_claims SELECT $1::bigint + n, md5(n::text)::uuid FROM generate_series(1, $2::bigint) AS n
"""
DAY: Final = "20260101"


class Seeded(msgspec.Struct, frozen=True):
    """How much there is."""

    declarations: int
    open_cases: int


def id_of(number: int) -> UUID:
    """The declaration of a number."""
    return UUID(hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest())


async def seed(connection: asyncpg.Connection, keyring: KeyRing, wanted: Seeded) -> None:
    """Fill an empty database; needs the owner's rights."""
    await connection.execute("SET synchronous_commit = off")
    for first in range(1, wanted.declarations + 1, _AT_A_TIME):
        last = min(first + _AT_A_TIME - 1, wanted.declarations)
        await connection.execute(_DECLARATIONS, first, last, wanted.open_cases, list(PLATFORMS), list(OFFICES))
    await connection.execute(_CLAIMS, claim_of(f"B{DAY}{0:09}"), wanted.declarations)
    maker = _Cases(keyring, datetime.now(UTC))
    columns = [row[0] for row in await connection.fetch(
        "SELECT attname::text FROM pg_attribute WHERE attrelid = 'cases'::regclass AND attnum > 0 ORDER BY attnum"
    )]  # fmt: skip
    rows = maker.rows(wanted.open_cases * 2, wanted.open_cases)
    await connection.copy_records_to_table(
        "cases", columns=columns, records=(tuple(row.get(name, []) for name in columns) for row in rows)
    )
    await connection.execute(
        "INSERT INTO case_tallies SELECT 1, queue, district, count(*) FROM cases WHERE queue > 0 GROUP BY 2, 3"
    )
    await connection.execute("VACUUM ANALYZE")


class _Cases:
    """Rows of cases: the first ones open, the others closed."""

    def __init__(self, keyring: KeyRing, now: datetime) -> None:
        self._random = random.Random(4)
        self._tags = Tags(keyring.blind_index_key)
        self._indexes = BlindIndexes(keyring.blind_index_key, keyring.identity_index_key)
        self._now = now
        self._known: dict[tuple[str, str], list[int]] = {}

    def rows(self, count: int, open_cases: int) -> Iterator[dict[str, Any]]:
        for number in range(1, count + 1):
            yield self._row(number, is_open=number <= open_cases)

    def _row(self, number: int, *, is_open: bool) -> dict[str, Any]:
        chance = self._random
        queue = chance.choices([q for q, _ in _SHARES], [share for _, share in _SHARES])[0] if is_open else Queue.CLOSED
        opened = self._now - timedelta(minutes=chance.expovariate(1 / 4000) if is_open else 9000)
        due = opened + timedelta(minutes=60 if queue is Queue.REVIEW else 4320)
        if queue is Queue.AWAITING:
            due += timedelta(days=30)  # heads made by SQL cannot be moved: no deadline of theirs may pass meanwhile
        assigned = is_open and chance.random() < 0.3
        platform, mode = self._skewed(PLATFORMS), "9610" if chance.random() < 0.7 else "1210"
        rules = list(dict.fromkeys(self._skewed(RULES) for _ in range(chance.choice((1, 1, 2, 3)))))
        return {
            "declaration_id": id_of(number),
            "queue": queue.value,
            "district": self._skewed(OFFICES),
            "opened_at": opened,
            "queued_at": opened,
            "due_at": due,
            "escalated_at": due if is_open and due < self._now else None,
            "closed_at": None if is_open else self._now,
            "assignee": chance.choice(OFFICERS) if assigned else None,
            "assigned_at": opened if assigned else None,
            "touched_at": opened if assigned else None,
            "version": 1,
            "weight": 10 + 5 * chance.randrange(4),
            "value": int(chance.lognormvariate(17, 1)) // 1000 * 1000,
            "platform_code": platform,
            "trade_mode": mode,
            "rules": rules,
            "tags": self._tags_of(number, platform, mode, rules),
        }

    def _tags_of(self, number: int, platform: str, mode: str, rules: list[str]) -> list[int]:
        tags, chance = self._tags, self._random
        found = [tags.platform(platform), tags.trade_mode(mode), *map(tags.rule, rules)]
        buyer = UUID(hashlib.md5(f"buyer{number % 400_000}".encode(), usedforsecurity=False).hexdigest())
        found += [tags.buyer(buyer), tags.telephone(number % 400_000), tags.address(number % 300_000)]
        for _ in range(chance.choice((1, 1, 2, 3, 5))):
            found += self._once("code", self._skewed(CODES))
            found += self._once("word", self._skewed(WORDS))
            found += self._once("word", self._skewed(WORDS))
            found.append(tags.item(item_index(platform, f"SKU{int(chance.paretovariate(0.6)) % 50_000}")))
        return list(dict.fromkeys(found))

    def _once(self, kind: str, text: str) -> list[int]:
        known = self._known.get((kind, text))
        if known is None:
            made = self._tags.code_heads(text) if kind == "code" else self._tags.words(text)
            known = self._known[kind, text] = made
        return known

    def _skewed(self, values: tuple[str, ...]) -> str:
        return values[min(int(self._random.paretovariate(0.9)) - 1, len(values) * 3) % len(values)]
