"""Dated values: strict files, and the value of the day."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from shutil import copytree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.decision import Outcome
from app.errors import RuleBookRefused
from app.rules.parameter_groups import FIRST_LAW_DAY
from app.rules.parameters import LAW, read_tree
from tests.rules.toys import our_tree

LIMIT = "limits/single_transaction_cny.yaml"
GOOD = 'description: x\nunit: CNY\nvalues:\n  2016-04-08: {value: "2000", law: y}\n'


@pytest.fixture
def tree_folder(tmp_path: Path) -> Path:
    return copytree(LAW, tmp_path / "parameters")


def test_each_value_begins_on_its_first_day() -> None:
    tree = our_tree()
    before, after = tree.on(date(2018, 12, 31)).limits, tree.on(date(2019, 1, 1)).limits
    assert (before.single_transaction_cny, before.annual_cny) == (Decimal(2000), Decimal(20000))
    assert (after.single_transaction_cny, after.annual_cny) == (Decimal(5000), Decimal(26000))
    assert (before.over_annual_limit, after.over_annual_limit) == ("taxed_in_full", "refused")


@given(st.dates(min_value=FIRST_LAW_DAY, max_value=date(2100, 1, 1)))
def test_every_value_is_the_one_with_the_latest_first_day_that_is_not_later(day: date) -> None:
    tree = our_tree()
    values = tree.on(day)
    for parameter in tree.parameters:
        begun = [dated.value for dated in parameter.values if dated.first_day <= day]
        assert getattr(getattr(values, parameter.group), parameter.name) == (begun[-1] if begun else None)


def test_before_the_first_law_the_values_of_its_first_day_are_shown() -> None:
    tree = our_tree()
    assert tree.on(FIRST_LAW_DAY - timedelta(days=1)) == tree.on(FIRST_LAW_DAY)


def test_a_value_that_may_be_absent_is_none_before_its_first_day(tree_folder: Path) -> None:
    (tree_folder / LIMIT).write_text(GOOD.replace("2016-04-08", "2019-01-01"), encoding="utf-8")
    tree = read_tree(tree_folder)
    assert tree.on(date(2018, 12, 31)).limits.single_transaction_cny is None
    assert tree.on(date(2019, 1, 1)).limits.single_transaction_cny == Decimal(2000)


def test_null_ends_a_value_that_may_be_absent(tree_folder: Path) -> None:
    (tree_folder / LIMIT).write_text(GOOD + "  2030-01-01: {value: null, law: z}\n", encoding="utf-8")
    assert read_tree(tree_folder).on(date(2030, 1, 1)).limits.single_transaction_cny is None


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (GOOD.replace('"2000"', "2000"), "quote the number 2000"),
        (GOOD.replace('"2000"', "2000.5"), r"quote the number 2000\.5"),
        (GOOD.replace('"2000"', '"NaN"'), "not a number"),
        (GOOD.replace('"2000"', '"many"'), "does not fit"),
        (GOOD.replace('"2000"', "[1, 2]"), "quote the number"),
        (GOOD.replace(", law: y", ""), "`law` is missing"),
        (GOOD.replace("law: y", 'law: " "'), "`law` must be a text"),
        (GOOD.replace("law: y", "law: y, until: 2019"), "`until` is not known"),
        (GOOD + '  2016-04-08: {value: "1", law: y}\n', "2016-04-08 stands twice"),
        (GOOD.replace("2016-04-08:", "soon:"), "'soon' is not a day"),
        (GOOD.replace("2016-04-08:", "2016-04-08 10:00:00:"), "is not a day"),
        (GOOD.replace('{value: "2000", law: y}', '"2000"'), "write {value"),
        (GOOD + "colour: red\n", "`colour` is not known"),
        (GOOD.replace("unit: CNY\n", ""), "`unit` is missing"),
        ("description: x\nunit: y\nvalues: {}\n", "at least one day"),
        ("just a text", "must hold description"),
        ("a: [", "while parsing"),
        ("\xff\xfe", "must hold description"),
    ],
)
def test_a_file_that_is_not_understood_stops_the_start_and_is_named(
    tree_folder: Path, content: str, complaint: str
) -> None:
    (tree_folder / LIMIT).write_text(content, encoding="utf-8")
    with pytest.raises(RuleBookRefused, match=complaint) as refused:
        read_tree(tree_folder)
    assert LIMIT in str(refused.value)


def test_a_word_outside_its_choice_is_refused(tree_folder: Path) -> None:
    file = tree_folder / "limits" / "over_annual_limit.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("refused", "forgiven", 1), encoding="utf-8")
    file.write_text(GOOD.replace('"2000"', "forgiven"), encoding="utf-8")
    with pytest.raises(RuleBookRefused, match=r"over_annual_limit\.yaml.*'forgiven' does not fit"):
        read_tree(tree_folder)


def test_a_float_is_refused_even_where_it_is_whole(tree_folder: Path) -> None:
    (tree_folder / "reuse" / "waybill_months.yaml").write_text(GOOD.replace('"2000"', "6.0"), encoding="utf-8")
    with pytest.raises(RuleBookRefused, match=r"waybill_months\.yaml.*quote the number 6\.0"):
        read_tree(tree_folder)


def test_a_missing_file_is_named(tree_folder: Path) -> None:
    (tree_folder / LIMIT).unlink()
    with pytest.raises(RuleBookRefused, match=f"{LIMIT} is missing"):
        read_tree(tree_folder)


@pytest.mark.parametrize("stranger", ["limits/monthly_cny.yaml", "surprise/x.yaml", "limits/deep/x.yaml", "notes.txt"])
def test_a_file_that_no_rule_could_read_is_refused(tree_folder: Path, stranger: str) -> None:
    (tree_folder / stranger).parent.mkdir(parents=True, exist_ok=True)
    (tree_folder / stranger).write_text(GOOD, encoding="utf-8")
    with pytest.raises(RuleBookRefused, match="no dated value"):
        read_tree(tree_folder)


def test_a_value_that_may_not_be_absent_must_begin_with_the_law(tree_folder: Path) -> None:
    file = tree_folder / "consequences" / "crashed.yaml"
    file.write_text(GOOD.replace('"2000"', "held").replace("2016-04-08", "2016-04-09"), encoding="utf-8")
    with pytest.raises(RuleBookRefused, match=r"crashed\.yaml begins on 2016-04-09"):
        read_tree(tree_folder)


@pytest.mark.parametrize("name", ["crashed", "undetermined"])
def test_what_is_unknown_or_broken_may_not_be_declared_to_release(tree_folder: Path, name: str) -> None:
    (tree_folder / "consequences" / f"{name}.yaml").write_text(GOOD.replace('"2000"', "released"), encoding="utf-8")
    with pytest.raises(RuleBookRefused, match=f"consequences/{name}.yaml.*never releases"):
        read_tree(tree_folder)


def test_the_hash_follows_the_values_and_not_the_spelling(tree_folder: Path) -> None:
    original = our_tree().hash
    file = tree_folder / LIMIT
    text = file.read_text(encoding="utf-8")
    file.write_text("# a remark\n" + text.replace("  20", "    20"), encoding="utf-8")
    assert read_tree(tree_folder).hash == original
    file.write_text(text.replace('"5000"', '"5001"'), encoding="utf-8")
    assert read_tree(tree_folder).hash != original


def test_every_value_says_its_law_and_unsourced_ones_say_so() -> None:
    for parameter in our_tree().parameters:
        for dated in parameter.values:
            assert dated.law.strip(), parameter.path


def test_consequences_become_outcomes() -> None:
    consequences = our_tree().on(date(2024, 6, 18)).consequences
    assert consequences.triple_check is Outcome.REFUSED
    assert consequences.random_inspection is Outcome.INSPECTION
    assert consequences.crashed is consequences.undetermined is Outcome.HELD
