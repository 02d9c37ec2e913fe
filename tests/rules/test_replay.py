"""Replay: equal bytes, or the names of the rules that differ; a new result is never shown as the old one."""

from decimal import Decimal

import pytest

from app.domain.canonical import decode_assessment, encode_assessment
from app.domain.decision import Outcome
from app.rules.evaluation import assess
from app.rules.replay import ReplayResult, changed_rules, replay
from app.rules.rulebook import RuleBook
from app.rules.tables.dated import Tables
from tests import builders
from tests.rules.law import book
from tests.rules.toys import a_book, a_finding, a_rule

DAY = builders.ACCEPTED_ON


def stored_by(toy_book: RuleBook) -> bytes:
    return encode_assessment(assess(toy_book.on(DAY), builders.documents(), builders.facts()))


def replayed(toy_book: RuleBook, stored: bytes) -> ReplayResult:
    return replay(toy_book, builders.documents(), builders.facts(), DAY, stored)


def test_the_same_book_gives_the_same_bytes() -> None:
    result = replayed(book(), stored_by(book()))
    assert (result.equal, result.same_book, result.rules) == (True, True, ())


def test_another_book_that_thinks_the_same_is_equal_and_says_that_it_is_another() -> None:
    result = replayed(a_book(a_rule("TOY-01", version="2")), stored_by(a_book(a_rule("TOY-01"))))
    assert (result.equal, result.same_book) == (True, False)
    assert "another rule book" in result.sentence


def test_a_rule_that_answers_differently_is_named_with_both_answers() -> None:
    then = a_book(a_rule("TOY-01", a_finding(order__note="a")), a_rule("TOY-02", a_finding()))
    now = a_book(a_rule("TOY-01", a_finding(order__note="b")), a_rule("TOY-02", a_finding()))
    result = replayed(now, stored_by(then))
    assert not result.equal
    (difference,) = result.rules
    assert difference.rule_id == "TOY-01"
    assert difference.stored is not None
    assert difference.now is not None
    assert (difference.stored.values, difference.now.values) == ({"order.note": "a"}, {"order.note": "b"})
    assert result.fields == ()
    assert "TOY-01" in result.sentence


def test_a_rule_that_came_or_went_is_named_and_so_is_what_follows() -> None:
    without, refusing = a_book(), a_book(a_rule("TOY-01", a_finding(), consequence=Outcome.REFUSED))
    came, went = replayed(refusing, stored_by(without)), replayed(without, stored_by(refusing))
    assert (came.rules[0].stored, went.rules[0].now) == (None, None)
    assert came.fields == went.fields == ("outcome", "annual_reserved_cny")


def test_a_changed_tariff_is_named_as_tax() -> None:
    toy_book = a_book()
    result = replayed(toy_book.with_tables(Tables.load({})), stored_by(toy_book))
    assert (result.equal, result.rules, result.fields) == (False, (), ("tax",))


def test_one_changed_byte_is_found() -> None:
    stored = stored_by(book())
    assert not replayed(book(), stored.replace(b'"20.02"', b'"20.03"', 1)).equal


def test_equal_values_in_other_bytes_are_not_the_record() -> None:
    stored = stored_by(book())
    spaced = stored.replace(b'","', b'", "', 1)
    assert decode_assessment(spaced) == decode_assessment(stored)
    assert replayed(book(), spaced).fields == ("format",)


@pytest.mark.parametrize("stored", [b"", b"{}", b"null", b"\xff"])
def test_bytes_that_cannot_be_read_are_not_equal(stored: bytes) -> None:
    result = replayed(book(), stored)
    assert (result.equal, result.fields) == (False, ("format",))


def test_other_facts_are_not_the_same_decision() -> None:
    facts = builders.facts(annual_used_cny=Decimal(26000))
    result = replay(book(), builders.documents(), facts, DAY, stored_by(book()))
    assert [difference.rule_id for difference in result.rules] == ["LIM-02"]


def test_manifests_name_the_rules_whose_code_differs() -> None:
    then = a_book(a_rule("TOY-01"), a_rule("TOY-02"), a_rule("TOY-03")).manifest
    now = a_book(a_rule("TOY-01"), a_rule("TOY-02", version="2"), a_rule("TOY-04"), tables=Tables.load({})).manifest
    assert changed_rules(then, now) == ("TOY-02", "TOY-03", "TOY-04", "tables")
    assert changed_rules(then, then) == ()
