"""CEB900: valid, names every faulty field, and carries the original where XML can."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from app.ceb.format_receipt import INFO_LENGTH, ORIGINAL_AT_MOST_BYTES, format_receipt
from app.ceb.messages.shape import NAMESPACE
from app.ceb.problems import MalformedMessage
from app.ceb.reading import read_message
from tests.builders import a_declaration, a_payment, a_waybill, an_order
from tests.ceb.samples import EDITIONS, violations, xml_of
from tests.ceb.test_hostile import HOSTILE

AT = datetime(2024, 6, 18, 1, 30, tzinfo=UTC)


def answer(body: bytes) -> dict[str, str]:
    """The fields of the format receipt that answers a body."""
    with pytest.raises(MalformedMessage) as malformed:
        read_message(body)
    root = etree.fromstring(format_receipt(malformed.value, body, AT))
    return {etree.QName(field).localname: field.text or "" for field in root[0]}


def test_every_faulty_field_is_named() -> None:
    body = xml_of(a_payment(payer_name="x" * 61, currency="14"), a_payment(paid_at="2024"))
    fields = answer(body)
    assert fields["returnInfo"] == (
        "/CEB411Message/Payment[1]/PaymentHead/payerName 长度为 61 位，应为 1 至 60 位;"
        "/CEB411Message/Payment[1]/PaymentHead/currency 长度为 2 位，应为 3 位;"
        "/CEB411Message/Payment[2]/PaymentHead/payTime 长度为 4 位，应为 14 位"
    )
    assert fields["returnStatus"] == "-401009"
    assert fields["returnTime"] == "20240618093000000"
    assert fields["oriMessageType"] == "CEB411Message"
    assert len(fields["guid"]) == 36
    assert fields["oriBizMessage"] == body.decode()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (xml_of(an_order(order_no="")), "-301008"),
        (xml_of(a_payment(order_no="")), "-401009"),
        (xml_of(a_waybill(order_no="")), "-504011"),
        (xml_of(a_declaration(order_no="")), "-621001"),
        (b"<a/>", "-0001"),
        (b"", "-0001"),
    ],
)
def test_the_status_is_below_zero_and_fits_the_message(body: bytes, status: str) -> None:
    fields = answer(body)
    assert fields["returnStatus"] == status
    assert int(status) < 0


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_valid_whatever_was_sent(name: str, shared_dir: Path) -> None:
    body, _ = HOSTILE[name]
    with pytest.raises(MalformedMessage) as malformed:
        read_message(body)
    written = format_receipt(malformed.value, body, AT)
    for edition in EDITIONS:
        assert violations(shared_dir, edition, written) == []


def test_the_original_with_a_cdata_section_comes_back_whole() -> None:
    body = xml_of(a_payment(currency="1")).replace("测试支付企业".encode(), "<![CDATA[测试]]>".encode())
    assert answer(body)["oriBizMessage"] == body.decode()


def test_an_original_that_xml_cannot_carry_is_left_out() -> None:
    for body in (b"<a>\xff</a>", b"<a>\0</a>", b"<a>\x01</a>", "<a>中</a>".encode("utf-16")):
        assert answer(body)["oriBizMessage"] == ""


def test_a_long_original_is_left_out() -> None:
    body = b"<a>" + b"x" * ORIGINAL_AT_MOST_BYTES + b"</a>"
    assert answer(body)["oriBizMessage"] == ""


def test_a_long_list_is_cut_between_problems_and_the_rest_counted() -> None:
    body = xml_of(*[a_payment(currency="1") for _ in range(100)])
    info = answer(body)["returnInfo"]
    assert len(info) <= INFO_LENGTH
    shown = info.count("/CEB411Message/")
    assert info.endswith(f";另有{100 - shown}处错误")


def test_a_flood_is_answered_with_its_full_count() -> None:
    body = f'<CEB411Message xmlns="{NAMESPACE}">{"<a/>" * 20_000}</CEB411Message>'.encode()
    info = answer(body)["returnInfo"]
    shown = info.count("/CEB411Message/")
    assert info.endswith(f"另有{20_004 - shown}处错误")
