"""Numbers that are used again, in the order of the rules' ids; the catalogue reads `RULES`."""

from app.rules.kernel import Rule
from app.rules.reuse.waybill_number import waybill_number

RULES: tuple[Rule, ...] = (waybill_number,)
