"""What parts and states of risk profiles are called on pages; English here, Chinese in the catalogue."""

from typing import Any, Final

from app.console.language import N_
from app.languages import Language
from app.rules.kernel import Text
from app.rules.profiles.definition import Compare, Condition
from app.rules.profiles.vocabulary import COMPARISON_TEXTS, FIELDS, Comparison

STATES: Final = {
    "draft": N_("Draft"),
    "rehearsed": N_("Rehearsed"),
    "shadow": N_("Shadow"),
    "proposed": N_("Waits for approval"),
    "in_force": N_("In force"),
    "rejected": N_("Rejected"),
    "retired": N_("Retired"),
    "replaced": N_("Replaced"),
    "back_proposed": N_("To count again: waits for approval"),
    "retire_proposed": N_("In force; to be retired: waits for approval"),
}
TONES: Final = {
    "in_force": "good",
    "proposed": "wait",
    "back_proposed": "wait",
    "retire_proposed": "wait",
    "rejected": "bad",
    "shadow": "calm",
    "draft": "calm",
}
ACTIONS: Final = {"hold": N_("Hold for review"), "inspect": N_("Inspect")}
KINDS: Final = {
    "all": N_("All of these hold"),
    "any": N_("At least one of these holds"),
    "none": N_("None of these holds"),
    "item": N_("One goods item for which all of these hold"),
}
PARTS: Final = {
    "name_zh": N_("Chinese name"),
    "name_en": N_("English name"),
    "explanation": N_("Why this profile"),
    "first_day": N_("First day"),
    "last_day": N_("Last day"),
    "districts": N_("Customs districts"),
    "action": N_("Action"),
    "rate_ppm": N_("Share of the hits that is picked"),
}
FAILED: Final = {
    "broken": N_("The rehearsal broke off; the log of the office says why. Ask for another one."),
    "slow": N_("The database did not answer in time, three times: ask about fewer parcels, or use fewer counters."),
}
_VALUES_SHOWN: Final = 12


def in_language(text: Text, language: Language) -> str:
    """A text of the vocabulary."""
    return text.zh if language is Language.ZH else text.en


def field_options(language: Language) -> list[tuple[str, str]]:
    """The fields of the vocabulary, as a list to choose from."""
    return [(name, in_language(field.text, language)) for name, field in FIELDS.items()]


def comparison_options(language: Language) -> list[tuple[str, str]]:
    """The comparisons, as a list to choose from."""
    return [(each.value, in_language(COMPARISON_TEXTS[each], language)) for each in Comparison]


def lines_of(condition: Condition, language: Language, depth: int = 0) -> list[tuple[int, str, str]]:
    """A condition tree line by line: depth, kind of group (or nothing), words of a comparison (or nothing)."""
    if isinstance(condition, Compare):
        return [(depth, "", sentence(condition, language))]
    kind: Any = type(condition).__struct_config__.tag
    lines: list[tuple[int, str, str]] = [(depth, str(kind), "")]
    for part in condition.of:
        lines += lines_of(part, language, depth + 1)
    return lines


def sentence(compare: Compare, language: Language, most: int = _VALUES_SHOWN) -> str:
    """A comparison in words; of a long list the first values."""
    field = in_language(FIELDS[compare.field].text, language)
    comparison = in_language(COMPARISON_TEXTS[Comparison(compare.comparison)], language)
    more = len(compare.values) - most
    values = ", ".join(compare.values[:most]) + (f" … (+{more})" if more > 0 else "")
    return f"{field} {comparison} {values}"
