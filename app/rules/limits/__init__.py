"""The limits of an order and of a buyer's year, in the order of the rules' ids; the catalogue reads `RULES`."""

from app.rules.kernel import Rule
from app.rules.limits.annual_limit import annual_limit
from app.rules.limits.single_transaction_limit import single_transaction_limit

RULES: tuple[Rule, ...] = (single_transaction_limit, annual_limit)
