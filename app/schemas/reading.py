"""Reading a JSON body into documents of the domain: once, exactly, with every fault named.

Two paths give the same result. The fast one decodes straight into the domain's structs; whatever it cannot vouch for
goes to the thorough one, which parses losslessly, lists all faults with their pointers, and where there are none (a
number sent as text) gives the same documents. A test compares the two.
"""

import hashlib
from decimal import Decimal
from typing import Any, Final, NamedTuple, TypeVar
from uuid import UUID

import msgspec

from app.schemas.checking import check
from app.schemas.dossier import DossierBody
from app.schemas.faults import Faults, InvalidBody, fault
from app.schemas.fields import Body
from app.schemas.lossless import parse
from app.schemas.narrowed import decoder, narrowed, plan_of
from app.schemas.order import OrderBody
from app.schemas.payment import PaymentBody
from app.schemas.tidying import NotVouchedFor, demand_amounts, demand_identifiers, quotation_marks, settle, tidy
from app.schemas.waybill import WaybillBody
from app.services.filings import KIND_OF, Document, DocumentKind

DEPTH_LIMIT: Final = 32  # of content that was accepted under a setting that may since have changed
_NEW_DEMANDS: Final = frozenset({"not_an_identifier"})  # the door made them when documents were stored already
_AnyBody = TypeVar("_AnyBody", bound=Body)
_Struct = TypeVar("_Struct", bound=msgspec.Struct)
_encode = msgspec.json.Encoder(decimal_format="string").encode
_NONE: Final[frozenset[DocumentKind]] = frozenset()
Filed = tuple[Document, ...]  # a document without an id or a time of its own has an empty text there


def read_filing(content: bytes, body: type[Body], depth_limit: int = DEPTH_LIMIT) -> Filed:
    """The documents of a body, as they were filed: order, payment, waybill, declaration.

    InvalidBody with all faults where it is none.
    """
    return _read(content, body, depth_limit, stored=False)


def read_body(content: bytes, body: type[_AnyBody], depth_limit: int = DEPTH_LIMIT) -> _AnyBody:
    """The typed body of an act, which holds no documents; InvalidBody with all faults where it is none."""
    return _converted(_checked(content, body, depth_limit), body)


def documents_in(filed: Filed, filed_at_default: str) -> tuple[Document, ...]:
    """The documents of a filing, each with an id and a time."""
    for document in filed:
        if not (document.message_id and document.filed_at):
            return tuple([_named(each, filed_at_default) for each in filed])
    return filed


def undated_in(filed: Filed) -> frozenset[DocumentKind]:
    """Which documents of a filing came without a time of their own."""
    for document in filed:
        if not document.filed_at:
            return frozenset(KIND_OF[type(each)] for each in filed if not each.filed_at)
    return _NONE


def documents_of(content: bytes, filed_at_default: str) -> tuple[Document, ...]:
    """Read stored content again: equal documents for equal content and default.

    What the door came to demand later is not demanded of it: its parcel waits for a decision all the same.
    """
    return documents_in(_read(content, _kind_of(content), DEPTH_LIMIT, stored=True), filed_at_default)


def _read(content: bytes, body: type[Body], depth_limit: int, *, stored: bool) -> Filed:
    try:
        return _read_fast(content, body, stored=stored)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError):
        return _read_thoroughly(content, body, depth_limit, stored=stored)


def _read_fast(content: bytes, body: type[Body], *, stored: bool) -> Filed:
    marks = quotation_marks(content)
    try:
        value = decoder(body, lenient=False).decode(content)
    except msgspec.ValidationError:
        value = decoder(body, lenient=True).decode(content)
        marks -= settle(value, plan_of(body))
    filed, told = _tidied(value, body, stored=stored)
    if told != marks:
        raise NotVouchedFor
    return filed


def _read_thoroughly(content: bytes, body: type[Body], depth_limit: int, *, stored: bool = False) -> Filed:
    checked = _checked(content, body, depth_limit, _NEW_DEMANDS if stored else frozenset())
    value = _converted(checked, narrowed(body, lenient=False))
    try:
        filed, _ = _tidied(value, body, stored=stored)
    except ValueError:  # the two paths differ: refuse, never accept
        raise InvalidBody((fault("", "malformed"),)) from None
    return filed


def _checked(content: bytes, body: type[Body], depth_limit: int, forgiven: frozenset[str] = frozenset()) -> Any:
    """The tree of a body without faults but forgiven ones, cleaned of what counts as absent."""
    if not content.strip():
        raise InvalidBody((fault("", "body_empty"),))
    tree = parse(content, depth_limit)
    faults = Faults()
    cleaned = check(tree, body, faults)
    if any(problem.code not in forgiven for problem in faults.problems):
        raise InvalidBody(faults.problems)
    return cleaned


def _converted(cleaned: Any, wanted: type[_Struct]) -> _Struct:
    try:
        return msgspec.convert(cleaned, wanted)
    except msgspec.MsgspecError:  # the check and the type differ: refuse, never accept
        raise InvalidBody((fault("", "malformed"),)) from None


def _tidied(value: Any, body: type[Body], *, stored: bool) -> tuple[Filed, int]:
    """The documents that were decoded, and the quotation marks that they account for."""
    amounts: list[Decimal] = []
    identifiers: list[str | None] = []
    marks = tidy(value, plan_of(body), amounts, identifiers)
    demand_amounts(amounts)
    if not stored:
        demand_identifiers(identifiers)
    if body is not DossierBody:
        return (value,), marks
    four = (value.order, value.payment, value.waybill, value.declaration)
    return tuple([document for document in four if document is not None]), marks


def _named(document: Document, filed_at_default: str) -> Document:
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
