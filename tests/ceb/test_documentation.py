"""What the OpenAPI document shows of the CEB door is true: its examples can be filed, read and validated."""

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from app.ceb.reading import read_message
from app.ceb.receipt_reading import read_receipts
from app.routers.ceb_examples import ANSWERED, FILED, RECEIPTS, REFUSED
from tests.ceb.door import ToldServices, an_app, client
from tests.ceb.samples import EDITIONS, violations


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return an_app().openapi()


async def test_the_example_can_be_filed() -> None:
    async with client(ToldServices()) as door:
        answer = await door.post("/v1/ceb", content=FILED.encode())
    assert answer.status_code == 200


def test_the_examples_are_valid_by_both_schemas(shared_dir: Path) -> None:
    for edition in EDITIONS:
        for example in (FILED, ANSWERED, REFUSED):
            assert violations(shared_dir, edition, example.encode()) == []


def test_the_example_answer_answers_the_example() -> None:
    filed = read_message(FILED.encode()).nodes[0].document
    (receipt,) = read_receipts(ANSWERED.encode()).receipts
    assert receipt.payment_transaction_no == filed.payment_transaction_no  # type: ignore[union-attr]
    assert RECEIPTS[0]["xml"] == ANSWERED
    assert etree.fromstring(REFUSED.encode()) is not None


def test_request_and_answers_are_documented_as_xml(document: dict[str, Any]) -> None:
    filing = document["paths"]["/v1/ceb"]["post"]
    assert filing["requestBody"]["content"]["application/xml"]["example"] == FILED
    assert filing["responses"]["200"]["content"]["application/xml"]["example"] == ANSWERED
    assert "application/json" not in filing["responses"]["200"]["content"]
    assert filing["responses"]["422"]["content"]["application/xml"]["example"] == REFUSED
    assert set(filing["responses"]) == {"200", "401", "403", "409", "413", "415", "422", "503"}
    assert filing["security"] == [{"key": []}]


def test_the_feed_is_documented_with_its_parameters(document: dict[str, Any]) -> None:
    feed = document["paths"]["/v1/ceb/receipts"]["get"]
    assert [parameter["name"] for parameter in feed["parameters"] if parameter["in"] == "query"] == ["after", "limit"]
    assert feed["responses"]["200"]["content"]["application/json"]["example"] == RECEIPTS
    assert feed["security"] == [{"key": []}]
