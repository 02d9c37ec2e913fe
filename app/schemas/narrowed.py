"""The types that a JSON body is decoded into: the domain's own structs, narrowed to what their messages allow.

A narrowed type adds no member to the struct it narrows, only the lengths and words of its body (`app.schemas.order` and
its neighbours), and refuses unknown members. So what the decoder filled can be made one of the domain's own without a
copy (`app.schemas.tidying`). Each body has two: the strict one takes no null and no empty text where a member may be
left out, as most senders write; the lenient one takes both, and tells them from what was left out.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from operator import itemgetter
from typing import Annotated, Any, Final, NamedTuple, get_args, get_origin

import msgspec
from msgspec import UNSET, Meta, UnsetType

from app.domain.dossier import Declaration, DeclarationItem, Order, OrderItem, Payment, Waybill
from app.schemas.declaration import DeclarationBody, DeclarationItemBody
from app.schemas.fields import DAY, FILING_WORD, FILING_WORDS, IDENTIFIER, INSTANT, Body
from app.schemas.order import OrderBody, OrderItemBody
from app.schemas.payment import PaymentBody
from app.schemas.times import compact_day, compact_instant
from app.schemas.waybill import WaybillBody

_NARROWS: Final[dict[type[Body], type[msgspec.Struct]]] = {
    OrderBody: Order,
    OrderItemBody: OrderItem,
    PaymentBody: Payment,
    WaybillBody: Waybill,
    DeclarationBody: Declaration,
    DeclarationItemBody: DeclarationItem,
}
_READERS: Final[dict[str, Callable[[str], str]]] = {
    INSTANT: compact_instant,
    DAY: compact_day,
    FILING_WORD: {word: FILING_WORDS.get(word, word) for word in (*FILING_WORDS, *FILING_WORDS.values())}.__getitem__,
}
_MARKS_OF_A_KEY: Final = 2
_MARKS_OF_A_TEXT: Final = 4  # its key's too
_ABSENCES: Final = (UnsetType, type(None))
_Taker = Callable[[tuple[Any, ...]], tuple[Any, ...]]


class Form(NamedTuple):
    """A member that the domain keeps in another form than it is sent in, or that means something when left out."""

    place: int
    name: str
    read: Callable[[str], str] | None
    default: str | None


class Plan(msgspec.Struct, frozen=True, gc=False):
    """What there is to do with one kind of decoded value, found out once from the fields of its body.

    `marks` are the quotation marks of its keys and texts when every member is there.
    """

    kind: type[msgspec.Struct] | None
    marks: int
    optional: tuple[str, ...]
    optional_texts: _Taker
    optional_amounts: tuple[int, ...]
    amounts: _Taker
    identifiers: _Taker
    forms: tuple[Form, ...]
    parts: tuple[tuple[str, "Plan"], ...]
    items: "Plan | None"


@cache
def decoder(body: type[Body], *, lenient: bool) -> msgspec.json.Decoder[Any]:
    """Decodes a JSON text into the narrowed type of a body."""
    return msgspec.json.Decoder(narrowed(body, lenient=lenient))


@cache
def narrowed(body: type[Body], *, lenient: bool) -> type[msgspec.Struct]:
    """The narrowed type of a body of documents."""
    kind = _NARROWS.get(body, msgspec.Struct)
    fields = msgspec.structs.fields(body)
    members = [_member(field, lenient=lenient) for field in fields]
    foreign = set(kind.__struct_fields__) - {field.name for field in fields}
    members += [(name, None, None) for name in sorted(foreign)]  # known to the domain, no member of the message
    return msgspec.defstruct(
        f"{'Lenient' if lenient else 'Strict'}{body.__name__}",
        members,
        bases=(kind,),
        frozen=True,
        kw_only=True,
        gc=False,
        forbid_unknown_fields=True,
    )


@cache
def plan_of(body: type[Body]) -> Plan:
    """The plan of a body of documents."""
    fields = msgspec.structs.fields(body)
    members = narrowed(body, lenient=False).__struct_fields__
    place = {name: number for number, name in enumerate(members)}
    texts = [field for field in fields if _is(str, field)]
    amounts = [field for field in fields if _is(Decimal, field)]
    return Plan(
        kind=_NARROWS.get(body),
        marks=_MARKS_OF_A_KEY * (len(fields) - len(texts)) + _MARKS_OF_A_TEXT * len(texts),
        optional=tuple(field.name for field in fields if not field.required),
        optional_texts=_taker([place[field.name] for field in texts if not field.required]),
        optional_amounts=tuple(place[field.name] for field in amounts if not field.required),
        amounts=_taker([place[field.name] for field in amounts if field.required]),
        identifiers=_taker([place[field.name] for field in fields if _extra(field).get("form") == IDENTIFIER]),
        forms=tuple(form for field in fields if (form := _form(field, place[field.name])) is not None),
        parts=tuple((field.name, plan_of(part)) for field in fields if (part := _body_in(field)) is not None),
        items=next((plan_of(item) for field in fields if (item := _item_of(field)) is not None), None),
    )


def _member(field: msgspec.structs.FieldInfo, *, lenient: bool) -> tuple[str, Any] | tuple[str, Any, Any]:
    hint = _hint(field)
    if (item := _item_of(field)) is not None:
        hint = Annotated[tuple[narrowed(item, lenient=lenient), ...], *hint.__metadata__]  # type: ignore[misc]
    elif (part := _body_in(field)) is not None:
        hint = narrowed(part, lenient=lenient)
    if field.required:
        return field.name, hint
    if lenient:
        return field.name, hint | None | UnsetType, UNSET
    if _plain(field) is str and not any(meta.min_length for meta in hint.__metadata__):
        hint = Annotated[hint, Meta(min_length=1)]
    return field.name, hint, None


def _form(field: msgspec.structs.FieldInfo, place: int) -> Form | None:
    extra = _extra(field)
    read, default = _READERS.get(extra.get("form", "")), extra.get("default")
    return None if read is None and default is None else Form(place, field.name, read, default)


def _extra(field: msgspec.structs.FieldInfo) -> dict[str, Any]:
    """What the field says of its form."""
    return next((meta.extra for meta in getattr(_hint(field), "__metadata__", ()) if meta.extra), {})


def _hint(field: msgspec.structs.FieldInfo) -> Any:
    """The type of a member where it is there."""
    told = [each for each in get_args(field.type) if each not in _ABSENCES]
    return told[0] if not field.required and len(told) == 1 else field.type


def _plain(field: msgspec.structs.FieldInfo) -> Any:
    """The type of a member where it is there, without its limits."""
    hint = _hint(field)
    return hint.__origin__ if get_origin(hint) is Annotated else hint


def _is(wanted: type, field: msgspec.structs.FieldInfo) -> bool:
    """Whether a member is of a type; a choice of words is text."""
    plain = _plain(field)
    return plain is wanted or any(isinstance(word, wanted) for word in get_args(plain))


def _body_in(field: msgspec.structs.FieldInfo) -> type[Body] | None:
    plain = _plain(field)
    return plain if isinstance(plain, type) and issubclass(plain, Body) else None


def _item_of(field: msgspec.structs.FieldInfo) -> type[Body] | None:
    plain = _plain(field)
    return get_args(plain)[0] if get_origin(plain) is tuple else None


def _taker(places: list[int]) -> _Taker:
    """What stands in some places of a tuple, as a tuple."""
    match places:
        case []:
            return lambda _: ()
        case [place]:
            return lambda members: (members[place],)
        case _:
            return itemgetter(*places)
