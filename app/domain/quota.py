"""The limits of a buyer as pure arithmetic: per order and per calendar year, and the regime that follows.

What belongs here: comparisons. What does not: how much a buyer has used (facts) and who refuses (rules).
"""

from decimal import Decimal
from typing import Final, Protocol

from app.domain.duty import TaxRegime

TAXED_IN_FULL: Final = "taxed_in_full"
ONE_ARTICLE_ONLY: Final = "one_article_only"


class LimitsInForce(Protocol):
    """The limits of one day; None where the day has no such law."""

    @property
    def single_transaction_cny(self) -> Decimal | None:
        """Highest dutiable value of one order."""

    @property
    def annual_cny(self) -> Decimal | None:
        """Highest dutiable value of a buyer's orders of one calendar year."""

    @property
    def over_single_limit(self) -> str | None:
        """What happens above it: ``taxed_in_full`` or ``one_article_only``."""

    @property
    def over_annual_limit(self) -> str | None:
        """What happens above it: ``taxed_in_full`` or ``refused``."""


def annual_total_cny(used_cny: Decimal, dutiable_value_cny: Decimal) -> Decimal:
    """What the buyer would have used of the year with this order."""
    return used_cny + dutiable_value_cny


def annual_covers(used_cny: Decimal | None, dutiable_value_cny: Decimal, annual_cny: Decimal) -> bool | None:
    """Whether the year still covers this order; None where what was used is unknown."""
    if used_cny is None:
        return None
    return used_cny + dutiable_value_cny <= annual_cny


def regime_of(
    dutiable_value_cny: Decimal, used_cny: Decimal | None, limits: LimitsInForce, *, one_article: bool
) -> TaxRegime | str:
    """The tax regime of an order, or the path of what is unknown and would decide it.

    An order that may not be imported this way at all (it will be refused) is shown with the reduced tax.
    """
    single_cny, annual_cny = limits.single_transaction_cny, limits.annual_cny
    if single_cny is None or annual_cny is None:
        return "parameters.limits"
    if dutiable_value_cny > single_cny:
        if limits.over_single_limit == TAXED_IN_FULL:
            return TaxRegime.FULL
        if not one_article:
            return TaxRegime.REDUCED
        covered = annual_covers(used_cny, dutiable_value_cny, annual_cny)
        full = covered
    elif limits.over_annual_limit == TAXED_IN_FULL:
        covered = annual_covers(used_cny, dutiable_value_cny, annual_cny)
        full = not covered
    else:
        return TaxRegime.REDUCED
    if covered is None:
        return "facts.annual_used_cny"
    return TaxRegime.FULL if full else TaxRegime.REDUCED
