"""The rule book that the rule tests use: our rules, our dated values, the starter tables."""

from functools import cache

from app.rules.catalogue import OUR_RULES
from app.rules.parameters import read_tree
from app.rules.rulebook import RuleBook
from app.rules.tables.starter import starter_tables


@cache
def book() -> RuleBook:
    """The book of our own rules."""
    return RuleBook.load(OUR_RULES, read_tree(), starter_tables())
