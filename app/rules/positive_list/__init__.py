"""The positive list and its notes, in the order of the rules' ids; the catalogue reads `RULES`."""

from app.rules.kernel import Rule
from app.rules.positive_list.allowed_mode import allowed_mode
from app.rules.positive_list.listed_code import listed_code
from app.rules.positive_list.yearly_quantity import yearly_quantity

RULES: tuple[Rule, ...] = (listed_code, allowed_mode, yearly_quantity)
