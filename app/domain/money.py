"""Money: the one place that rounds, and the two forms of an amount (Decimal in thought, integers in storage)."""

from decimal import ROUND_HALF_UP, Context, Decimal

CENT = Decimal("0.01")
ZERO = Decimal(0)
HUNDRED_THOUSAND = 100_000
EXACT = Context(prec=60)  # sums and products of N19,5 values stay exact
_SCALE = Decimal(HUNDRED_THOUSAND)
_MOST_STORED = 10**10 * HUNDRED_THOUSAND


def round_cny(amount: Decimal) -> Decimal:
    """The amount in yuan and fen, half up (Interpretation: no official text states the rounding; tax.md)."""
    return amount.quantize(CENT, ROUND_HALF_UP, EXACT)


def to_units(amount: Decimal) -> int:
    """An N19,5 amount as an integer of 1/100,000 yuan; ValueError when it has more than five decimals."""
    scaled = EXACT.multiply(amount, _SCALE)
    units = int(scaled)
    if units != scaled:
        raise ValueError(f"{amount} has more than five decimals")
    return units


def to_stored_units(amount: Decimal) -> int:
    """As `to_units`, but never beyond 10^10 yuan: sums of stored amounts stay within 64 bits.

    N19,5 allows 10^14 yuan. No parcel of that value passes a limit, so the difference decides nothing.
    """
    return min(to_units(amount), _MOST_STORED)


def from_units(units: int) -> Decimal:
    """The inverse of `to_units`, without trailing zeros beyond two decimals."""
    return canonical_amount(EXACT.divide(Decimal(units), _SCALE))


def canonical_amount(amount: Decimal) -> Decimal:
    """The same number with two to five decimals: equal amounts get equal text."""
    quantized = amount.quantize(Decimal("0.00001"), ROUND_HALF_UP, EXACT)
    cents = quantized.quantize(CENT, ROUND_HALF_UP, EXACT)
    return cents if cents == quantized else quantized.normalize(EXACT)


def with_separators(amount: Decimal) -> str:
    """The text customs print in receipts: ``26,114.44``; whole yuan without decimals, ``26,000``."""
    text = f"{round_cny(amount):,.2f}"
    return text.removesuffix(".00")
