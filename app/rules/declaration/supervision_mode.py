"""DEC-12, DEC-13, DEC-14: the supervision mode and the fields that it asks for."""

from collections.abc import Iterable
from typing import Final

from app.domain.dossier import Declaration, Dossier
from app.domain.facts import Facts
from app.rules.differences import Difference, difference, differing
from app.rules.kernel import NOT_APPLICABLE, PASSED, Result, Text, finding, rule
from app.rules.parameter_groups import Parameters
from app.rules.specification import DECLARATION, FROM_THE_FIRST_DAY, specified

_TRANSPORT: Final = (
    ("transport_no", Text("运输工具编号", "means of transport")),
    ("voyage_no", Text("航班航次号", "voyage number")),
    ("bill_no", Text("提运单号", "bill of lading")),
)
_LACKING: Final = (
    ("account_book_no", Text("缺少账册编号", "no account book number")),
    ("warehouse_code", Text("缺少区内企业代码", "no warehouse code")),
    ("warehouse_name", Text("缺少区内企业名称", "no warehouse name")),
)


@rule(
    id="DEC-12",
    title=Text(zh="贸易方式", en="Supervision mode"),
    law=specified(
        DECLARATION,
        "tradeMode 直购进口填写“9610”，保税进口填写“1210”",
        en="tradeMode is 9610 for direct purchase and 1210 for bonded import",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="declaration_check",
)
def supervision_mode(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """A retail import is declared under a supervision mode that exists for it on that day (1239 since 2016-12)."""
    mode = dossier.declaration.trade_mode
    if mode in parameters.declaration.import_modes:
        return PASSED
    return finding(
        zh="贸易方式 {declaration.trade_mode} 不适用于跨境电商零售进口",
        en="Supervision mode {declaration.trade_mode} is not one of retail imports",
        declaration__trade_mode=mode,
    )


@rule(
    id="DEC-13",
    title=Text(zh="直购进口必填项", en="Fields of direct purchase"),
    law=specified(
        DECLARATION,
        "trafNo, voyageNo, billNo 直购进口必填",
        en="trafNo, voyageNo and billNo have to be filled in for direct purchase",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="declaration_check",
)
def direct_purchase_fields(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """A direct purchase names the means of transport, its voyage and the bill of lading."""
    declaration = dossier.declaration
    if declaration.trade_mode not in parameters.declaration.direct_modes:
        return NOT_APPLICABLE
    if declaration.transport_no and declaration.voyage_no and declaration.bill_no:
        return PASSED
    return differing(Text("直购进口缺少必填项", "A direct purchase lacks"), _absent(declaration, _TRANSPORT))


@rule(
    id="DEC-14",
    title=Text(zh="保税进口填制要求", en="Fields of bonded import"),
    law=specified(
        DECLARATION,
        "emsNo, areaCode, areaName, itemRecordNo 保税模式必填; country 保税进口填写“142”; "
        "trafNo, voyageNo, billNo 保税进口免填",
        en="emsNo, areaCode, areaName and itemRecordNo have to be filled in for bonded import, "
        "where country is 142; trafNo, voyageNo and billNo stay empty",
    ),
    in_force=FROM_THE_FIRST_DAY,
    consequence="declaration_check",
)
def bonded_import_fields(dossier: Dossier, facts: Facts, parameters: Parameters) -> Result:
    """A bonded import names account book, warehouse and each item's record number, comes from China, has no transport.

    Interpretation: "免填" (need not be filled in) is read as "is not filled in": the goods crossed the border earlier,
    and a means of transport here would be the one of another mode. A mode that is no retail import is DEC-12's matter.
    """
    declaration = dossier.declaration
    if declaration.trade_mode not in parameters.declaration.bonded_modes:
        return NOT_APPLICABLE
    country = parameters.declaration.bonded_country_of_departure
    differences = [
        *_absent(declaration, _LACKING),
        *_without_record(declaration),
        *_present(declaration, _TRANSPORT),
    ]
    if declaration.country_of_departure != country:
        differences.append(
            difference(
                f"起运国应为 {country}",
                f"country of departure, which must be {country}",
                declaration__country_of_departure=declaration.country_of_departure,
            )
        )
    if not differences:
        return PASSED
    return differing(Text("保税进口填制不符合要求", "Wrong for a bonded import"), differences)


def _absent(declaration: Declaration, fields: Iterable[tuple[str, Text]]) -> list[Difference]:
    return [
        Difference(name, {f"declaration.{field}": None}, absent=True)
        for field, name in fields
        if not getattr(declaration, field)
    ]


def _present(declaration: Declaration, fields: Iterable[tuple[str, Text]]) -> list[Difference]:
    return [
        Difference(
            Text(f"{name.zh}应为空", f"{name.en}, which must be empty"),
            {f"declaration.{field}": getattr(declaration, field)},
        )
        for field, name in fields
        if getattr(declaration, field)
    ]


def _without_record(declaration: Declaration) -> list[Difference]:
    return [
        Difference(
            Text(f"缺少第 {item.line_no} 项账册备案料号", f"no record number of item {item.line_no}"),
            {f"declaration.items.{item.line_no}.record_no": None},
            absent=True,
        )
        for item in declaration.items
        if not item.record_no
    ]
