"""Toy rules and books: the engine is tested with rules that say what the test needs."""

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

from app.domain.decision import Outcome
from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.domain.period import InForce
from app.rules.kernel import PASSED, Finding, Law, Result, Rule, Text, finding, rule, undetermined
from app.rules.parameter_groups import FIRST_LAW_DAY
from app.rules.parameters import Parameters, ParameterTree, read_tree
from app.rules.rulebook import DatedTables, LawOfTheDay, RuleBook
from app.rules.tables.starter import starter_tables
from tests import builders


def a_rule(
    id_: str,
    answer: Callable[[Dossier, Facts, Parameters], Any] | Any = PASSED,
    *,
    consequence: str | Outcome = Outcome.HELD,
    first_day: date = FIRST_LAW_DAY,
    last_day: date | None = None,
    version: str = "1",
) -> Rule:
    """A rule that answers `answer`, or what calling it gives."""

    def toy(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
        """A toy rule says what the test told it to."""
        result: Result = answer(dossier, facts, parameters) if callable(answer) else answer
        return result

    return rule(
        id=id_,
        title=Text(zh=f"{id_}的标题", en=f"Title of {id_}"),
        law=Law("toy law"),
        in_force=InForce(first_day, last_day),
        consequence=consequence,
        official_code="1332",
        version=version,
    )(toy)


def a_finding(**values: object) -> Finding:
    """Some finding."""
    return finding(zh="发现", en="Found", **values)


def a_doubt(*missing: str) -> Result:
    """Something that is not known."""
    return undetermined(*(missing or ("facts.annual_used_cny",)))


def raising(error: BaseException) -> Callable[..., Result]:
    """A rule's answer that is no answer."""

    def broken(*_: object) -> Result:
        raise error

    return broken


@cache
def our_tree() -> ParameterTree:
    """The dated values that we ship, read once."""
    return read_tree()


def a_book(*rules: Rule, tables: DatedTables | None = None) -> RuleBook:
    """A book of these rules alone."""
    return RuleBook.load(rules, our_tree(), tables or starter_tables())


def a_law(*rules: Rule, day: date = builders.ACCEPTED_ON) -> LawOfTheDay:
    """The law of a day that has these rules alone."""
    return a_book(*rules).on(day)
