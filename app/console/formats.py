"""How amounts, numbers and times are written on pages; alike in both languages."""

from datetime import date, datetime
from decimal import Decimal

from app.domain.period import SHANGHAI

_CENTS = Decimal("0.01")
_TO_THE_MINUTE = len("2024-06-18 10:00")
_FOREVER_SMALL = Decimal("0.00001")


def amount(value: Decimal | None) -> str:
    """``1,234.50``; up to five decimals where there are more than two; a dash where there is none."""
    if value is None:
        return "–"
    plain = Decimal(value)
    cents = plain.quantize(_CENTS)
    if plain == cents:
        return f"{cents:,f}"
    return f"{plain.quantize(_FOREVER_SMALL):,f}".rstrip("0")


def number(value: float | Decimal | None) -> str:
    """A count or quantity with separators; a dash where there is none."""
    return "–" if value is None else f"{value:,}"


def percent(share: float | Decimal | None) -> str:
    """A share of one as ``12.3 %``; a dash where there is none."""
    return "–" if share is None else f"{float(share) * 100:.1f} %"


def of_a_million(parts: int | str) -> str:
    """Parts in a million as ``2.5 %``."""
    return f"{int(parts) / 10_000:g} %"


def instant(value: datetime | None) -> str:
    """``2024-06-18 10:00`` in Shanghai; a dash where there is none."""
    return "–" if value is None else value.astimezone(SHANGHAI).isoformat(" ", "minutes")[:_TO_THE_MINUTE]


def iso(value: datetime | None) -> str:
    """For machines, with seconds and zone."""
    return "" if value is None else value.astimezone(SHANGHAI).isoformat(timespec="seconds")


def day(value: date | None) -> str:
    """``2024-06-18``; a dash where there is none."""
    return "–" if value is None else value.isoformat()
