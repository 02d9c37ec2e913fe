"""The message specification as a source of rules: one name and one first day for the many rules that stand in it.

The edition cited is 202205; its import side is the one of 2018 unchanged. Rules of the triple check exist since the
retail import law began (three documents before the declaration: GACC 26/2016), so that is their first day; fields that
came only with the format of announcement 113/2018 are checked from 2018-09-30 on (day: MEMORY).
"""

from datetime import date
from typing import Final

from app.domain.period import InForce
from app.rules.kernel import Law
from app.rules.parameter_groups import FIRST_LAW_DAY

SPECIFICATION: Final = "海关跨境统一版系统企业对接报文规范（202205版）"
_IN_ENGLISH: Final = "Message specification of the unified cross-border system, edition 202205"
ORDER: Final = "表3-3"
PAYMENT: Final = "表3-10"
WAYBILL: Final = "表3-17"
DECLARATION: Final = "表3-31"

FROM_THE_FIRST_DAY: Final = InForce(first_day=FIRST_LAW_DAY)
SINCE_FORMAT_OF_2018: Final = InForce(first_day=date(2018, 9, 30))


def specified(table: str, note: str, *, en: str, zh: str = "", verified: bool = True) -> Law:
    """The provision that a table of the specification prints beside its fields; `zh` where `note` is no Chinese."""
    return Law(
        f"{SPECIFICATION}, {table}: {note}",
        zh=f"{SPECIFICATION}，{table.replace(', ', '、')}：{zh or note}",
        en=f"{_IN_ENGLISH}, {table.replace('表', 'table ')}: {en}",
        verified=verified,
    )


def operational(reason: str, *, zh: str, en: str = "") -> Law:
    """No provision: supervision practice, which dated parameters make easy to correct."""
    return Law(f"监管实践 operational: {reason}", zh=f"监管实践：{zh}", en=f"Supervision practice: {en or reason}")
