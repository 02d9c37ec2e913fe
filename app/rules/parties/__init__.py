"""Who takes part, in the order of the rules' ids; the catalogue reads `RULES`."""

from app.rules.kernel import Rule
from app.rules.parties.credit import credit_class
from app.rules.parties.registered import (
    declarant_registered,
    guarantor_registered,
    logistics_company_registered,
    merchant_registered,
    payment_company_registered,
    platform_registered,
    warehouse_registered,
)

RULES: tuple[Rule, ...] = (
    platform_registered,
    merchant_registered,
    payment_company_registered,
    logistics_company_registered,
    declarant_registered,
    warehouse_registered,
    guarantor_registered,
    credit_class,
)
