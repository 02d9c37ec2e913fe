"""`POST /v1/ceb`: one receipt for each node, problems for what is no message, and one bad node spoils no other."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from app.ceb.receipt_reading import read_receipts
from app.ceb.receipts import NO_PRE_NO, InventoryReturn, OrderReturn
from app.domain.lifecycle import Status
from app.errors import Conflict, Forbidden, Problem, Unavailable
from app.services.filings import Caller, Door, Submission
from tests.builders import a_declaration, a_payment, an_order
from tests.ceb.door import CALLER, PRE_NO, Result, ToldServices, client, declared, stored
from tests.ceb.samples import EDITIONS, one_of_each, violations, xml_of
from tests.ceb.test_hostile import HOSTILE

_MANDATE = Problem(pointer="", code="no_mandate", zh="没有委托授权", en="no mandate")


def _failing(number: int, error: Exception) -> ToldServices:
    """Services that fail for the submission with this number (from 1)."""
    services = ToldServices()

    def answer(submission: Submission) -> Result:
        return error if services.submissions[number - 1] is submission else stored(submission)

    services.answer = answer
    return services


@pytest.mark.parametrize("document", one_of_each(), ids=lambda document: type(document).__name__)
async def test_each_kind_is_answered_with_its_receipt(document: object, shared_dir: Path) -> None:
    services = ToldServices()
    async with client(services) as door:
        answer = await door.post("/v1/ceb", content=xml_of(document))  # type: ignore[arg-type]
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/xml"
    for edition in EDITIONS:
        assert violations(shared_dir, edition, answer.content) == []
    (receipt,) = read_receipts(answer.content).receipts
    assert receipt.return_status == "120"
    assert receipt.return_time == "20240618093000005"
    assert receipt.return_info == "[Code:1800;Desc:逻辑校验通过]"
    (submission,) = services.submissions
    assert submission.documents == (document,)
    assert submission.door is Door.CEB
    assert submission.caller == CALLER


async def test_the_test_clock_sets_the_instant() -> None:
    services = ToldServices()
    async with client(services) as door:
        clock = {"Tongguan-Clock": "2024-06-18T10:00:00+08:00"}
        await door.post("/v1/ceb", content=xml_of(a_payment()), headers=clock)
    assert services.submissions[0].at == datetime(2024, 6, 18, 2, tzinfo=UTC)


async def test_a_declaration_is_answered_with_its_pre_number_and_findings() -> None:
    text = "[Code:1332;Desc:支付单支付金额与订单支付金额不一致]"
    services = ToldServices(lambda submission: declared(submission, Status.REFUSED, text))
    async with client(services) as door:
        answer = await door.post("/v1/ceb", content=xml_of(a_declaration()))
    (receipt,) = read_receipts(answer.content).receipts
    assert isinstance(receipt, InventoryReturn)
    assert (receipt.return_status, receipt.return_info) == ("100", text)
    assert receipt.pre_no == PRE_NO


async def test_receipts_stand_in_the_order_of_the_nodes() -> None:
    orders = [an_order(order_no=f"A{number}") for number in range(100)]
    async with client(ToldServices()) as door:
        answer = await door.post("/v1/ceb", content=xml_of(*orders))
    receipts = read_receipts(answer.content).receipts
    assert [receipt.order_no for receipt in receipts if isinstance(receipt, OrderReturn)] == [
        order.order_no for order in orders
    ]


async def test_the_same_message_gets_the_same_bytes() -> None:
    async with client(ToldServices()) as door:
        first = await door.post("/v1/ceb", content=xml_of(a_payment()))
        again = await door.post("/v1/ceb", content=xml_of(a_payment()))
    assert first.content == again.content


@pytest.mark.parametrize(
    ("document", "status"), list(zip(one_of_each(), ["-301013", "-401011", "-505015", "-621017"], strict=True))
)
async def test_an_internal_error_spoils_its_node_alone(document: object, status: str) -> None:
    services = _failing(2, RuntimeError("boom"))
    async with client(services) as door:
        answer = await door.post("/v1/ceb", content=xml_of(document, document, document))  # type: ignore[arg-type]
    receipts = read_receipts(answer.content).receipts
    assert [receipt.return_status for receipt in receipts] == ["120", status, "120"]
    assert "boom" not in answer.text
    if isinstance(receipts[1], InventoryReturn):
        assert receipts[1].pre_no == NO_PRE_NO


async def test_an_unusable_header_is_answered_and_not_filed() -> None:
    services = ToldServices()
    nodes = [an_order(order_no="A1"), an_order(order_no="A2", filing_type="7"), an_order(order_no="A3")]
    async with client(services) as door:
        answer = await door.post("/v1/ceb", content=xml_of(*nodes))
    assert [receipt.return_status for receipt in read_receipts(answer.content).receipts] == ["120", "-301009", "120"]
    assert [submission.documents[0].order_no for submission in services.submissions] == ["A1", "A3"]


async def test_a_message_of_unusable_nodes_alone_is_answered_without_the_services() -> None:
    services = ToldServices()
    async with client(services) as door:
        answer = await door.post("/v1/ceb", content=xml_of(an_order(filing_type="7")))
    assert answer.status_code == 200
    assert services.submissions == []


async def test_a_message_without_authority_is_a_403_that_names_each_node() -> None:
    services = ToldServices(lambda _: Forbidden("Ask for a mandate.", problems=(_MANDATE,)))
    async with client(services) as door:
        answer = await door.post("/v1/ceb", content=xml_of(a_payment(), a_payment()), headers={"accept-language": "en"})
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["code"] == "forbidden"
    assert body["errors"] == [
        {"pointer": f"/CEB411Message/Payment[{number}]", "code": "no_mandate", "message": "no mandate"}
        for number in (1, 2)
    ]


async def test_a_node_without_authority_among_others_is_answered_for_itself() -> None:
    async with client(_failing(1, Forbidden("Ask for a mandate."))) as door:
        answer = await door.post("/v1/ceb", content=xml_of(a_declaration(), a_declaration()))
    assert answer.status_code == 200
    first, second = read_receipts(answer.content).receipts
    assert (first.return_status, second.return_status) == ("-621016", "120")
    assert first.return_info == f"[{CALLER.party_code}]没有权限进行操作"


async def test_overload_is_a_503_with_retry_after() -> None:
    services = ToldServices(lambda _: Unavailable("Busy.", retry_after_seconds=3))
    async with client(services) as door:
        answer = await door.post("/v1/ceb", content=xml_of(a_payment(), a_payment()))
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "3"


async def test_overload_for_one_node_is_answered_for_itself() -> None:
    async with client(_failing(2, Unavailable("Busy."))) as door:
        answer = await door.post("/v1/ceb", content=xml_of(a_payment(), a_payment()))
    assert [receipt.return_status for receipt in read_receipts(answer.content).receipts] == ["120", "-401011"]


async def test_other_errors_of_ours_are_answered_for_their_node() -> None:
    async with client(_failing(1, Conflict("no"))) as door:
        answer = await door.post("/v1/ceb", content=xml_of(a_payment()))
    assert answer.status_code == 200
    assert read_receipts(answer.content).receipts[0].return_status == "-401011"


async def test_a_broken_message_is_a_422_with_a_format_receipt(shared_dir: Path) -> None:
    services = ToldServices()
    async with client(services) as door:
        answer = await door.post("/v1/ceb", content=xml_of(a_payment(currency="1"), a_payment(payer_name="")))
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/xml"
    assert violations(shared_dir, "202205", answer.content) == []
    info = etree.fromstring(answer.content).findtext(".//{*}returnInfo") or ""
    assert "/CEB411Message/Payment[1]/PaymentHead/currency" in info
    assert "/CEB411Message/Payment[2]/PaymentHead/payerName" in info
    assert services.submissions == []


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_xml_is_a_422_and_nothing_is_filed(name: str) -> None:
    services = ToldServices()
    async with client(services) as door:
        answer = await door.post("/v1/ceb", content=HOSTILE[name][0])
    assert answer.status_code == 422
    assert services.submissions == []


async def test_a_receipt_message_is_not_taken() -> None:
    async with client(ToldServices()) as door:
        receipt = (await door.post("/v1/ceb", content=xml_of(a_payment()))).content
        answer = await door.post("/v1/ceb", content=receipt)
    assert answer.status_code == 422
    assert "CEB412Message" in answer.text


async def test_a_signature_is_demanded_where_the_setting_says_so() -> None:
    async with client(ToldServices(), require_signature=True) as door:
        unsigned = await door.post("/v1/ceb", content=xml_of(a_declaration()))
        other = await door.post("/v1/ceb", content=xml_of(a_payment()))
    assert unsigned.status_code == 422
    assert "/CEB621Message/Signature" in unsigned.text
    assert other.status_code == 200


async def test_a_body_beyond_the_limit_is_a_413_and_is_not_read_to_its_end() -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(10_000):
            read += 1000
            yield b"x" * 1000

    async with client(ToldServices(), limit_bytes=10_000) as door:
        announced = await door.post("/v1/ceb", content=b"x" * 10_001)
        streamed = await door.post("/v1/ceb", content=endless())
    assert announced.status_code == streamed.status_code == 413
    assert read <= 12_000


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "application/json"},
        {"content-type": ""},
        {"content-type": "application/xml; charset=GBK"},
        {"content-type": 'text/xml; Charset = "utf-16"'},
        {"content-encoding": "gzip"},
    ],
)
async def test_other_media_types_charsets_and_encodings_are_a_415(headers: dict[str, str]) -> None:
    async with client(ToldServices()) as door:
        answer = await door.post("/v1/ceb", content=xml_of(a_payment()), headers=headers)
    assert answer.status_code == 415
    assert answer.json()["code"] == "unsupported_media_type"


@pytest.mark.parametrize("content_type", ["text/xml", "application/xml; charset=utf-8", 'Text/XML;charset="UTF-8"'])
async def test_both_xml_media_types_are_taken(content_type: str) -> None:
    async with client(ToldServices()) as door:
        answer = await door.post("/v1/ceb", content=xml_of(a_payment()), headers={"content-type": content_type})
    assert answer.status_code == 200


async def test_strangers_and_officers_file_nothing() -> None:
    officer = Caller(key_id="k", party_code="2244", role="officer", name="关员", districts=("*",))
    async with client(ToldServices()) as door:
        stranger = await door.post("/v1/ceb", content=xml_of(a_payment()), headers={"authorization": "Bearer other"})
    async with client(ToldServices(caller=officer)) as door:
        by_officer = await door.post("/v1/ceb", content=xml_of(a_payment()))
    assert (stranger.status_code, by_officer.status_code) == (401, 403)
