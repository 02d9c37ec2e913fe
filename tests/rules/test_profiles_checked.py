"""What officers may write in a profile, and that everything wrong with one is said at once."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.profiles.checking import checked
from app.rules.profiles.conditions import DEEPEST
from app.rules.profiles.definition import encode_profile
from app.rules.profiles.faults import TEXTS
from tests import builders

GOOD: dict[str, Any] = {
    "name_zh": "低报奶粉",
    "name_en": "Milk powder below its price",
    "explanation": "Prices below those of the market were found in June.",
    "first_day": "2024-06-01",
    "last_day": None,
    "districts": ["22", "4604"],
    "action": "hold",
    "rate_ppm": 250_000,
    "condition": {
        "kind": "all",
        "of": [
            {"kind": "compare", "field": "platform", "comparison": "one_of", "values": ["3101960P01"]},
            {
                "kind": "item",
                "of": [
                    {"kind": "compare", "field": "goods_name", "comparison": "contains", "values": ["奶粉"]},
                    {"kind": "compare", "field": "item_price", "comparison": "below", "values": [50]},
                ],
            },
        ],
    },
}


def codes(**changes: Any) -> set[tuple[str, str]]:
    """Place and code of everything that is wrong with the good profile when it is changed so."""
    profile, faults = checked(GOOD | changes)
    assert (profile is None) == bool(faults)
    return {(each.pointer, each.code) for each in faults}


def compare(field: str, comparison: str, *values: Any) -> dict[str, Any]:
    """A comparison as it is sent."""
    return {"kind": "compare", "field": field, "comparison": comparison, "values": list(values)}


def nested(depth: int) -> dict[str, Any]:
    """Groups within groups."""
    return compare("platform", "one_of", "X") if depth == 1 else {"kind": "all", "of": [nested(depth - 1)]}


def test_a_good_profile_is_taken() -> None:
    profile, faults = checked(GOOD)
    assert faults == ()
    assert profile is not None
    assert b'"values":["50"]' in encode_profile(profile)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name_zh": ""}, {("/name_zh", "missing")}),
        ({"name_en": 7}, {("/name_en", "wrong_type")}),
        ({"name_en": "x" * 61}, {("/name_en", "too_long")}),
        ({"explanation": f"buyer {builders.IDENTITY}"}, {("/explanation", "identity_number")}),
        ({"first_day": "2024-02-30"}, {("/first_day", "not_a_day")}),
        ({"first_day": "2016-04-07"}, {("/first_day", "day_range")}),
        ({"last_day": "2024-05-31"}, {("/last_day", "days_order")}),
        ({"districts": ["2", "22"]}, {("/districts/0", "district")}),
        ({"action": "release"}, {("/action", "action")}),
        ({"rate_ppm": 0}, {("/rate_ppm", "rate")}),
        ({"rate_ppm": 1_000_001}, {("/rate_ppm", "rate")}),
        ({"sampling": 5}, {("/sampling", "unknown_key")}),
        ({"condition": None}, {("/condition", "missing")}),
        ({"condition": {"kind": "not"}}, {("/condition/kind", "kind")}),
        ({"condition": {"kind": "any", "of": []}}, {("/condition/of", "empty_group")}),
        ({"condition": compare("platfrom", "one_of", "X")}, {("/condition/field", "field")}),
        ({"condition": compare("", "one_of", "X")}, {("/condition/field", "no_field")}),
        ({"condition": compare("platform", "above", "5")}, {("/condition/comparison", "comparison")}),
        ({"condition": compare("platform", "one_of")}, {("/condition/values", "no_values")}),
        ({"condition": compare("platform", "one_of", "a b")}, {("/condition/values/0", "not_a_code")}),
        ({"condition": compare("item_price", "below", "-5")}, {("/condition/values/0", "not_a_number")}),
        ({"condition": compare("item_price", "below", "5", "6")}, {("/condition/values", "one_value")}),
        ({"condition": compare("buyer_count_7d", "at_least", "401")}, {("/condition/values/0", "counter_bound")}),
        ({"condition": compare("buyer_count_7d", "above", "400")}, {("/condition/values/0", "counter_bound")}),
        ({"condition": compare("item_count_7d", "at_least", "26")}, {("/condition/values/0", "counter_bound")}),
        ({"condition": compare("item_value_7d", "above", "1")}, {("/condition/field", "field")}),
        ({"condition": compare("buyer_count_7d", "equal", "5")}, {("/condition/comparison", "comparison")}),
        (
            {"condition": compare("goods_name", "contains", builders.IDENTITY)},
            {("/condition/values/0", "identity_number")},
        ),
        (
            {"condition": {"kind": "item", "of": [compare("platform", "one_of", "X")]}},
            {("/condition/of/0/field", "not_of_item")},
        ),
        ({"condition": nested(DEEPEST + 1)}, {("/condition" + "/of/0" * DEEPEST, "too_deep")}),
        ({"condition": {"kind": "any", "of": [nested(1)] * 51}}, {("/condition/of", "too_many_comparisons")}),
    ],
)
def test_every_fault_is_named_with_its_place(changes: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    assert codes(**changes) == expected


def test_all_faults_are_told_at_once() -> None:
    found = codes(name_zh="", action="x", first_day="", condition=compare("x", "y"))
    assert {place for place, _ in found} == {"/name_zh", "/action", "/first_day", "/condition/field"}


@pytest.mark.parametrize(
    ("field", "comparison", "value"),
    [("buyer_count_7d", "at_least", 400), ("buyer_count_7d", "at_most", 399), ("item_count_1d", "at_least", 25)],
)
def test_a_counter_may_be_compared_up_to_its_bound(field: str, comparison: str, value: int) -> None:
    assert codes(condition=compare(field, comparison, value)) == set()


def test_the_deepest_tree_is_taken() -> None:
    assert codes(condition=nested(DEEPEST)) == set()


def test_every_fault_has_words_in_both_languages() -> None:
    for text in TEXTS.values():
        assert text.zh
        assert text.en


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda parts: (
        st.lists(parts, max_size=3) | st.dictionaries(st.sampled_from([*GOOD, "kind", "of"]), parts, max_size=4)
    ),
    max_leaves=10,
)


@given(JSON, st.sampled_from([*GOOD]))
def test_nothing_that_json_can_say_breaks_the_checking(value: Any, key: str) -> None:
    checked(value)
    checked(GOOD | {key: value})
