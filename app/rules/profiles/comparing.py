"""Comparisons and groups as plain functions that know three answers: yes, no, and None for unknown.

Unknown is never guessed: a group is unknown where the unknown part could turn it. What belongs here: truth. What does
not: what follows from it (`compiling`) and what may be written at all (`checking`).
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from operator import eq, ge, gt, le, lt
from typing import Any, Final

from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.domain.velocity import Velocity
from app.rules.profiles.definition import AllOf, AnyOf, Compare, Condition, NoneOf
from app.rules.profiles.vocabulary import FIELDS, Comparison, Field, Form

Truth = bool | None
Test = Callable[[Dossier, Facts, Any], Truth]  # of a dossier, or of one goods item of it
OfValue = Callable[[Any], Truth]
_ORDERS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    Comparison.ABOVE: gt,
    Comparison.AT_LEAST: ge,
    Comparison.EQUAL: eq,
    Comparison.AT_MOST: le,
    Comparison.BELOW: lt,
}
_KNOWN_FROM_BELOW: Final = (Comparison.ABOVE, Comparison.AT_LEAST)


def test_of(condition: Condition) -> Test:
    """The function of a condition tree, asked with None for the item."""
    return _test(condition, within_item=False)


def value_test(compare: Compare) -> OfValue:
    """The function of a comparison over the value of its field."""
    field = FIELDS[compare.field]
    match field.form:
        case Form.CODE | Form.LISTED:
            return _of_code(compare)
        case Form.WORDS:
            return _of_words(compare)
        case Form.NUMBER:
            order, limit = _ORDERS[compare.comparison], Decimal(compare.values[0])
            return lambda value: None if value is None else order(value, limit)
        case Form.VELOCITY:
            return _of_velocity(field, compare)


def any_of(answers: Sequence[Truth]) -> Truth:
    """Whether one is yes; unknown where none is and one is unknown."""
    if True in answers:
        return True
    return None if None in answers else False


def _test(condition: Condition, *, within_item: bool) -> Test:
    if isinstance(condition, Compare):
        return _of_field(condition, within_item=within_item)
    item = within_item or not isinstance(condition, AllOf | AnyOf | NoneOf)
    parts = [_test(part, within_item=item) for part in condition.of]
    if isinstance(condition, AnyOf):
        return lambda dossier, facts, item: any_of([part(dossier, facts, item) for part in parts])
    if isinstance(condition, NoneOf):
        return lambda dossier, facts, item: _not(any_of([part(dossier, facts, item) for part in parts]))

    def all_parts(dossier: Dossier, facts: Facts, item: Any) -> Truth:
        unknown = False
        for part in parts:
            answer = part(dossier, facts, item)
            if answer is False:
                return False
            unknown = unknown or answer is None
        return None if unknown else True

    return all_parts if isinstance(condition, AllOf) else _of_any_item(all_parts)


def _of_field(compare: Compare, *, within_item: bool) -> Test:
    field, holds = FIELDS[compare.field], value_test(compare)
    read = field.read

    def one(dossier: Dossier, facts: Facts, item: Any) -> Truth:
        return holds(read(dossier, facts, item))

    return _of_any_item(one) if field.of_item and not within_item else one


def _of_any_item(test: Test) -> Test:
    def any_item(dossier: Dossier, facts: Facts, _item: Any) -> Truth:
        return any_of([test(dossier, facts, item) for item in dossier.declaration.items])

    return any_item


def _of_code(compare: Compare) -> OfValue:
    if compare.comparison == Comparison.STARTS_WITH:
        return lambda value: None if value is None else value.startswith(compare.values)
    listed, wanted = frozenset(compare.values), compare.comparison == Comparison.ONE_OF
    return lambda value: None if value is None else (value in listed) is wanted


def _of_words(compare: Compare) -> OfValue:
    words = tuple(word.casefold() for word in compare.values)

    def contains(value: str | None) -> Truth:
        if value is None:
            return None
        text = value.casefold()
        return any(word in text for word in words)

    return contains


def _of_velocity(field: Field, compare: Compare) -> OfValue:
    """A counter that was read only up to a bound decides what the rest could not change, nothing else."""
    if field.counter is None:
        raise AssertionError("a velocity field has its counter")
    order, limit, of_value = _ORDERS[compare.comparison], Decimal(compare.values[0]), field.counter.value
    from_below = compare.comparison in _KNOWN_FROM_BELOW

    def holds(velocity: Velocity | None) -> Truth:
        if velocity is None:
            return None
        count = velocity.value_cny if of_value else velocity.declarations
        if count is None:
            return None
        if not velocity.at_least:
            return order(count, limit)
        if from_below:
            return True if order(count, limit) else None
        return False if count > limit or (count == limit and compare.comparison == Comparison.BELOW) else None

    return holds


def _not(answer: Truth) -> Truth:
    return None if answer is None else not answer
