"""Masking: a personal value by its first and last characters only. The path of a value says whether it is personal."""

import re
from typing import Final

DOCUMENTS: Final = frozenset({"order", "payment", "waybill", "declaration"})
_MASK: Final = "***"
_PERSONAL: Final = re.compile(r"buyer|payer|consignee|telephone|address|identity|id_number|account$")
_SHOWN_AT_EACH_END: Final = ((11, 3, 2), (6, 2, 1), (3, 1, 1), (2, 1, 0))  # from so many characters: so many, so many


def shown(path: str, value: str) -> str:
    """A value as anybody sees it: personal ones only by their first and last characters."""
    return masked(value) if is_personal(path) else value


def masked(value: str) -> str:
    """The first and last characters of a personal value; how long it is does not show."""
    for length, first, last in _SHOWN_AT_EACH_END:
        if len(value) >= length:
            return value[:first] + _MASK + (value[-last:] if last else "")
    return _MASK if value else ""


def is_personal(path: str) -> bool:
    """Whether what stands at a path, such as ``order.buyer_name``, is about a person."""
    owner, _, field = path.partition(".")
    if owner not in DOCUMENTS or field.endswith("id_type"):
        return False
    return _PERSONAL.search(field) is not None
