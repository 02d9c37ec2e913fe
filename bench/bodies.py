"""Parcels as the bytes that a sender would post: JSON dossiers, batches of them, and CEB messages of 100 nodes."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import uuid4

import msgspec

from app.ceb.message import BaseTransfer, CebKind, CebMessage, CebNode
from app.ceb.writing import write_message
from app.domain.dossier import Declaration, Documents, Order, Payment, Waybill

Document = Order | Payment | Waybill | Declaration
INSTANTS: Final = ("filed_at", "paid_at")
DAYS: Final = ("declared_on", "import_date")
PARTS: Final = ("order", "payment", "waybill", "declaration")
_COMPACT: Final = re.compile(r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d))?")
_encode: Final = msgspec.json.Encoder(decimal_format="number").encode


def json_body(documents: Documents) -> bytes:
    """A full dossier of the JSON door, compact."""
    return _encode({name: _tree(getattr(documents, name)) for name in PARTS})


def batch_body(bodies: Sequence[bytes]) -> bytes:
    """A batch of dossiers."""
    return b'{"declarations":[' + b",".join(bodies) + b"]}"


def ceb_messages(parcels: Sequence[Documents], sender: str) -> list[bytes]:
    """Orders, payments, waybills and declarations of the same parcels, in this order, as four official messages."""
    four: tuple[tuple[CebKind, list[Document]], ...] = (
        (CebKind.ORDER, [each.order for each in parcels]),
        (CebKind.PAYMENT, [each.payment for each in parcels]),
        (CebKind.WAYBILL, [each.waybill for each in parcels]),
        (CebKind.DECLARATION, [each.declaration for each in parcels]),
    )
    return [_message(kind, documents, sender) for kind, documents in four]


def _message(kind: CebKind, documents: Sequence[Document], sender: str) -> bytes:
    nodes = tuple(CebNode(document=document) for document in documents)
    transfer = BaseTransfer(company_code=sender, company_name="演示企业", exchange_id="DXPENT0000000001")
    return write_message(CebMessage(kind=kind, guid=str(uuid4()).upper(), nodes=nodes, transfer=transfer))


def _tree(document: Document) -> dict[str, Any]:
    """What a sender of JSON writes: nothing that is absent, instants and days in ISO form."""
    tree: dict[str, Any] = _without_absent(msgspec.to_builtins(document, builtin_types=(Decimal,)))
    tree.pop("transmitted_by", None)  # the JSON door knows the caller and asks for no sender
    for name in (*INSTANTS, *DAYS):
        if name in tree:
            tree[name] = _iso(tree[name])
    return tree


def _iso(compact: str) -> str:
    year, month, day, hour, minute, second = _COMPACT.fullmatch(compact).groups()  # type: ignore[union-attr]
    return f"{year}-{month}-{day}" + (f"T{hour}:{minute}:{second}+08:00" if hour else "")


def _without_absent(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_absent(member) for key, member in value.items() if member is not None}
    if isinstance(value, list | tuple):
        return [_without_absent(element) for element in value]
    return value
