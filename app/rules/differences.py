"""Findings about several fields at once: which of them differ or are wrong, in one sentence.

What belongs here: wording. What does not: comparing (app/domain) and deciding (the rules). It runs only when
something was found, so it need not be fast.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from app.domain.money import round_cny
from app.rules.kernel import Finding, Text, canonical


class Difference(msgspec.Struct, frozen=True, gc=False):
    """One field that is not as it must be: its name in both languages, and what was read, by path.

    What is `absent` has no value to show: its name alone stands in the sentence.
    """

    field: Text
    values: Mapping[str, object]
    absent: bool = False


def difference(zh: str, en: str, **values: object) -> Difference:
    """A field by its two names; keys use ``__`` for the dot of a path, as in `finding`."""
    return Difference(Text(zh, en), {key.replace("__", ".", 1): value for key, value in values.items()})


def differing(subject: Text, differences: Sequence[Difference]) -> Finding:
    """``subject：field（{path} / {path}）、field…``; values stand only behind their paths, never in the text."""
    values = {path: canonical(value) for difference in differences for path, value in difference.values.items()}
    fields_zh = "、".join(
        each.field.zh if each.absent else f"{each.field.zh}（{_shown(each)}）" for each in differences
    )
    fields_en = ", ".join(each.field.en if each.absent else f"{each.field.en} ({_shown(each)})" for each in differences)
    return Finding(Text(f"{subject.zh}：{fields_zh}", f"{subject.en}: {fields_en}"), values)


def _shown(difference: Difference) -> str:
    return " / ".join(f"{{{path}}}" for path in difference.values)


def beyond(one_cny: Decimal, other_cny: Decimal, tolerance_cny: Decimal) -> bool:
    """Whether two amounts are more than the tolerance apart, each rounded half up to 0.01.

    Interpretation: amounts have up to five decimals on the wire, but nobody pays less than one fen.
    """
    return one_cny != other_cny and abs(round_cny(one_cny) - round_cny(other_cny)) > tolerance_cny
