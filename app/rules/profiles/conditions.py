"""Checking the condition tree of a profile: known words, fitting values, bounded depth and size."""

import difflib
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from app.domain.identity import mentions_identity_number
from app.errors import Problem
from app.rules.profiles.definition import GROUPS, Compare, Condition, Group, OneItem
from app.rules.profiles.faults import fault
from app.rules.profiles.vocabulary import COMPARISON_TEXTS, COMPARISONS, FIELDS, Comparison, Field, Form

DEEPEST: Final = 5
MOST_COMPARISONS: Final = 50
MOST_VALUES: Final = 5000
# A counter looks at 500 declarations, fewer of which stand; of an article 31 prices are kept of a day, fewer of which
# are of different declarations (repositories.velocities). Up to these numbers it is decided however much more there is.
MOST_COUNTED: Final = 400
MOST_ITEMS_COUNTED: Final = 25
_LONGEST_WORD: Final = 100
_LONGEST_DATUM: Final = 300
_NEEDS_ONE_MORE: Final = (Comparison.ABOVE, Comparison.AT_MOST)
_NUMBER: Final = re.compile(r"\d{1,14}(\.\d{1,5})?")
_CODE: Final = re.compile(r"[0-9A-Za-z._-]{1,60}")


def condition_of(raw: Any, found: list[Problem]) -> Condition | None:
    """The condition, None where something is wrong with it (then it is in `found`)."""
    before = len(found)
    checker = _Checker(found)
    condition = checker.node(raw, "/condition", 1, None)
    if checker.comparisons > MOST_COMPARISONS:
        found.append(fault("/condition", "too_many_comparisons", most=MOST_COMPARISONS))
    return condition if len(found) == before else None


class _Checker:
    """Walks one tree."""

    def __init__(self, found: list[Problem]) -> None:
        self._found = found
        self.comparisons = 0

    def node(self, raw: Any, pointer: str, depth: int, item: str | None) -> Condition | None:
        """One node; `item` says that it stands below a group about one goods item."""
        if raw is None:
            return self._fault(pointer, "missing")
        if not isinstance(raw, Mapping):
            return self._fault(pointer, "wrong_type", wanted="object")
        if depth > DEEPEST:
            return self._fault(pointer, "too_deep", most=DEEPEST)
        kind = raw.get("kind")
        if kind == "compare":
            return self._compare(raw, pointer, item)
        if not isinstance(kind, str) or kind not in GROUPS:
            return self._fault(f"{pointer}/kind", "kind")
        return self._group(GROUPS[kind], raw, pointer, depth, item)

    def _group(
        self, kind: type[Group], raw: Mapping[str, Any], pointer: str, depth: int, item: str | None
    ) -> Condition | None:
        self._keys(raw, ("kind", "of"), pointer)
        if kind is OneItem and item:
            return self._fault(pointer, "item_in_item")
        of = raw.get("of")
        if not isinstance(of, list | tuple) or not of:
            return self._fault(f"{pointer}/of", "empty_group")
        if len(of) > MOST_COMPARISONS:
            return self._fault(f"{pointer}/of", "too_many_comparisons", most=MOST_COMPARISONS)
        within = pointer if kind is OneItem else item
        parts = [self.node(each, f"{pointer}/of/{number}", depth + 1, within) for number, each in enumerate(of)]
        return kind(tuple(part for part in parts if part is not None))  # type: ignore[return-value] # one of GROUPS

    def _compare(self, raw: Mapping[str, Any], pointer: str, item: str | None) -> Compare | None:
        self.comparisons += 1
        self._keys(raw, ("kind", "field", "comparison", "values"), pointer)
        name = raw.get("field")
        if not name:
            return self._fault(f"{pointer}/field", "no_field")
        field = FIELDS.get(name) if isinstance(name, str) else None
        if field is None:
            near = difflib.get_close_matches(str(name)[:60], FIELDS, n=1)
            hint_zh, hint_en = (f"，是否为 {near[0]}？", f", did you mean {near[0]}?") if near else ("", "")
            return self._fault(f"{pointer}/field", "field", value=str(name)[:60], hint_zh=hint_zh, hint_en=hint_en)
        if item and not field.of_item:
            self._fault(f"{pointer}/field", "not_of_item")
        comparison = raw.get("comparison")
        allowed = COMPARISONS[field.form]
        if comparison not in allowed:
            zh = "、".join(f"{each}（{COMPARISON_TEXTS[each].zh}）" for each in allowed)
            return self._fault(f"{pointer}/comparison", "comparison", allowed_zh=zh, allowed_en=", ".join(allowed))
        values = self._values(field, Comparison(comparison), raw.get("values"), f"{pointer}/values")
        return Compare(field.name, Comparison(comparison).value, values)

    def _values(self, field: Field, comparison: Comparison, raw: Any, pointer: str) -> tuple[str, ...]:
        if not isinstance(raw, list | tuple) or not raw:
            self._fault(pointer, "no_values")
            return ()
        if len(raw) > MOST_VALUES:
            self._fault(pointer, "too_many_values", most=MOST_VALUES)
            return ()
        numeric = field.form in (Form.NUMBER, Form.VELOCITY)
        if numeric and len(raw) > 1:
            self._fault(pointer, "one_value")
        values = [self._value(field, comparison, each, f"{pointer}/{n}") for n, each in enumerate(raw)]
        return tuple(values) if numeric else tuple(dict.fromkeys(values))

    def _value(self, field: Field, comparison: Comparison, raw: Any, pointer: str) -> str:
        plain = str(raw) if isinstance(raw, int | Decimal) and not isinstance(raw, bool) else raw
        if not isinstance(plain, str):
            self._fault(pointer, "wrong_type", wanted="text")
            return ""
        value = plain.strip()
        match field.form:
            case Form.NUMBER | Form.VELOCITY:
                self._number(field, comparison, value, pointer)
            case Form.CODE:
                if not _CODE.fullmatch(value) or mentions_identity_number(value):
                    self._fault(pointer, "not_a_code", value=value[:30])
            case Form.WORDS:
                self._word(value, pointer)
            case Form.LISTED:
                if not 1 <= len(value) <= _LONGEST_DATUM or not value.isprintable():
                    self._fault(pointer, "not_a_datum", value="")
        return value

    def _word(self, value: str, pointer: str) -> None:
        if not 1 <= len(value) <= _LONGEST_WORD:
            self._fault(pointer, "word_length", most=_LONGEST_WORD)
        elif not value.isprintable():
            self._fault(pointer, "unprintable")
        elif mentions_identity_number(value):
            self._fault(pointer, "identity_number")

    def _number(self, field: Field, comparison: Comparison, value: str, pointer: str) -> None:
        if not _NUMBER.fullmatch(value) or not value.isascii():
            self._fault(pointer, "not_a_number", value=value[:30])
            return
        if field.counter is None:
            return
        # Below the bound every comparison is decided, however much more there is.
        most = (MOST_ITEMS_COUNTED if field.of_item else MOST_COUNTED) - (comparison in _NEEDS_ONE_MORE)
        if not field.counter.value and Decimal(value) > most:
            self._fault(pointer, "counter_bound", most=most)

    def _keys(self, raw: Mapping[str, Any], known: tuple[str, ...], pointer: str) -> None:
        for key in raw:
            if key not in known:
                self._fault(f"{pointer}/{key}", "unknown_key", key=str(key)[:60])

    def _fault(self, pointer: str, code: str, **words: object) -> Compare | None:
        """Note a fault; always None, for a caller that has nothing to give either."""
        self._found.append(fault(pointer, code, **words))
        return None
