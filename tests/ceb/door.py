"""The CEB door in front of services that are told what to answer, for tests without a database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI

from app.domain.lifecycle import Status
from app.errors import TongguanError, Unauthenticated
from app.routers.ceb import router
from app.routers.problems import handle_ours
from app.services.filings import (
    KIND_OF,
    Caller,
    DeclarationView,
    DocumentAnswer,
    DocumentState,
    FeedEntry,
    Submission,
    SubmissionAnswer,
)
from app.settings import SecuritySettings, ServiceSettings, Settings
from tests.builders import DECLARANT

AT = datetime(2024, 6, 18, 1, 30, 0, 5_000, tzinfo=UTC)
PRE_NO = "B20240618000000001"
KEY = {"authorization": "Bearer key", "content-type": "application/xml"}
CALLER = Caller(key_id="k1", party_code=DECLARANT, role="declarant", name="测试报关企业")

Result = SubmissionAnswer | Exception


def stored(
    submission: Submission, status: str = "120", text: str = "[Code:1800;Desc:逻辑校验通过]"
) -> SubmissionAnswer:
    """The answer to a filing that was stored."""
    answer = DocumentAnswer(
        kind=KIND_OF[type(submission.documents[0])],
        state=DocumentState.STORED,
        return_status=status,
        text_zh=text,
        text_en="ok",
        at=AT,
    )
    return SubmissionAnswer(documents=(answer,), declaration=None)


def declared(submission: Submission, status: Status, text: str) -> SubmissionAnswer:
    """The answer to a declaration."""
    answer = stored(submission, status.return_status, text)
    document: Any = submission.documents[0]
    view = DeclarationView(
        declaration_id=UUID(int=1),
        direction="I",
        version=1,
        status=status,
        outcome=None,
        platform_code=document.platform_code,
        order_no=document.order_no,
        merchant_code=document.merchant_code,
        declarant_code=document.declarant_code,
        logistics_code=None,
        payment_company_code=None,
        waybill_no=None,
        customs_code=document.customs_code,
        trade_mode=None,
        internal_no=document.internal_no,
        pre_no=PRE_NO,
        declaration_no=None,
        accepted_at=AT,
        received_at=AT,
        updated_at=AT,
        missing_documents=(),
        assessment=None,
    )
    return SubmissionAnswer(documents=answer.documents, declaration=view)


@dataclass
class ToldServices:
    """Services that answer each submission as they are told, and remember what they were asked."""

    answer: Callable[[Submission], Result] = stored
    caller: Caller = CALLER
    entries: Sequence[FeedEntry] | Exception = ()
    submissions: list[Submission] = field(default_factory=list)
    asked: list[tuple[str | None, int]] = field(default_factory=list)

    async def authenticate(self, key: str) -> Caller:
        if key != "key":
            raise Unauthenticated("The key is not known.")
        return self.caller

    def demand_room(self) -> None:
        """Takes everything."""

    async def file(self, submissions: Sequence[Submission]) -> list[Result]:
        self.submissions += submissions
        return [self.answer(submission) for submission in submissions]

    async def receipts(self, caller: Caller, after: str | None, limit: int) -> list[FeedEntry]:  # noqa: ARG002
        self.asked.append((after, limit))
        if isinstance(self.entries, Exception):
            raise self.entries
        return list(self.entries)


def client(services: ToldServices, **changes: Any) -> httpx.AsyncClient:
    """A client of the door; `changes` are settings of requests and security."""
    settings = Settings(service=ServiceSettings(test_clock=True))
    settings = replace(
        settings,
        security=replace(SecuritySettings(), require_signature=changes.get("require_signature", False)),
        api=replace(settings.api, batch_body_limit_bytes=changes.get("limit_bytes", 32 * 1024**2)),
    )
    app = an_app()
    app.state.services, app.state.settings = services, settings
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test", headers=KEY)


def an_app() -> FastAPI:
    """An application of nothing but this door."""
    app = FastAPI(exception_handlers={TongguanError: handle_ours})
    app.include_router(router)
    return app
