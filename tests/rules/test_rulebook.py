"""The rule book: one hash for everything in it, and the law of each day."""

import subprocess
import sys
from datetime import date, timedelta

import msgspec
import pytest

from app.domain.decision import Outcome
from app.errors import RuleBookRefused
from app.rules.catalogue import OUR_RULES
from app.rules.digest import digest_of
from app.rules.parameter_files import DatedValue
from app.rules.parameter_groups import FIRST_LAW_DAY
from app.rules.parameters import ParameterTree
from app.rules.rulebook import RuleBook
from app.rules.tables.dated import Tables
from tests.rules.law import book
from tests.rules.toys import a_book, a_finding, a_rule, our_tree

HASH_IN_ANOTHER_PROCESS = "from tests.rules.law import book; print(book().hash)"


def test_the_hash_is_the_same_in_another_process_with_another_hash_seed_and_clock() -> None:
    environment = {"PYTHONHASHSEED": "4711", "TZ": "America/New_York", "PATH": "", "PYTHONPATH": "."}
    printed = subprocess.run(
        [sys.executable, "-c", HASH_IN_ANOTHER_PROCESS], env=environment, capture_output=True, text=True, check=True
    )
    assert printed.stdout.strip() == book().hash


def test_the_hash_does_not_depend_on_the_order_of_the_rules() -> None:
    assert RuleBook.load(OUR_RULES[::-1], our_tree(), book().tables).hash == book().hash


def test_the_hash_follows_rules_values_and_tables() -> None:
    original = a_book(a_rule("TOY-01"))
    assert a_book(a_rule("TOY-01")).hash == original.hash
    assert a_book(a_rule("TOY-01", version="2")).hash != original.hash
    assert a_book(a_rule("TOY-01", consequence=Outcome.REFUSED)).hash != original.hash
    assert a_book(a_rule("TOY-02")).hash != original.hash
    assert a_book().hash != original.hash
    assert original.with_tables(Tables.load({})).hash != original.hash
    fewer = ParameterTree(original.parameters.parameters[1:])
    assert RuleBook(original.rules, fewer, original.tables).hash != original.hash


def test_the_digest_of_a_rule_follows_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = a_rule("TOY-01")
    before = digest_of(rule)
    monkeypatch.setattr("app.rules.digest.source_of", lambda _: "return PASSED")
    assert digest_of(rule) != before


def test_a_rule_whose_source_cannot_be_read_is_refused() -> None:
    namespace: dict[str, object] = {"__name__": "made_up"}
    exec("def nowhere(dossier, facts, parameters):\n    'Says something.'\n", namespace)  # noqa: S102
    rule = a_rule("TOY-01")
    lost = msgspec.structs.replace(rule, apply=namespace["nowhere"])
    with pytest.raises(RuleBookRefused, match="source of rule TOY-01 cannot be read"):
        a_book(lost)


def test_a_rule_is_in_force_on_its_first_and_last_day_only() -> None:
    limited = a_rule("TOY-01", first_day=date(2019, 1, 1), last_day=date(2020, 2, 29))
    toy_book = a_book(limited)
    days = [date(2018, 12, 31), date(2019, 1, 1), date(2020, 2, 29), date(2020, 3, 1)]
    assert [len(toy_book.on(day).rules) for day in days] == [0, 1, 1, 0]


def test_before_the_first_law_only_its_own_rule_is_in_force() -> None:
    before, after = (book().on(FIRST_LAW_DAY - timedelta(days=1)), book().on(FIRST_LAW_DAY))
    assert [in_force.rule.id for in_force in before.rules] == ["LAW-01"]
    assert "LAW-01" not in {in_force.rule.id for in_force in after.rules}


def test_the_law_of_a_day_is_resolved_once() -> None:
    assert book().on(date(2024, 6, 18)) is book().on(date(2024, 6, 18))


def test_two_rules_with_one_id_are_refused() -> None:
    with pytest.raises(RuleBookRefused, match="two rules have the id TOY-01"):
        a_book(a_rule("TOY-01"), a_rule("TOY-01", a_finding()))


def test_an_unknown_consequence_is_refused() -> None:
    with pytest.raises(RuleBookRefused, match="TOY-01 names the consequence 'shrug'"):
        a_book(a_rule("TOY-01", consequence="shrug"))


def test_a_rule_without_consequence_on_some_day_is_refused() -> None:
    values = (DatedValue(date(2020, 1, 1), Outcome.HELD, "y"),)
    late = tuple(
        msgspec.structs.replace(parameter, values=values)
        if parameter.path == "parameters.consequences.risk"
        else parameter
        for parameter in our_tree().parameters
    )
    with pytest.raises(RuleBookRefused, match="TOY-01 is in force on 2016-04-08, but its consequence risk is not"):
        RuleBook.load((a_rule("TOY-01", consequence="risk"),), ParameterTree(late), book().tables)
    later = a_rule("TOY-01", consequence="risk", first_day=date(2020, 1, 1))
    assert RuleBook.load((later,), ParameterTree(late), book().tables).on(date(2020, 1, 1)).rules


def test_a_rule_of_our_own_may_not_be_older_than_the_law() -> None:
    with pytest.raises(RuleBookRefused, match="TOY-01 begins on 2016-04-07"):
        a_book(a_rule("TOY-01", consequence="risk", first_day=date(2016, 4, 7)))


def test_other_tables_make_another_book_and_leave_this_one_alone() -> None:
    old = a_book(a_rule("TOY-01"))
    before = old.hash
    new = old.with_tables(Tables.load({}))
    assert new.rules == old.rules
    assert (old.hash, new.on(FIRST_LAW_DAY).book_hash) == (before, new.hash)


def test_the_manifest_names_every_rule() -> None:
    manifest = book().manifest
    assert set(manifest["rules"]) == {rule.id for rule in OUR_RULES}
    assert manifest["packs"] == {}
    assert list(a_book(a_rule("TOY-01")).manifest["packs"]) == ["tests"]
