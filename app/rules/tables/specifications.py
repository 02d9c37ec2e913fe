"""The tables by name: their columns, the other words for them, and how a row is read (docs/reference-data.md)."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

import msgspec

from app.domain.tariff import Rate, TariffLine
from app.rules.tables.cells import Cells
from app.rules.tables.entries import Code, Entry, PositiveListEntry, ProhibitedGoods
from app.rules.tables.rate_texts import LABELLINGS, labelling_in, read_consumption_tax, read_percent, read_rate


class Reading(msgspec.Struct, frozen=True):
    """What reading a file knows besides its rows."""

    first_day: date | None = None  # of rows that name none
    complete: bool = False  # the file is the whole positive list of its days
    marked: str = "official"
    unit_codes: Mapping[str, str] = {}  # the code of a unit's name


class Specification(msgspec.Struct, frozen=True):
    """A table: its columns in canonical order, other words for them, columns to pass over, and how a row is read.

    `key` names what may stand only once on any day.
    """

    name: str
    columns: tuple[str, ...]
    needed: frozenset[str]
    key: tuple[str, ...]
    read: Callable[[Cells, Reading], Entry]
    aliases: Mapping[str, str] = {}
    passed_over: frozenset[str] = frozenset()


_TARIFF_ALIASES: Final = {
    "hs10": "hs_code", "商品编码": "hs_code", "税则号列": "hs_code",
    "name_cn": "name", "商品名称": "name",
    "mfn": "mfn_rate", "最惠国税率": "mfn_rate",
    "provisional": "provisional_rate", "暂定税率": "provisional_rate",
    "vat": "vat_rate_percent", "增值税率": "vat_rate_percent",
    "consumption": "consumption_tax", "消费税率": "consumption_tax", "消费税": "consumption_tax",
    "unit1": "legal_unit", "第一法定单位": "legal_unit", "法定单位": "legal_unit",
    "unit2": "second_legal_unit", "第二法定单位": "second_legal_unit",
    "supervision": "supervision_marks", "监管条件": "supervision_marks",
    "生效日期": "first_day", "失效日期": "last_day",
}  # fmt: skip
_LIST_ALIASES: Final = {
    "税则号列": "hs8", "商品编码": "hs8", "货品名称": "name", "name_cn": "name", "备注": "remark",
    "生效日期": "first_day", "失效日期": "last_day",
}  # fmt: skip
_CODE_ALIASES: Final = {
    "name_cn": "name_zh", "代码": "code", "名称": "name_zh", "short_name": "name_zh",
    "生效日期": "first_day", "失效日期": "last_day",
}  # fmt: skip
MODES: Final = frozenset({"9610", "1210", "1239"})


def _tariff_line(cells: Cells, reading: Reading) -> TariffLine:
    name = cells.needed("name")
    labelling = cells.text("labelled_by")
    if labelling is not None and labelling not in LABELLINGS:
        cells.fault("labelled_by", f"{labelling!r} is not one of {', '.join(LABELLINGS)}")
    labelling = labelling or labelling_in(name)
    first_day, last_day = cells.needed_days(reading.first_day)
    return TariffLine(
        hs_code=cells.digits("hs_code", 10, 10),
        name=name,
        mfn_rate=cells.read("mfn_rate", read_rate),
        provisional_rate=_provisional_rate(cells),
        vat_rate_percent=cells.read("vat_rate_percent", read_percent),
        consumption_tax=cells.read("consumption_tax", lambda text: read_consumption_tax(text, labelling)),
        legal_unit=_unit(cells, "legal_unit", reading),
        second_legal_unit=_unit(cells, "second_legal_unit", reading),
        supervision_marks=cells.text("supervision_marks") or "",
        first_day=first_day,
        last_day=last_day,
    )


def _provisional_rate(cells: Cells) -> Rate | None:
    # Empty and "-" both mean that none is in force; 0 is a rate.
    text = cells.text("provisional_rate")
    return None if text in {None, "-"} else cells.read("provisional_rate", read_rate)


def _unit(cells: Cells, column: str, reading: Reading) -> str | None:
    text = cells.text(column)
    if text in {None, "-"}:
        cells.canonical[column] = ""
        return None
    code = reading.unit_codes.get(str(text), str(text))
    if len(code) != 3 or not code.isdigit():  # noqa: PLR2004 - unit codes have three digits
        cells.fault(column, f"{text!r} is no unit: write its three-digit code, or the name in the table of units")
    cells.canonical[column] = code
    return code


def _list_entry(cells: Cells, reading: Reading) -> PositiveListEntry:
    first_day, last_day = cells.needed_days(reading.first_day)
    marked = cells.choice("marked", ("starter", "official"), reading.marked)
    complete = cells.choice("complete", ("yes", "no"), "yes" if reading.complete else "no")
    return PositiveListEntry(
        hs8=cells.digits("hs8", 8, 8),
        name=cells.needed("name"),
        remark=cells.text("remark"),
        modes=cells.read("modes", _modes) or frozenset(),
        yearly_kg=cells.amount("yearly_kg"),
        marked="starter" if marked == "starter" else "official",
        complete=complete == "yes",
        first_day=first_day,
        last_day=last_day,
    )


def _modes(text: str) -> frozenset[str]:
    modes = frozenset(text.replace(",", " ").replace(";", " ").split())
    if not modes <= MODES:
        raise ValueError(f"{text!r} names a mode that is none of {', '.join(sorted(MODES))}; separate them by blanks")
    return modes


def _prohibited_goods(cells: Cells, reading: Reading) -> ProhibitedGoods:
    first_day, last_day = cells.needed_days(reading.first_day)
    hs_prefix = cells.text("hs_prefix") and cells.digits("hs_prefix", 2, 10)
    words = tuple(word.strip() for word in (cells.text("words") or "").split("|") if word.strip())
    if not hs_prefix and not words:
        cells.fault("hs_prefix", "and words are both empty; a row needs a code prefix, words, or both")
    return ProhibitedGoods(
        name=cells.needed("name"),
        law=cells.needed("law"),
        hs_prefix=hs_prefix or None,
        words=words,
        first_day=first_day,
        last_day=last_day,
    )


def _code_of(least: int, most: int) -> Callable[[Cells, Reading], Code]:
    def read(cells: Cells, reading: Reading) -> Code:
        first_day, last_day = cells.days(reading.first_day)
        code = cells.needed("code")
        if code and not (code.isascii() and code.isalnum() and least <= len(code) <= most):
            cells.fault("code", f"{code!r} does not have {least} characters; write it as text, with leading zeros")
        return Code(
            code=code,
            name_zh=cells.needed("name_zh"),
            name_en=cells.text("name_en"),
            note=cells.text("note"),
            first_day=first_day,
            last_day=last_day,
        )

    return read


def _code_table(name: str, length: int) -> Specification:
    return Specification(
        name=name,
        columns=("code", "name_zh", "name_en", "note", "first_day", "last_day"),
        needed=frozenset({"code", "name_zh"}),
        key=("code",),
        read=_code_of(length, length),
        aliases=_CODE_ALIASES,
        passed_over=frozenset({"full_name", "province", "confidence"}),
    )


TARIFF: Final = Specification(
    name="tariff",
    columns=(
        "hs_code", "name", "mfn_rate", "provisional_rate", "vat_rate_percent", "consumption_tax", "labelled_by",
        "legal_unit", "second_legal_unit", "supervision_marks", "first_day", "last_day",
    ),
    needed=frozenset({"hs_code", "name", "mfn_rate", "vat_rate_percent", "consumption_tax"}),
    key=("hs_code",),
    read=_tariff_line,
    aliases=_TARIFF_ALIASES,
    passed_over=frozenset({"name_en", "general", "ciq", "普通税率"}),
)  # fmt: skip
POSITIVE_LIST: Final = Specification(
    name="positive_list",
    columns=("hs8", "name", "remark", "modes", "yearly_kg", "marked", "complete", "first_day", "last_day"),
    needed=frozenset({"hs8", "name"}),
    key=("hs8",),
    read=_list_entry,
    aliases=_LIST_ALIASES,
    passed_over=frozenset({"seq", "序号"}),
)
PROHIBITED_GOODS: Final = Specification(
    name="prohibited_goods",
    columns=("hs_prefix", "words", "name", "law", "first_day", "last_day"),
    needed=frozenset({"name", "law"}),
    key=("hs_prefix", "words", "name"),
    read=_prohibited_goods,
)
CODE_TABLES: Final = (
    _code_table("country", 3),
    _code_table("currency", 3),
    _code_table("unit", 3),
    _code_table("trade_mode", 4),
    _code_table("transport_mode", 1),
    _code_table("wrap_type", 1),
    _code_table("customs_district", 4),
)
SPECIFICATIONS: Final[dict[str, Specification]] = {
    specification.name: specification for specification in (TARIFF, POSITIVE_LIST, PROHIBITED_GOODS, *CODE_TABLES)
}
