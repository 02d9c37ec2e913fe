"""Who buys in the measurements: made-up people with valid identity numbers, one in five of whom was here before."""

import random
from typing import Final

import msgspec

from app.domain.identity import county_codes
from bench.vocabulary import Vocabulary
from tests.builders import an_identity_number

REPEAT_SHARE: Final = 0.2


class Buyer(msgspec.Struct, frozen=True, gc=False):
    """One person and where parcels go."""

    identity_number: str
    name: str
    telephone: str
    address: str
    account: str


class Buyers:
    """Gives a buyer for each order."""

    def __init__(self, dice: random.Random, words: Vocabulary) -> None:
        self._dice = dice
        self._words = words
        self._counties = _counties_in_use()
        self._known: list[Buyer] = []

    def next(self) -> Buyer:
        """A new person, or in one case of five somebody who bought before."""
        if self._known and self._dice.random() < REPEAT_SHARE:
            return self._dice.choice(self._known)
        self._known.append(self._new())
        return self._known[-1]

    def _new(self) -> Buyer:
        dice, words = self._dice, self._words
        born = f"{dice.randint(1955, 2005)}{dice.randint(1, 12):02}{dice.randint(1, 28):02}"
        identity = an_identity_number(
            county=dice.choice(self._counties), born=born, sequence=f"{dice.randint(1, 999):03}"
        )
        city, road, estate = dice.choice(words.cities), dice.choice(words.roads), dice.choice(words.estates)
        flat = f"{dice.randint(1, 30)}栋{dice.randint(1, 4)}单元{dice.randint(101, 2904)}室"
        return Buyer(
            identity_number=identity,
            name=dice.choice(words.surnames) + "".join(dice.sample(words.given_names, dice.randint(1, 2))),
            telephone=f"1{dice.choice('3579')}{dice.randint(0, 10**9 - 1):09}",
            address=f"{city}{road}{dice.randint(1, 999)}号{estate}{flat}",
            account=f"u{dice.randint(10**8, 10**10)}",
        )


def _counties_in_use() -> list[str]:
    """Counties whose code has always been in use: any date of birth goes with it."""
    always = [code for code, periods in county_codes().items() if len(code) == 6 and _ever(periods)]
    return sorted(code for code in always if not code.endswith("00"))


def _ever(periods: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= 1982 and last == 9999 for first, last in periods)
