"""The life of one version of a risk profile, as one table. A version never changes; how it stands does."""

import enum
from typing import Final


class ProfileState(enum.IntEnum):
    """How a version stands. Stored as the number; a number is never given twice."""

    DRAFT = 1
    REHEARSED = 2
    SHADOW = 3  # asked about live traffic, decides nothing
    PROPOSED = 4
    IN_FORCE = 5  # on its days
    REJECTED = 6
    RETIRED = 7
    REPLACED = 8  # by a newer version, or by an older one that was stepped back to
    BACK_PROPOSED = 9  # it was approved once, and shall count again
    RETIRE_PROPOSED = 10  # in force until somebody else approves that it ends

    @property
    def word(self) -> str:
        """The word of addresses and JSON: ``in_force``."""
        return self.name.lower()


S = ProfileState
MOVES: Final[dict[ProfileState, frozenset[ProfileState]]] = {
    S.DRAFT: frozenset({S.REHEARSED, S.RETIRED}),
    S.REHEARSED: frozenset({S.SHADOW, S.PROPOSED, S.RETIRED}),
    S.SHADOW: frozenset({S.PROPOSED, S.RETIRED}),
    S.PROPOSED: frozenset({S.IN_FORCE, S.REJECTED}),
    S.IN_FORCE: frozenset({S.RETIRE_PROPOSED, S.REPLACED}),
    S.REJECTED: frozenset(),
    S.RETIRED: frozenset({S.BACK_PROPOSED}),
    S.REPLACED: frozenset({S.BACK_PROPOSED}),
    S.BACK_PROPOSED: frozenset({S.IN_FORCE, S.REPLACED}),  # turned down, it is what a newer one replaced, as before
    S.RETIRE_PROPOSED: frozenset({S.RETIRED, S.IN_FORCE, S.REPLACED}),
}
REHEARSABLE: Final = frozenset({S.DRAFT, S.REHEARSED, S.SHADOW, S.PROPOSED, S.IN_FORCE, S.RETIRE_PROPOSED})


def may_become(state: ProfileState, wanted: ProfileState) -> bool:
    """Whether a version that stands so may be moved so."""
    return wanted in MOVES[state]
