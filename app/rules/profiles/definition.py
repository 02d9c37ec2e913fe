"""What an officer writes: a risk profile as frozen values, and its canonical JSON.

A condition is a tree: comparisons, and groups of which all, any or none must hold, or all for one and the same goods
item. Values are texts, numbers too: one shape for every comparison. Nothing here names a person: lists of people hold
blind indexes (`#` and hex digits).
"""

from collections.abc import Iterator
from datetime import date
from typing import Final, Literal

import msgspec

from app.domain.decision import Outcome
from app.domain.sampling import MILLION
from app.domain.velocity import Wanted
from app.rules.profiles.vocabulary import FIELDS, Form

OUTCOMES: Final = {"hold": Outcome.HELD, "inspect": Outcome.INSPECTION}


class Compare(msgspec.Struct, frozen=True, tag_field="kind", tag="compare", gc=False):
    """One field, compared with values. A field of goods items holds when it holds for any item."""

    field: str
    comparison: str
    values: tuple[str, ...]


class Group(msgspec.Struct, frozen=True, tag_field="kind"):
    """Several conditions as one."""

    of: tuple["Condition", ...]


class AllOf(Group, frozen=True, tag="all"):
    """All of them hold."""


class AnyOf(Group, frozen=True, tag="any"):
    """At least one holds."""


class NoneOf(Group, frozen=True, tag="none"):
    """None of them holds."""


class OneItem(Group, frozen=True, tag="item"):
    """There is one goods item for which all of them hold."""


Condition = Compare | AllOf | AnyOf | NoneOf | OneItem
GROUPS: Final[dict[str, type[Group]]] = {"all": AllOf, "any": AnyOf, "none": NoneOf, "item": OneItem}


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a risk profile. Without districts it counts in all of them."""

    name_zh: str
    name_en: str
    explanation: str
    first_day: date
    last_day: date | None
    districts: tuple[str, ...]
    action: Literal["hold", "inspect"]
    rate_ppm: int
    condition: Condition

    @property
    def outcome(self) -> Outcome:
        """What a hit leads to."""
        return OUTCOMES[self.action]

    @property
    def comparisons(self) -> Iterator[Compare]:
        """Every comparison of the condition."""
        return comparisons_of(self.condition)

    def wanted(self, profile_id: str) -> Wanted:
        """The facts that have to be loaded for it."""
        fields = [FIELDS[each.field] for each in self.comparisons]
        return Wanted(
            frozenset((field.counter.counted, field.counter.days) for field in fields if field.counter),
            frozenset({profile_id} if self.rate_ppm < MILLION else ()),
            any(field.form is Form.LISTED for field in fields),
        )


def comparisons_of(condition: Condition) -> Iterator[Compare]:
    """Every comparison of a tree, from left to right."""
    if isinstance(condition, Compare):
        yield condition
    else:
        for part in condition.of:
            yield from comparisons_of(part)


_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder(Profile)


def encode_profile(profile: Profile) -> bytes:
    """The bytes that are stored."""
    return _encoder.encode(profile)


def decode_profile(content: bytes) -> Profile:
    """The inverse of `encode_profile`; msgspec.DecodeError for other bytes."""
    return _decoder.decode(content)
