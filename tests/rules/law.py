"""The rule book that the rule tests use: our rules, our dated values, the starter tables."""

from functools import cache

from app.rules.catalogue import OUR_RULES
from app.rules.parameters import read_tree
from app.rules.rulebook import RuleBook
from tests.rules.few_tables import FewTables


@cache
def book() -> RuleBook:
    """The book of our own rules."""
    return RuleBook.load(OUR_RULES, read_tree(), FewTables())
