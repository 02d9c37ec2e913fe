"""The JSON documents against the domain and against the official message: same names, same lengths."""

from typing import Any

import msgspec
import pytest
from msgspec.inspect import Metadata, NoneType, StrType, StructType, UnionType, VarTupleType

from app.ceb.messages.declaration import CEB621
from app.ceb.messages.order import CEB311
from app.ceb.messages.payment import CEB411
from app.ceb.messages.waybill import CEB511
from app.domain.dossier import Declaration, DeclarationItem, Order, OrderItem, Payment, Waybill
from app.schemas.declaration import DeclarationBody, DeclarationItemBody
from app.schemas.order import OrderBody, OrderItemBody
from app.schemas.payment import PaymentBody
from app.schemas.waybill import WaybillBody

PAIRS = [
    (OrderBody, Order),
    (OrderItemBody, OrderItem),
    (PaymentBody, Payment),
    (WaybillBody, Waybill),
    (DeclarationBody, Declaration),
    (DeclarationItemBody, DeclarationItem),
]
OFFICIAL = [
    (OrderBody, CEB311.head),
    (OrderItemBody, CEB311.items),
    (PaymentBody, CEB411.head),
    (WaybillBody, CEB511.head),
    (DeclarationBody, CEB621.head),
    (DeclarationItemBody, CEB621.items),
]
# Read into another form (times, words), so that their length on the wire is not the message's.
CONVERTED = {"filed_at", "filing_type", "filing_status", "paid_at", "declared_on", "import_date"}


def described(body: Any) -> dict[str, Any]:
    info = msgspec.inspect.type_info(body)
    assert isinstance(info, StructType)
    return {field.name: field for field in info.fields}


def metadata(field: Any) -> Metadata:
    kind = field.type
    if isinstance(kind, UnionType):
        kind = next(each for each in kind.types if not isinstance(each, NoneType))
    assert isinstance(kind, Metadata), f"{field.name} has no description"
    return kind


@pytest.mark.parametrize(("body", "document"), PAIRS)
def test_every_field_of_the_domain_can_be_sent_and_no_other(body: Any, document: Any) -> None:
    ours = [field.name for field in msgspec.structs.fields(document) if field.name != "transmitted_by"]
    assert [*described(body)] == ours


@pytest.mark.parametrize(("body", "section"), OFFICIAL)
def test_lengths_and_official_names_are_those_of_the_message(body: Any, section: Any) -> None:
    fields = described(body)
    for official in section.fields:
        told = metadata(fields[official.name])
        assert told.extra_json_schema is not None
        assert f"Official name: {official.wire} (" in told.extra_json_schema["description"]
        if isinstance(told.type, StrType) and official.name not in CONVERTED:
            assert told.type.max_length == official.maximum, official.name


@pytest.mark.parametrize(("body", "document"), PAIRS)
def test_every_field_has_its_chinese_name(body: Any, document: Any) -> None:
    for field in described(body).values():
        told = metadata(field)
        assert told.extra_json_schema is not None
        assert any("\u4e00" <= letter <= "\u9fff" for letter in told.extra_json_schema["title"])
        assert isinstance(told.type, VarTupleType) or told.extra_json_schema["description"].startswith("Official name")
