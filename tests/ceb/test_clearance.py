"""Parcels through the CEB door with the real services: from four messages to the decision and its receipts."""

from decimal import Decimal
from pathlib import Path

import httpx

from app.ceb.message import Document
from app.ceb.receipt_reading import read_receipts
from app.ceb.receipts import InventoryReturn, ReceiptData
from tests.builders import DECLARANT, a_declaration, a_payment, a_waybill, an_order
from tests.ceb.conftest import As
from tests.ceb.samples import EDITIONS, violations, xml_of

OWNERS = (
    ("platform", an_order()),
    ("payment", a_payment()),
    ("logistics", a_waybill()),
    ("declarant", a_declaration()),
)


async def _post(as_role: As, role: str, *documents: Document) -> httpx.Response:
    async with as_role(role) as door:
        return await door.post("/v1/ceb", content=xml_of(*documents))


async def _file(as_role: As, role: str, document: Document) -> ReceiptData:
    answer = await _post(as_role, role, document)
    assert answer.status_code == 200, answer.text
    return read_receipts(answer.content).receipts[0]


async def _feed(as_role: As, role: str, shared: Path) -> list[ReceiptData]:
    """The caller's receipts, page by page; each is valid and one message."""
    found: list[ReceiptData] = []
    after = ""
    async with as_role(role) as door:
        while page := (await door.get(f"/v1/ceb/receipts?limit=2&after={after}")).json():
            for entry in page:
                for edition in EDITIONS:
                    assert violations(shared, edition, entry["xml"].encode()) == []
                message = read_receipts(entry["xml"].encode())
                assert message.kind.value == entry["message"]
                found += message.receipts
            after = page[-1]["cursor"]
    return found


def _of_declarations(receipts: list[ReceiptData]) -> list[tuple[str, str]]:
    return [(each.return_status, each.return_info) for each in receipts if isinstance(each, InventoryReturn)]


async def test_a_clean_parcel_is_released(as_role: As, shared_dir: Path) -> None:
    statuses = [(await _file(as_role, role, document)).return_status for role, document in OWNERS]
    assert statuses == ["120", "120", "120", "800"]
    declared = [
        ("2", f"新增申报成功[{a_declaration().message_id}]"),
        ("120", "[Code:1800;Desc:逻辑校验通过]"),
        ("800", "[Code:2600;Desc:放行]"),
    ]
    assert _of_declarations(await _feed(as_role, "declarant", shared_dir)) == declared
    assert _of_declarations(await _feed(as_role, "platform", shared_dir)) == declared
    assert [each.return_status for each in await _feed(as_role, "payment", shared_dir)] == ["2", "120"]


async def test_a_declaration_waits_for_its_documents_and_says_which(as_role: As, shared_dir: Path) -> None:
    waiting = await _file(as_role, "declarant", a_declaration())
    assert waiting.return_status == "2"
    assert "订单信息不存在，支付信息不存在，运单信息不存在" in waiting.return_info
    for role, document in OWNERS[:3]:
        assert (await _file(as_role, role, document)).return_status == "120"
    decided = await _file(as_role, "declarant", a_declaration())
    assert decided.return_status == "800"
    assert [status for status, _ in _of_declarations(await _feed(as_role, "declarant", shared_dir))] == [
        "2",
        "120",
        "800",
    ]


async def test_a_refusal_lists_its_findings_and_no_value_of_another_party(as_role: As) -> None:
    await _file(as_role, "platform", an_order())
    await _file(as_role, "payment", a_payment(amount_cny=Decimal("561.89")))
    await _file(as_role, "logistics", a_waybill(order_no="ANOTHER"))
    refused = await _file(as_role, "declarant", a_declaration(currency="502"))
    assert refused.return_status == "100"
    assert "[Code:1332;Desc:支付单支付金额与订单支付金额不一致]" in refused.return_info
    assert refused.return_info.count("[Code:") >= 3
    for value in ("561.89", "230.02", "ANOTHER"):
        assert value not in refused.return_info


async def test_the_same_message_twice_has_one_effect_and_the_same_answer(as_role: As, shared_dir: Path) -> None:
    first = await _post(as_role, "platform", an_order())
    again = await _post(as_role, "platform", an_order())
    assert first.content == again.content
    assert [each.return_status for each in await _feed(as_role, "platform", shared_dir)] == ["2", "120"]


async def test_an_older_message_is_answered_with_its_negative_code(as_role: As) -> None:
    await _file(as_role, "payment", a_payment())
    older = await _file(as_role, "payment", a_payment(filed_at="20240618092959", note="older"))
    assert older.return_status == "-401012"


async def test_another_partys_document_is_a_403(as_role: As) -> None:
    answer = await _post(as_role, "payment", an_order(), an_order(order_no="A2"))
    assert answer.status_code == 403
    assert [error["pointer"] for error in answer.json()["errors"]] == [
        "/CEB311Message/Order[1]",
        "/CEB311Message/Order[2]",
    ]


async def test_a_hundred_declarations_in_one_message_are_each_answered(as_role: As) -> None:
    declarations = [a_declaration(order_no=f"A{number}", waybill_no=f"W{number}") for number in range(100)]
    answer = await _post(as_role, "declarant", *declarations)
    receipts = read_receipts(answer.content).receipts
    assert [each.return_status for each in receipts] == ["2"] * 100
    numbers = {each.pre_no for each in receipts if isinstance(each, InventoryReturn)}
    assert len(numbers) == 100
    assert all(each.declarant_code == DECLARANT for each in receipts if isinstance(each, InventoryReturn))
