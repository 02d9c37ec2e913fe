"""Numbers and codes that nobody can see, or that hide a character, are refused at the JSON door."""

from typing import Any, Final

import httpx
import pytest

from app.schemas.declaration import DeclarationBody
from app.schemas.dossier import DossierBody
from app.schemas.faults import InvalidBody
from app.schemas.fields import Body
from app.schemas.order import OrderBody
from app.schemas.payment import PaymentBody
from app.schemas.reading import documents_of, read_filing
from app.schemas.waybill import WaybillBody
from tests.api import bodies
from tests.api.fakes import FakeServices
from tests.api.reader import faults_of

BODIES: Final[dict[type[Body], Any]] = {
    OrderBody: bodies.an_order_tree,
    PaymentBody: bodies.a_payment_tree,
    WaybillBody: bodies.a_waybill_tree,
    DeclarationBody: bodies.a_declaration_tree,
}
NAMES: Final[dict[type[Body], tuple[str, ...]]] = {
    OrderBody: ("order_no", "platform_code", "merchant_code", "payment_company_code", "payment_transaction_no"),
    PaymentBody: ("payment_company_code", "payment_transaction_no", "order_no", "platform_code"),
    WaybillBody: ("logistics_code", "waybill_no", "order_no"),
    DeclarationBody: (
        *("order_no", "platform_code", "merchant_code", "waybill_no", "logistics_code", "guarantor_code"),
        *("customs_code", "declarant_code", "warehouse_code", "site_code"),
    ),
}
FIELDS: Final = [(body, name) for body, names in NAMES.items() for name in names]
# Blank, and equal to another number but for what is not seen; each with four characters, as a customs code has.
HIDING: Final = (
    *("    ", "\u3000" * 4, "\u200b" * 4),
    *(" A12", "A12 ", "A 12", "\u3000A12", "A12\u200b", "\ufeffA12"),
)


@pytest.mark.parametrize("hiding", HIDING, ids=ascii)
@pytest.mark.parametrize(("body", "name"), FIELDS, ids=lambda each: getattr(each, "__name__", each))
def test_a_number_or_code_that_hides_something_is_refused_with_its_pointer(
    body: type[Body], name: str, hiding: str
) -> None:
    tree = BODIES[body](**{name: hiding})
    assert faults_of(bodies.encoded(tree), body) == [(f"/{name}", "not_an_identifier")]


@pytest.mark.parametrize("amount", [15.0, "15.00"], ids=["fast", "thoroughly"])
@pytest.mark.parametrize(("body", "name"), FIELDS, ids=lambda each: getattr(each, "__name__", each))
def test_what_was_stored_before_is_read_all_the_same(body: type[Body], name: str, amount: float | str) -> None:
    tree = BODIES[body](**{name: "A 12"})
    tree |= {each: amount for each in ("freight_cny", "amount_cny") if each in tree}
    (stored,) = documents_of(bodies.encoded(_as_kept(tree, body)), "20240618100000")
    assert getattr(stored, name) == "A 12"
    with pytest.raises(InvalidBody):  # what the door never took is no stored document
        documents_of(bodies.encoded(_as_kept(tree | {"message_id": "short"}, body)), "20240618100000")


def _as_kept(tree: Any, body: type[Body]) -> Any:
    """A declaration comes in a dossier, the other documents may come alone."""
    return {"declaration": tree} if body is DeclarationBody else tree


def test_every_fault_of_a_dossier_is_told_at_once() -> None:
    tree = bodies.a_dossier_tree()
    tree["order"]["order_no"] = tree["declaration"]["waybill_no"] = "\u3000"
    tree["payment"]["currency"] = ""
    assert faults_of(bodies.encoded(tree), DossierBody) == [
        ("/order/order_no", "not_an_identifier"),
        ("/payment/currency", "wrong_length"),
        ("/declaration/waybill_no", "not_an_identifier"),
    ]


def test_other_scripts_and_marks_are_no_fault_and_absent_codes_stay_absent() -> None:
    tree = bodies.an_order_tree(order_no="订单-2024/06_18.１", payment_company_code="", payment_transaction_no=None)
    (order,) = read_filing(bodies.encoded(tree), OrderBody)
    assert (order.order_no, order.payment_company_code) == ("订单-2024/06_18.１", None)  # type: ignore[union-attr]


async def test_single_documents_and_elements_of_a_batch_are_refused_before_the_intake(
    door: httpx.AsyncClient, services: FakeServices
) -> None:
    blank = bodies.encoded(bodies.an_order_tree(order_no="\u200b \u3000"))
    alone = await door.post("/v1/orders", content=blank)
    assert (alone.status_code, alone.json()["errors"][0]["pointer"]) == (422, "/order_no")
    dossier = bodies.a_dossier_tree()
    dossier["declaration"]["declarant_code"] += " "
    batch = await door.post("/v1/declarations/batch", content=bodies.encoded({"declarations": [dossier]}))
    (result,) = batch.json()["results"]
    assert (result["status"], result["problem"]["errors"][0]["code"]) == (422, "not_an_identifier")
    assert services.filed == []
