"""Examples of risk profiles over JSON, for the OpenAPI document."""

from datetime import UTC, datetime
from typing import Any, Final

_AT: Final = datetime(2026, 11, 23, 9, tzinfo=UTC).isoformat().replace("+00:00", "Z")
BODY_EXAMPLE: Final[dict[str, Any]] = {
    "name_zh": "低报奶粉",
    "name_en": "Milk powder below its price",
    "explanation": "Prices below those of the market were found in November.",
    "first_day": "2026-12-01",
    "last_day": None,
    "districts": ["22"],
    "action": "inspect",
    "rate_ppm": 250000,
    "condition": {
        "kind": "item",
        "of": [
            {"kind": "compare", "field": "goods_name", "comparison": "contains", "values": ["奶粉"]},
            {"kind": "compare", "field": "item_price", "comparison": "below", "values": ["50"]},
        ],
    },
}
EDIT_EXAMPLE: Final[dict[str, Any]] = BODY_EXAMPLE | {"based_on": 1}
VERSION_EXAMPLE: Final[dict[str, Any]] = {
    "version": 1,
    "state": "in_force",
    "current": True,
    "based_on": None,
    "authors": ["ANALYST1"],
    "proposed_by": "ANALYST1",
    "approved_by": "CHIEF1",
    "drafted_at": _AT,
    "moved_at": _AT,
    "definition": BODY_EXAMPLE,
}
REHEARSAL_EXAMPLE: Final[dict[str, Any]] = {
    "rehearsal_id": "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9",
    "version": 1,
    "state": "finished",
    "failed": None,
    "first_day": "2026-11-01",
    "last_day": "2026-11-22",
    "received": 480000,
    "sampled": 2000,
    "hits": 5,
    "uncertain": 0,
    "newly": 4,
    "cases_per_day": 43.6,
    "inspected": 2,
    "found": 1,
    "hit_rate": 0.2,
    "overlap": {"PRF-0002": 1},
    "examples": [
        {
            "declaration_id": "0f1e2d3c-4b5a-8978-8695-a4b3c2d1e0f9",
            "district": "2244",
            "day": "2026-11-21",
            "outcome": "released",
            "certain": True,
        }
    ],
}
PROFILE_EXAMPLE: Final[dict[str, Any]] = {
    "profile_id": "PRF-0001",
    "versions": [VERSION_EXAMPLE],
    "history": [{"version": 1, "state": "in_force", "by": "CHIEF1", "at": _AT, "note": "agreed"}],
    "rehearsals": [REHEARSAL_EXAMPLE],
}
LIST_EXAMPLE: Final[dict[str, Any]] = {
    "profiles": [
        {
            "profile_id": "PRF-0001",
            "name_zh": "低报奶粉",
            "name_en": "Milk powder below its price",
            "state": "in_force",
            "version": 1,
            "newest_version": 2,
            "newest_state": "draft",
            "hits": 40,
            "found": 8,
        }
    ]
}
STATISTICS_EXAMPLE: Final[dict[str, Any]] = {
    "first_day": "2026-11-01",
    "last_day": "2026-11-22",
    "hits": [
        {
            "version": 1,
            "shadow": False,
            "day": "2026-11-22",
            "hits": 4,
            "uncertain": 0,
            "inspected": 4,
            "found": 1,
            "released": 3,
        }
    ],
    "shadow": [{"version": 2, "day": "2026-11-22", "assessed": 21000}],
}
DIFFERENCES_EXAMPLE: Final[dict[str, Any]] = {"differences": [{"part": "action", "before": "hold", "after": "inspect"}]}
