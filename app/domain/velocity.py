"""Velocity counters of risk profiles: how much was declared lately by one buyer, at one telephone, of one article.

What belongs here: what can be counted and what is known of it. What does not: how it is read
(`app.repositories.velocities`). A counter leaves the declaration itself out, and whatever was refused or withdrawn.
"""

import enum
from decimal import Decimal
from typing import Final

import msgspec

WINDOWS_DAYS: Final = (1, 7, 30)  # the acceptance day is the last of them


class Counted(enum.StrEnum):
    """By what declarations are counted."""

    BUYER = "buyer"
    TELEPHONE = "telephone"
    ADDRESS = "address"
    PLATFORM = "platform"
    ITEM = "item"


class Velocity(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one counter shows over one window.

    `at_least`: more may have been declared than was looked at. `value_cny` is None where a counter knows no value
    (of an article), `line_no` the goods item that an article counter is about.
    """

    counted: str
    days: int
    declarations: int
    value_cny: Decimal | None
    at_least: bool = False
    line_no: int | None = None


class ProfileDraw(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The draw of a declaration for one profile under the secret of the acceptance day: 0..999,999."""

    profile_id: str
    draw_ppm: int


class Contacts(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Blind indexes of a declaration, as the lists of profiles hold them."""

    buyer: str
    telephone: str
    address: str


class Wanted(msgspec.Struct, frozen=True):
    """The facts that rules of a day read and that are loaded only for them."""

    counters: frozenset[tuple[Counted, int]] = frozenset()  # by what, over how many days
    draws: frozenset[str] = frozenset()  # for which profiles
    contacts: bool = False

    def __or__(self, other: "Wanted") -> "Wanted":
        return Wanted(self.counters | other.counters, self.draws | other.draws, self.contacts or other.contacts)

    def __bool__(self) -> bool:
        return bool(self.counters or self.draws or self.contacts)


NOTHING_WANTED: Final = Wanted()
