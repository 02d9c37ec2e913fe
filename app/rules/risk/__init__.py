"""Patterns of risk and random inspection, in the order of the rules' ids; the catalogue reads `RULES`."""

from app.rules.kernel import Rule
from app.rules.risk.low_price import low_price
from app.rules.risk.random_inspection import random_inspection
from app.rules.risk.shared_contacts import frequent_identity, shared_address, shared_telephone
from app.rules.risk.split_orders import split_orders

RULES: tuple[Rule, ...] = (
    shared_telephone,
    shared_address,
    frequent_identity,
    split_orders,
    low_price,
    random_inspection,
)
