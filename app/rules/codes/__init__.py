"""Codes, units and quantities of the declaration, in the order of the rules' ids; the catalogue reads `RULES`."""

from app.rules.codes.known_codes import head_codes, item_codes
from app.rules.codes.legal_units import legal_units
from app.rules.codes.second_quantity import second_quantity
from app.rules.kernel import Rule

RULES: tuple[Rule, ...] = (head_codes, item_codes, second_quantity, legal_units)
