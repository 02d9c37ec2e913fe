"""Any document that a message can carry, made from the field tables."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from app.ceb.fields import Field, read_amount
from app.ceb.messages import FILINGS, RECEIPTS, MessageType, ReceiptType
from app.ceb.messages.shape import Section

# Everything XML 1.0 can carry: no NUL or control characters, no lone surrogates, no noncharacters U+FFFE and U+FFFF.
_CHARACTERS = st.characters(
    blacklist_categories=["Cs"],
    blacklist_characters=[chr(code) for code in range(32) if code not in (9, 10, 13)] + ["\ufffe", "\uffff"],
)
_VISIBLE = st.characters(categories=["L", "N", "P"], exclude_characters="\u115f\u1160\u3164\uffa0")
_AMOUNTS = st.integers(0, 10**19 - 1).flatmap(
    lambda units: st.integers(0, 5).map(lambda places: Decimal(units).scaleb(-places))
)


def _values(field: Field) -> st.SearchStrategy[Any]:
    if field.maximum is not None:
        characters = _VISIBLE if field.identifier else _CHARACTERS
        texts = st.text(characters, min_size=max(field.minimum or 0, 1), max_size=min(field.maximum, 40))
        if field.minimum == field.maximum:
            texts = st.text(characters, min_size=field.maximum, max_size=field.maximum)
        return texts if field.required else st.none() | texts
    if field.read is read_amount:
        return _AMOUNTS if field.required else st.none() | _AMOUNTS
    return st.integers(-999_999_999, 999_999_999)


def _section(section: Section) -> dict[str, st.SearchStrategy[Any]]:
    return {field.name: _values(field) for field in section.fields}


def documents(message: MessageType) -> st.SearchStrategy[Any]:
    """A document of this message type."""
    fields = _section(message.head)
    fields |= {
        "message_id": st.text("ABCDEF0123456789-", min_size=36, max_size=36),
        "filing_type": st.sampled_from("123"),
        "filing_status": st.sampled_from("12"),
        "filed_at": st.datetimes().map(lambda moment: f"{moment:%Y%m%d%H%M%S}".rjust(14, "0")),
    }
    if message.items is not None and message.item is not None:
        fields["items"] = st.lists(st.builds(message.item, **_section(message.items)), min_size=1, max_size=3).map(
            tuple
        )
    if message.transmitter is not None:
        fields[message.transmitter] = st.just("3101980D01")
    return st.builds(message.document, **fields)


def any_documents() -> st.SearchStrategy[list[Any]]:
    """One to three documents of one kind."""
    return st.sampled_from(list(FILINGS.values())).flatmap(
        lambda message: st.lists(documents(message), min_size=1, max_size=3)
    )


def receipts(kind: ReceiptType) -> st.SearchStrategy[Any]:
    """A receipt of this kind."""
    return st.builds(kind.receipt, **_section(kind.section))


def any_receipts() -> st.SearchStrategy[list[Any]]:
    """One to three receipts of one kind."""
    return st.sampled_from(list(RECEIPTS.values())).flatmap(
        lambda kind: st.lists(receipts(kind), min_size=1, max_size=3)
    )
