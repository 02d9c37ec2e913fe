"""How a finding names the goods items that it is about."""

from collections.abc import Iterable

from app.domain.dossier import DeclarationItem


def line_numbers(items: Iterable[DeclarationItem]) -> str:
    """The numbers of the items: ``1, 3``."""
    return ", ".join(str(item.line_no) for item in items)


def hs_codes(items: Iterable[DeclarationItem]) -> str:
    """The commodity codes of the items, each once: ``0406100000, 3304990029``."""
    return ", ".join(dict.fromkeys(item.hs_code for item in items))
