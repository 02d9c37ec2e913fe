"""The addresses of orders, payments and waybills, filed each by its own party."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from app.routers.filing import file_one
from app.routers.operations import WITH_BODY, WITH_KEY, Documented, Operation
from app.schemas import example_bodies
from app.schemas.answer_shapes import FilingAnswer
from app.schemas.example_answers import filed_alone
from app.schemas.fields import Body
from app.schemas.order import OrderBody
from app.schemas.payment import PaymentBody
from app.schemas.waybill import WaybillBody
from app.services.filings import DocumentKind

_DESCRIPTION: Final = (
    "The answer names the declaration it belongs to, once that was filed; the last missing document causes the "
    "decision, which is committed before this answer. A newer message of the same document replaces it while the "
    "declaration is neither held nor released."
)


def _filing_of(body: type[Body]) -> Callable[[Request], Awaitable[Response]]:
    async def file_document(request: Request) -> Response:
        return await file_one(request, body)

    return file_document


def _operation(path: str, kind: DocumentKind, body: type[Body], example: Any, summary: str) -> Operation:
    shown = filed_alone(kind)
    return Operation(
        method="POST",
        path=path,
        endpoint=_filing_of(body),
        name=f"file_{kind.word}",
        summary=summary,
        description=_DESCRIPTION,
        tag="documents",
        body=body,
        body_example=example,
        answers={
            201: Documented(meaning="Stored", shape=FilingAnswer, example=shown),
            200: Documented(meaning="Known already", shape=FilingAnswer, example=shown),
        },
        problems=(*WITH_KEY, 403, *WITH_BODY),
    )


OPERATIONS: Final = (
    _operation("/v1/orders", DocumentKind.ORDER, OrderBody, example_bodies.ORDER, "File an order 电子订单"),
    _operation("/v1/payments", DocumentKind.PAYMENT, PaymentBody, example_bodies.PAYMENT, "File a payment 支付凭证"),
    _operation("/v1/waybills", DocumentKind.WAYBILL, WaybillBody, example_bodies.WAYBILL, "File a waybill 物流运单"),
)
