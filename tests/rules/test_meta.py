"""What every rule owes its readers: law, both languages, cases, a page; and no dated value without a use."""

import ast
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.cli.dated_values_read import dated_values_read
from app.cli.rule_pages import pages
from app.domain.decision import Outcome
from app.rules.catalogue import OUR_RULES
from app.rules.kernel import Rule
from app.rules.parameter_groups import FIRST_LAW_DAY, Consequences
from tests.conftest import REPOSITORY
from tests.rules.case_files import cases_of, rule_ids
from tests.rules.law import book
from tests.rules.toys import our_tree

PAGES = REPOSITORY / "docs" / "rules"
RULES = [pytest.param(rule, id=rule.id) for rule in sorted(OUR_RULES, key=lambda rule: rule.id)]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
UNDETERMINED_AT_MOST = {"LAW-01"}  # what this rule reports is that something is unknown
BY_THE_ENGINE = {"undetermined", "crashed"}


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_has_a_law_and_a_title_in_both_languages(rule: Rule) -> None:
    assert rule.law.provision.strip()
    assert CHINESE.search(rule.title.zh)
    assert rule.title.en.strip()
    assert not CHINESE.search(rule.title.en)


@pytest.mark.parametrize("rule", RULES)
def test_the_law_of_a_rule_is_told_in_each_language_and_what_is_from_memory_is_marked(rule: Rule) -> None:
    told = rule.law.told
    assert CHINESE.search(told.zh)
    assert not re.search(r"MEMORY|operational|\b(since|before|the|of|with)\b", told.zh)
    assert not CHINESE.search(told.en)
    assert "MEMORY" not in told.en
    assert rule.law.verified == (not re.search("MEMORY|二手来源", rule.law.provision))


@pytest.mark.parametrize("rule", RULES)
def test_the_docstring_of_a_rule_says_the_provision_in_a_sentence(rule: Rule) -> None:
    first = rule.provision.strip().split("\n\n")[0]
    assert len(first) > 30
    assert "." in first


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_has_cases_for_what_it_lets_pass_and_for_what_it_finds(rule: Rule) -> None:
    outcomes = {case.outcome for case in cases_of(rule.id)}
    if rule.id in UNDETERMINED_AT_MOST:
        assert "undetermined" in outcomes
        return
    assert outcomes & {"passed", "not_applicable"}, "no case passes"
    assert outcomes & {"finding", "undetermined"}, "no case finds anything"
    if "finding(" in Path(REPOSITORY, rule.apply.__module__.replace(".", "/") + ".py").read_text(encoding="utf-8"):
        assert "finding" in outcomes, "no case has a finding"


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_that_begins_or_ends_has_cases_on_those_days_and_beside_them(rule: Rule) -> None:
    days = {case.day for case in cases_of(rule.id)}
    changes = {day for day in _days_of_change(rule) if day >= FIRST_LAW_DAY}
    for name in dated_values_read(rule):
        parameter = next(found for found in our_tree().parameters if found.path == f"parameters.{name}")
        changes |= {dated.first_day for dated in parameter.values if dated.first_day > FIRST_LAW_DAY}
    for change in changes:
        assert any(day < change for day in days), f"no case before {change}"
        assert change in days, f"no case on {change}"


def _days_of_change(rule: Rule) -> set[date]:
    ended = rule.in_force.last_day
    begun = {rule.in_force.first_day} - {FIRST_LAW_DAY}
    return begun | ({ended + timedelta(days=1)} if ended else set())


def test_every_file_of_cases_belongs_to_a_rule() -> None:
    assert set(rule_ids()) == {rule.id for rule in OUR_RULES}


def test_the_pages_are_those_of_the_rules() -> None:
    wanted = pages(book().rules, our_tree())
    on_disk = {file.name: file.read_text(encoding="utf-8") for file in PAGES.glob("*.md") if file.name != "packs.md"}
    assert sorted(on_disk) == sorted(wanted), "run `tongguan rules docs`"
    for name, text in wanted.items():
        assert on_disk[name] == text, f"{name} is out of date: run `tongguan rules docs`"


def test_every_consequence_is_led_to_by_some_rule() -> None:
    used = {rule.consequence for rule in OUR_RULES} | BY_THE_ENGINE
    assert {name for name in Consequences.__struct_fields__ if name not in used} == set()


def test_only_the_rule_without_a_law_has_a_fixed_consequence() -> None:
    assert [rule.id for rule in OUR_RULES if isinstance(rule.consequence, Outcome)] == ["LAW-01"]


def test_every_dated_value_is_read_somewhere() -> None:
    attributes = set()
    for folder in ("app/domain", "app/rules", "app/services", "app/repositories"):
        for file in (REPOSITORY / folder).rglob("*.py"):
            if file.name != "parameter_groups.py":
                attributes |= {n.attr for n in ast.walk(ast.parse(file.read_bytes())) if isinstance(n, ast.Attribute)}
    idle = [
        parameter.path
        for parameter in our_tree().parameters
        if parameter.group != "consequences" and parameter.name not in attributes
    ]
    assert idle == []


def test_what_has_no_source_says_so() -> None:
    for parameter in our_tree().parameters:
        for dated in parameter.values:
            sourced = CHINESE.search(dated.law) or re.search(r"GB \d|receipts? \d", dated.law)
            assert sourced or "MEMORY" in dated.law or "operational" in dated.law, f"{parameter.path}: {dated.law}"
