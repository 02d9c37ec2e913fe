"""COD-01, COD-02: codes stand in the customs parameter tables."""

from collections.abc import Iterable, Mapping

from app.domain.dossier import DeclarationItem, Dossier
from app.domain.facts import Facts
from app.rules.kernel import PASSED, Result, Text, Undetermined, rule
from app.rules.parameter_groups import Parameters
from app.rules.specification import DECLARATION, FROM_THE_FIRST_DAY, specified
from app.rules.tables.lookups import TablesOfTheDay

_SOURCE = specified(DECLARATION, "参照《JGS-20 海关业务代码集》", en="codes of the customs code set JGS-20")


@rule(
    id="COD-01",
    title=Text(zh="清单表头代码", en="Codes of the declaration's head"),
    law=_SOURCE,
    in_force=FROM_THE_FIRST_DAY,
    consequence="codes",
)
def head_codes(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """Country of departure, currency, supervision mode, transport mode and kind of packing stand in their tables.

    A code that a table does not hold is undetermined: the table may be older than the code. Customs districts are not
    asked, because our table of them is incomplete.
    """
    declaration, tables = dossier.declaration, parameters.tables
    if (
        declaration.country_of_departure in tables.countries
        and declaration.currency in tables.currencies
        and declaration.trade_mode in tables.trade_modes
        and declaration.transport_mode in tables.transport_modes
        and (declaration.wrap_type is None or declaration.wrap_type in tables.wrap_types)
    ):
        return PASSED
    return _unknown(
        (
            ("country_of_departure", declaration.country_of_departure, tables.countries),
            ("currency", declaration.currency, tables.currencies),
            ("trade_mode", declaration.trade_mode, tables.trade_modes),
            ("transport_mode", declaration.transport_mode, tables.transport_modes),
            ("wrap_type", declaration.wrap_type, tables.wrap_types),
        )
    )


@rule(
    id="COD-02",
    title=Text(zh="清单表体代码", en="Codes of the declaration's items"),
    law=_SOURCE,
    in_force=FROM_THE_FIRST_DAY,
    consequence="codes",
)
def item_codes(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """Units, countries and currency of every item stand in their tables; what they do not hold is undetermined."""
    tables = parameters.tables
    countries, units, currencies = tables.countries, tables.units, tables.currencies
    unknown = [
        item
        for item in dossier.declaration.items
        if not (
            item.unit in units
            and item.legal_unit in units
            and (item.second_unit is None or item.second_unit in units)
            and item.country_of_origin in countries
            and (item.trade_country is None or item.trade_country in countries)
            and item.currency in currencies
        )
    ]
    if not unknown:
        return PASSED
    return _unknown(asked for item in unknown for asked in _asked_of(item, tables))


Asked = tuple[str, str | None, Mapping[str, str]]


def _asked_of(item: DeclarationItem, tables: TablesOfTheDay) -> Iterable[Asked]:
    place = f"items.{item.line_no}."
    yield place + "unit", item.unit, tables.units
    yield place + "legal_unit", item.legal_unit, tables.units
    yield place + "second_unit", item.second_unit, tables.units
    yield place + "country_of_origin", item.country_of_origin, tables.countries
    yield place + "trade_country", item.trade_country, tables.countries
    yield place + "currency", item.currency, tables.currencies


def _unknown(asked: Iterable[Asked]) -> Undetermined:
    values = {f"declaration.{field}": code for field, code, known in asked if code is not None and code not in known}
    return Undetermined(tuple(values), values)
