"""Which faults strike, in which order: drawn from the seed."""

import random
from collections.abc import Collection

from chaos.faults import KILLS

KILLS_FOR_EACH_ROUND_OF_SPECIALS = 25


def plan(kills: int, kinds: Collection[str], specials: Collection[str], dice: random.Random) -> list[str]:
    """So many kills, every kind at least once where there are enough, and the special faults once in every 25."""
    names = [name for name in KILLS if name in kinds]
    drawn = names[:kills]
    if names:
        drawn += dice.choices(names, [KILLS[name][1] for name in names], k=kills - len(drawn))
    rounds = max(1, round(kills / KILLS_FOR_EACH_ROUND_OF_SPECIALS))
    drawn += list(specials) * rounds
    dice.shuffle(drawn)
    return drawn
