"""Assessed and withheld tax, in the order of the rules' ids; the catalogue reads `RULES`."""

from app.rules.kernel import Rule
from app.rules.tax.assessed_tax import assessed_tax
from app.rules.tax.declared_tax import declared_tax

RULES: tuple[Rule, ...] = (assessed_tax, declared_tax)
