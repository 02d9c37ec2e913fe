"""Who buys, in the order of the rules' ids; the catalogue reads `RULES`."""

from app.rules.identity.identity_number import identity_number, identity_type
from app.rules.kernel import Rule

RULES: tuple[Rule, ...] = (identity_number, identity_type)
