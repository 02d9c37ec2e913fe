"""The facts that only risk profiles read: velocity counters, draws, blind indexes of the people.

Without a profile in force that wants them nothing is asked, nothing is stored and nothing is spent. What two parcels
of one unit show about each other is added in memory.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import msgspec

from app.domain.dossier import Documents
from app.domain.money import from_units
from app.domain.sampling import profile_draw_ppm
from app.domain.velocity import WINDOWS_DAYS, Contacts, Counted, ProfileDraw, Velocity, Wanted
from app.repositories.counters import FeatureRow
from app.repositories.together import Statement
from app.repositories.velocities import (
    Parcel,
    Tallies,
    Tally,
    item_tallies_from,
    item_tallies_wanted,
    tallies_from,
    tallies_wanted,
)
from app.security.blind_index import item_index

_BITS: Final = 2**64


class Watched(msgspec.Struct, gc=False):
    """A declaration as counters see it, and which facts the profiles of its day want."""

    features: FeatureRow
    documents: Documents
    received_on: date
    wanted: Wanted

    @property
    def platform(self) -> str:
        """The platform's code."""
        return self.documents.declaration.platform_code

    @property
    def items(self) -> list[tuple[UUID, int, int, date]]:
        """(declaration, line, article, day) of every goods item with an article number."""
        key, day = self.features.declaration_id, self.features.accepted_on
        return [
            (key, item.line_no, item_index(self.platform, item.item_no), day)
            for item in self.documents.declaration.items
            if item.item_no
        ]


class Velocities:
    """The counters of one unit of work, and what its own parcels add to them one after the other."""

    def __init__(self) -> None:
        self._read: Tallies = {}
        self._before: list[Watched] = []

    def statements(self, watched: Sequence[Watched]) -> list[Statement | None]:
        """What has to be read; only None where no profile wants a counter."""
        by = {counted for each in watched for counted, _ in each.wanted.counters}
        parcels = [_parcel(each) for each in watched if each.wanted.counters]
        items = [row for each in watched if _of_items(each.wanted) for row in each.items]
        return [tallies_wanted(parcels, by), item_tallies_wanted(items)]

    def read(self, rows: Sequence[Any], item_rows: Sequence[Any]) -> None:
        """What the statements gave."""
        self._read = tallies_from(rows) | item_tallies_from(item_rows)

    def decided(self, each: Watched, *, stands: bool) -> None:
        """Let the next parcels of the unit count this one, unless it was refused."""
        if stands:
            self._before.append(each)

    def facts(self, each: Watched, secret: bytes | None) -> dict[str, Any]:
        """The facts by name; those that nobody wants are left out, and draws where there is no secret to draw with."""
        wanted, found = each.wanted, dict[str, Any]()
        if wanted.counters:
            found["velocities"] = self._velocities(each)
        if wanted.draws and secret is not None:
            key = each.features.declaration_id
            found["profile_draws"] = tuple(
                ProfileDraw(profile_id=profile, draw_ppm=profile_draw_ppm(secret, key, profile))
                for profile in sorted(wanted.draws)
            )
        if wanted.contacts:
            found["contacts"] = contacts_of(each.features)
        return found

    def _velocities(self, each: Watched) -> tuple[Velocity, ...]:
        found = []
        for counted in Counted:
            days = [window for window in WINDOWS_DAYS if (counted, window) in each.wanted.counters]
            if days:
                found += self._of_items(each, days) if counted is Counted.ITEM else self._of_others(each, counted, days)
        return tuple(found)

    def _of_others(self, each: Watched, counted: Counted, windows: list[int]) -> list[Velocity]:
        tallies = self._read.get((each.features.declaration_id, counted, None))
        if tallies is None:
            return []
        alike = [other for other in self._before if _same(counted, other, each)]
        ages = [(_age(counted, other, each), other.features.amount) for other in alike]
        return [_velocity(counted, days, tallies, ages, None) for days in windows]

    def _of_items(self, each: Watched, windows: list[int]) -> list[Velocity]:
        found = []
        for key, line_no, article, day in each.items:
            tallies = self._read.get((key, Counted.ITEM, line_no))
            if tallies is None:
                continue
            others = [other for other in self._before if any(article == theirs for _, _, theirs, _ in other.items)]
            ages = [((day - other.features.accepted_on).days, 0) for other in others]
            found += [_velocity(Counted.ITEM, days, tallies, ages, line_no) for days in windows]
        return found


def contacts_of(features: FeatureRow) -> Contacts:
    """The people of a declaration, as lists of profiles name them."""
    return Contacts(
        buyer=f"#{features.identity_index.hex}",
        telephone=short_name(features.telephone_index),
        address=short_name(features.address_index),
    )


def short_name(index: int) -> str:
    """A blind index of 64 bits as text."""
    return f"#{index % _BITS:016x}"


def _velocity(
    counted: Counted, days: int, tallies: tuple[Tally, ...], ages: list[tuple[int, int]], line_no: int | None
) -> Velocity:
    tally = tallies[WINDOWS_DAYS.index(days)]
    amounts = [amount for age, amount in ages if 0 <= age < days]
    value = None if tally.amount is None else from_units(tally.amount + sum(amounts))
    return Velocity(
        counted=counted.value,
        days=days,
        declarations=tally.declarations + len(amounts),
        value_cny=value,
        at_least=tally.at_least,
        line_no=line_no,
    )


def _parcel(each: Watched) -> Parcel:
    features = each.features
    return Parcel(
        features.declaration_id,
        features.identity_index,
        features.telephone_index,
        features.address_index,
        each.platform,
        features.accepted_on,
        each.received_on,
    )


def _of_items(wanted: Wanted) -> bool:
    return any(counted is Counted.ITEM for counted, _ in wanted.counters)


def _same(counted: Counted, other: Watched, each: Watched) -> bool:
    match counted:
        case Counted.BUYER:
            return other.features.identity_index == each.features.identity_index
        case Counted.TELEPHONE:
            return other.features.telephone_index == each.features.telephone_index
        case Counted.ADDRESS:
            return other.features.address_index == each.features.address_index
        case _:
            return other.platform == each.platform


def _age(counted: Counted, other: Watched, each: Watched) -> int:
    """How many days before a declaration another one lies; platforms are counted by when things were received."""
    if counted is Counted.PLATFORM:
        return (each.received_on - other.received_on).days
    return (each.features.accepted_on - other.features.accepted_on).days
