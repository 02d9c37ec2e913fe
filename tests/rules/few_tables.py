"""A tariff of the two codes of the default parcel."""

from datetime import date
from decimal import Decimal

from app.domain.tariff import NO_RATE, TariffLine, rate


class FewTables:
    hash = "few"

    def on(self, day: date) -> "FewTables":
        return self

    def tariff_line(self, hs_code: str) -> TariffLine | None:
        if hs_code not in ("1806310000", "3305100090"):
            return None
        return TariffLine(
            hs_code=hs_code,
            name="x",
            mfn_rate=rate(Decimal(8)),
            vat_rate_percent=Decimal(13),
            consumption_tax=NO_RATE,
            legal_unit="035",
            first_day=date(2016, 4, 8),
        )
