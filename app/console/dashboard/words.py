"""What figures are called on the dashboard, and how times are written."""

from collections.abc import Callable, Mapping
from typing import Final

from app.console.language import N_, say
from app.domain.measures import BY_OFFICER, UNKNOWN
from app.languages import Language
from app.services.office.statistics.now import AGES_SECONDS

RESULTS: Final[Mapping[str, str]] = {
    "conforms": N_("Conforms"),
    "despite": N_("Different, released all the same"),
    "amend": N_("To be amended"),
    "refuse": N_("Refused"),
    "return": N_("Returned abroad"),
    "detain": N_("Detained"),
}
DOCUMENTS: Final[Mapping[str, str]] = {
    "order": N_("Order"),
    "payment": N_("Payment"),
    "waybill": N_("Waybill"),
    "declaration": N_("Declaration"),
}
BY: Final[Mapping[str, str]] = {"all": N_("All"), "itself": N_("By itself"), "officer": N_("By officers")}
_UNITS: Final = ((86_400, N_("%(number)s d")), (3_600, N_("%(number)s h")), (60, N_("%(number)s min")))
Titles = Callable[[str], str]


def duration(language: Language, seconds: float | None) -> str:
    """``4.2 h``; a dash where there is none."""
    if seconds is None:
        return "–"
    for unit, text in _UNITS:
        if seconds >= unit:
            return say(language, text, number=f"{seconds / unit:.1f}".removesuffix(".0"))
    return say(language, N_("%(number)s s"), number=f"{seconds:.0f}")


def age(language: Language, from_seconds: int) -> str:
    """What an age of waiting cases is called: ``4 h – 1 d``."""
    place = AGES_SECONDS.index(from_seconds)
    if place == 0:
        return say(language, N_("under %(time)s"), time=duration(language, AGES_SECONDS[1]))
    if place == len(AGES_SECONDS) - 1:
        return say(language, N_("over %(time)s"), time=duration(language, from_seconds))
    return f"{duration(language, from_seconds)} – {duration(language, AGES_SECONDS[place + 1])}"


def special_rule(language: Language, rule: str) -> str | None:
    """The names that stand for no rule."""
    if rule == BY_OFFICER:
        return say(language, N_("An officer's own choice"))
    return say(language, N_("Unknown (erased)")) if rule == UNKNOWN else None
