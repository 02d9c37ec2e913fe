"""Receipts: what each document is answered, always valid; the feed; what is stored."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from app.ceb.feed import render
from app.ceb.receipt_reading import read_receipts
from app.ceb.receipt_writing import write_receipts
from app.ceb.receipts import (
    NO_PRE_NO,
    InventoryReturn,
    LogisticsReturn,
    OrderReturn,
    PaymentReturn,
    ReceiptData,
    receipt_for,
    receipt_guid,
)
from tests.builders import (
    DECLARANT,
    LOGISTICS,
    MERCHANT,
    ORDER_NO,
    PAYMENT_COMPANY,
    PLATFORM,
    TRANSACTION_NO,
    WAYBILL_NO,
    a_declaration,
    a_payment,
    a_waybill,
    an_order,
)
from tests.ceb.samples import EDITIONS, GUID, one_of_each, violations

AT = datetime(2024, 6, 18, 1, 30, 0, 123_456, tzinfo=UTC)
TIME = "20240618093000123"
PRE_NO = "B20240618000000001"
DECLARATION_NO = "22442024I000000001"


def test_each_document_has_its_receipt() -> None:
    order = receipt_for(an_order(), return_status="120", return_info="ok", at=AT)
    assert order == OrderReturn(order.guid, PLATFORM, MERCHANT, ORDER_NO, "120", TIME, "ok")
    payment = receipt_for(a_payment(), return_status="120", return_info="ok", at=AT)
    assert payment == PaymentReturn(payment.guid, PAYMENT_COMPANY, TRANSACTION_NO, "120", TIME, "ok")
    waybill = receipt_for(a_waybill(), return_status="120", return_info="ok", at=AT)
    assert waybill == LogisticsReturn(waybill.guid, LOGISTICS, WAYBILL_NO, "120", TIME, "ok")
    declaration = receipt_for(
        a_declaration(), return_status="800", return_info="ok", at=AT, pre_no=PRE_NO, declaration_no=DECLARATION_NO
    )
    assert declaration == InventoryReturn(
        declaration.guid,
        "2244",
        PLATFORM,
        MERCHANT,
        DECLARANT,
        "TG20240618000001",
        PRE_NO,
        DECLARATION_NO,
        "800",
        TIME,
        "ok",
    )


def test_a_guid_has_36_upper_case_characters_and_is_the_same_for_the_same_receipt() -> None:
    guid = receipt_guid("a", "b")
    assert len(guid) == 36
    assert guid == guid.upper() == receipt_guid("a", "b")
    assert guid != receipt_guid("ab")


def test_the_internal_number_falls_back_to_the_pre_number() -> None:
    receipt = receipt_for(a_declaration(internal_no=None), return_status="2", return_info="ok", at=AT, pre_no=PRE_NO)
    assert isinstance(receipt, InventoryReturn)
    assert receipt.internal_no == PRE_NO


def test_the_pre_number_is_the_allotted_one_then_the_declared_one_then_zeros() -> None:
    def pre_no(allotted: str | None, declared: str | None) -> str:
        receipt = receipt_for(
            a_declaration(pre_no=declared), return_status="2", return_info="ok", at=AT, pre_no=allotted
        )
        assert isinstance(receipt, InventoryReturn)
        return receipt.pre_no

    declared = "B20240618999999999"
    assert pre_no(PRE_NO, declared) == PRE_NO
    assert pre_no(None, declared) == declared
    assert pre_no(None, "short") == NO_PRE_NO
    assert pre_no(None, None) == NO_PRE_NO


@pytest.mark.parametrize("info", ["x", "x" * 1000, "x" * 1001, "", "😀" * 1000, "]]>&<\r\n\x00\ud800"])
def test_receipts_are_valid_whatever_their_text(info: str, shared_dir: Path) -> None:
    for document in one_of_each():
        for changed in (document, msgspec.structs.replace(document, order_no="中" * 200, note="\x01")):
            receipt = receipt_for(changed, return_status="-621017", return_info=info, at=AT)
            written = write_receipts(GUID, [receipt])
            for edition in EDITIONS:
                assert violations(shared_dir, edition, written) == []


def test_an_optional_value_that_does_not_fit_is_left_out(shared_dir: Path) -> None:
    receipt = receipt_for(
        a_declaration(customs_code="22440", declarant_code="D" * 19, platform_code=""),
        return_status="2",
        return_info="ok",
        at=AT,
        declaration_no="short",
    )
    written = write_receipts(GUID, [receipt])
    assert violations(shared_dir, "202205", written) == []
    (read,) = read_receipts(written).receipts
    assert isinstance(read, InventoryReturn)
    assert (read.customs_code, read.declarant_code, read.platform_code, read.declaration_no) == (None,) * 4


def test_characters_that_xml_cannot_carry_are_replaced() -> None:
    receipt = receipt_for(a_payment(), return_status="2", return_info="a\x00b\x1fc\ud800d\ufffee", at=AT)
    read = read_receipts(write_receipts(GUID, [receipt])).receipts[0]
    assert read.return_info == "a\ufffdb\ufffdc\ufffdd\ufffde"


def test_100_receipts_make_one_message(shared_dir: Path) -> None:
    receipts = [
        receipt_for(a_payment(payment_transaction_no=f"T{number}"), return_status="2", return_info="ok", at=AT)
        for number in range(100)
    ]
    written = write_receipts(GUID, receipts)
    assert violations(shared_dir, "202205", written) == []
    assert list(read_receipts(written).receipts) == receipts


def test_the_feed_names_the_message_and_renders_the_same_bytes_every_time() -> None:
    names = []
    for document in one_of_each():
        receipt = receipt_for(document, return_status="120", return_info="ok", at=AT)
        name, xml = render(receipt)
        names.append(name)
        assert xml == render(receipt)[1]
        read = read_receipts(xml.encode())
        assert read.receipts == (receipt,)
        assert read.guid == receipt.guid
    assert names == ["CEB312", "CEB412", "CEB512", "CEB622"]


def test_the_stored_form_is_compact_and_does_not_change() -> None:
    receipt = PaymentReturn("G" * 36, "3101960Y01", "T1", "120", TIME, "ok")
    stored = msgspec.msgpack.encode(receipt)  # as it stands within an event
    # What lies in databases today must be read for ever: this literal is a promise, not an implementation.
    assert stored.hex() == (
        "97a6434542343132d924" + "47" * 36 + "aa33313031393630593031a25431a3313230b1" + TIME.encode().hex() + "a26f6b"
    )
    assert msgspec.msgpack.decode(stored, type=ReceiptData) == receipt


def test_other_bytes_are_no_stored_receipt() -> None:
    with pytest.raises(msgspec.DecodeError):
        msgspec.msgpack.decode(b"\x91\xa6CEB999", type=ReceiptData)
