"""Reading a JSON body into documents of the domain: once, exactly, with every fault named.

Two paths give the same result. The fast one decodes straight into the typed body and tidies it; whatever it cannot
vouch for goes to the thorough one, which parses losslessly, lists all faults with their pointers, and where there are
none (a number sent as text, an escaped quotation mark) gives the same typed body. A test compares the two.
"""

import hashlib
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any, Final, NamedTuple, TypeVar
from uuid import UUID

import msgspec

from app.domain.dossier import Declaration, Order, Payment, Waybill
from app.schemas.checking import check
from app.schemas.declaration import DeclarationBody
from app.schemas.dossier import DossierBody
from app.schemas.faults import Faults, InvalidBody, fault
from app.schemas.fields import Body
from app.schemas.filing import FilingBody
from app.schemas.lossless import parse
from app.schemas.order import OrderBody
from app.schemas.payment import PaymentBody
from app.schemas.tidying import NotVouchedFor, tidy, vouch
from app.schemas.waybill import WaybillBody
from app.services.filings import KIND_OF, Document, DocumentKind

DEPTH_LIMIT: Final = 32  # of content that was accepted under a setting that may since have changed
DOCUMENT_TYPES: Final[dict[type[Body], type[Document]]] = {
    OrderBody: Order,
    PaymentBody: Payment,
    WaybillBody: Waybill,
    DeclarationBody: Declaration,
}
_AnyBody = TypeVar("_AnyBody", bound=Body)
_encode = msgspec.json.Encoder(decimal_format="string").encode


def read_body(content: bytes, body: type[_AnyBody], depth_limit: int = DEPTH_LIMIT) -> _AnyBody:
    """The typed and tidied body; InvalidBody with all faults where it is none."""
    if not content.strip():
        raise InvalidBody((fault("", "body_empty"),))
    try:
        read: _AnyBody = _decoder(body).decode(content)
        vouch(read, content)
        tidy(read, holds_empty_texts=b'""' in content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, NotVouchedFor):
        return _read_thoroughly(content, body, depth_limit)
    return read


def documents_in(body: Body, filed_at_default: str) -> tuple[Document, ...]:
    """The documents of a body that `read_body` gave, in the order: order, payment, waybill, declaration."""
    return tuple(_document(part, filed_at_default) for part in _parts(body))


def undated_in(body: Body) -> frozenset[DocumentKind]:
    """Which documents of a body came without a time of their own."""
    return frozenset(KIND_OF[DOCUMENT_TYPES[type(part)]] for part in _parts(body) if not part.filed_at)


def documents_of(content: bytes, filed_at_default: str) -> tuple[Document, ...]:
    """Read stored content again: equal documents for equal content and default."""
    return documents_in(read_body(content, _kind_of(content)), filed_at_default)


def _read_thoroughly(content: bytes, body: type[_AnyBody], depth_limit: int) -> _AnyBody:
    tree = parse(content, depth_limit)
    faults = Faults()
    cleaned = check(tree, body, faults)
    if faults.problems:
        raise InvalidBody(faults.problems)
    try:
        read: _AnyBody = msgspec.convert(cleaned, body)
        tidy(read, holds_empty_texts=False)
    except (msgspec.MsgspecError, NotVouchedFor):  # the two paths differ: refuse, never accept
        raise InvalidBody((fault("", "malformed"),)) from None
    return read


@cache
def _decoder(body: type[_AnyBody]) -> msgspec.json.Decoder[_AnyBody]:
    return msgspec.json.Decoder(body)


def _parts(body: Body) -> Iterator[FilingBody]:
    if isinstance(body, DossierBody):
        parts = (body.order, body.payment, body.waybill, body.declaration)
        yield from (part for part in parts if isinstance(part, FilingBody))
    elif isinstance(body, FilingBody):
        yield body


def _document(body: FilingBody, filed_at_default: str) -> Document:
    members = msgspec.to_builtins(body, builtin_types=(Decimal,))  # leaves out what is absent
    document: Document = msgspec.convert(members, DOCUMENT_TYPES[type(body)])
    if document.message_id and document.filed_at:
        return document
    return msgspec.structs.replace(
        document,
        message_id=document.message_id or _message_id(document),
        filed_at=document.filed_at or filed_at_default,
    )


def _message_id(document: Document) -> str:
    """The guid of a document that came without one: of what was sent, so not of the time that we gave it."""
    digest = hashlib.sha256(_encode(document)).digest()
    return str(UUID(bytes=digest[:16], version=5)).upper()


class _Marks(msgspec.Struct):
    """The fields that tell the kinds of stored content apart; everything else is skipped."""

    declaration: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    goods_value_cny: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    amount_cny: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class _Kind(NamedTuple):
    mark: str
    body: type[Body]


_KINDS: Final = (
    _Kind("declaration", DossierBody),
    _Kind("goods_value_cny", OrderBody),
    _Kind("amount_cny", PaymentBody),
)


def _kind_of(content: bytes) -> type[Body]:
    marks: Any = msgspec.json.decode(content, type=_Marks)
    return next((kind.body for kind in _KINDS if getattr(marks, kind.mark) is not msgspec.UNSET), WaybillBody)
