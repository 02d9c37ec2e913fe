"""The credit classes of enterprises, and what a class that is not on record means."""

from typing import Final

from app.domain.facts import PartyStanding

ADVANCED: Final = "advanced"
ORDINARY: Final = "ordinary"
DISCREDITED: Final = "discredited"
_CLASSES: Final = frozenset({ADVANCED, ORDINARY, DISCREDITED})


def credit_class_of(standing: PartyStanding) -> str | None:
    """The class of a party; None for a word that names no class.

    Interpretation: customs classify the best and the worst; every other registered enterprise is under ordinary
    supervision (order 251, MEMORY). So a register without a class says ordinary.
    """
    if standing.credit_class is None:
        return ORDINARY
    return standing.credit_class if standing.credit_class in _CLASSES else None
