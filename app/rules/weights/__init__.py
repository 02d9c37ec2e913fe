"""Weights, in the order of the rules' ids; the catalogue reads `RULES`."""

from app.rules.kernel import Rule
from app.rules.weights.gross_weight import gross_covers_net, gross_fits_waybill

RULES: tuple[Rule, ...] = (gross_covers_net, gross_fits_waybill)
