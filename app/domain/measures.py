"""What is counted for the statistics, and the buckets of times.

What belongs here: the numbers of measures and the arithmetic of histograms. What does not: where they are read from.
"""

import enum
import math
from collections.abc import Mapping
from typing import Final


class Measure(enum.IntEnum):
    """One kind of sum. Stored as the number; a number is never given twice."""

    ASSESSED = 1  # name: outcome; part: "first" of its declaration, or "again"
    DECIDED = 2  # name: status that it ended in; part: "itself" or "officer"
    TIME = 3  # from acceptance to that decision; name: "itself" or "officer"; part: bucket
    FINDING = 4  # name: rule; part: outcome that the finding led to
    HIT = 5  # sent to inspection; name: rule, or `BY_OFFICER`
    RESULT = 6  # of such an inspection; name: as HIT; part: `Result`
    OVERDUE = 7  # papers did not come before their deadline; name: platform
    DISTRICT = 8  # in the sums over all districts: which ones have any that day, and how much; name: district


class Result(enum.StrEnum):
    """What an inspection led to."""

    CONFORMS = "conforms"
    DESPITE = "despite"  # something else was found, and it was released all the same
    AMEND = "amend"
    REFUSE = "refuse"
    DETAIN = "detain"
    RETURN = "return"


ITSELF: Final = "itself"
OFFICER: Final = "officer"
BY_OFFICER: Final = "officer"
UNKNOWN: Final = "unknown"  # the key of what was filed was shredded: its findings are nobody's to read
FIRST: Final = "first"
AGAIN: Final = "again"
_PER_DECADE: Final = 20  # a bucket is 12 % wide
_LONGEST: Final = 9 * _PER_DECADE  # thirty years


def bucket_of(seconds: float) -> int:
    """The bucket of a time: 0 below a second, then twenty for each factor of ten."""
    if seconds < 1:
        return 0
    return min(_LONGEST, 1 + math.floor(math.log10(seconds) * _PER_DECADE))


def upper_seconds(bucket: int) -> float:
    """The longest time of a bucket."""
    return 1.0 if bucket == 0 else float(10 ** (bucket / _PER_DECADE))


def percentile(buckets: Mapping[int, int], share: float) -> float | None:
    """The time within which this share of all was done, at most 12 % too long; None where there is nothing."""
    total = sum(buckets.values())
    if total <= 0:
        return None
    wanted, seen = math.ceil(total * share), 0
    for bucket in sorted(buckets):
        seen += buckets[bucket]
        if seen >= wanted:
            return upper_seconds(bucket)
    return None
