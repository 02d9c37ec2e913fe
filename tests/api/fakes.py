"""Services that remember what they were asked and answer what a test prepared; a store of keys in memory."""

import asyncio
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.domain.decision import Assessment, DecidedFinding, FindingKind, Outcome
from app.domain.duty import ItemTax, TaxBill, TaxRegime
from app.domain.identifiers import declaration_id
from app.domain.lifecycle import Status
from app.errors import NotFound, Unauthenticated, Unavailable
from app.services.contract import Explanation
from app.services.filings import (
    KIND_OF,
    Caller,
    DeclarationFilter,
    DeclarationView,
    DocumentAnswer,
    DocumentState,
    FeedEntry,
    OfficerAction,
    Page,
    Submission,
    SubmissionAnswer,
)
from app.services.idempotency_contract import Begun, Claim, InFlight, OtherRequest, Replay, StoredAnswer
from tests import builders

AT = datetime(2024, 6, 18, 2, 0, tzinfo=UTC)
BOOK = "ab" * 32
CALLERS = {
    role: Caller(key_id=role, party_code=code, role=role, name=role)
    for role, code in {
        "platform": builders.PLATFORM,
        "merchant": builders.MERCHANT,
        "payment": builders.PAYMENT_COMPANY,
        "logistics": builders.LOGISTICS,
        "declarant": builders.DECLARANT,
    }.items()
} | {"officer": Caller(key_id="officer", party_code="2244", role="officer", name="officer", districts=("22",))}


def a_finding(**changes: Any) -> DecidedFinding:
    """Paid amount and order differ."""
    values: dict[str, Any] = {
        "rule_id": "PAY-01",
        "rule_version": "1",
        "kind": FindingKind.FINDING,
        "outcome": Outcome.REFUSED,
        "official_code": "1332",
        "law": "公告",
        "text_zh": "支付 {payment.amount_cny} 元，订单 {order.actual_paid_cny} 元",
        "text_en": "paid {payment.amount_cny}, order {order.actual_paid_cny}",
        "values": {"payment.amount_cny": "330.02", "order.actual_paid_cny": "230.02"},
    }
    return DecidedFinding(**values | changes)


def an_assessment(*findings: DecidedFinding, outcome: Outcome = Outcome.RELEASED) -> Assessment:
    """An assessment with a tax of one item."""
    item = ItemTax(
        line_no=1,
        hs_code="1806310000",
        dutiable_value_cny=Decimal(220),
        duty_cny=Decimal(0),
        consumption_tax_cny=Decimal(0),
        vat_cny=Decimal("20.02"),
    )
    return Assessment(
        outcome=outcome,
        book=BOOK,
        accepted_on=date(2024, 6, 18),
        dutiable_value_cny=Decimal(220),
        annual_reserved_cny=Decimal(220),
        tax=TaxBill(
            regime=TaxRegime.REDUCED,
            items=(item,),
            duty_cny=Decimal(0),
            consumption_tax_cny=Decimal(0),
            vat_cny=Decimal("20.02"),
            total_cny=Decimal("20.02"),
        ),
        findings=findings,
    )


def a_view(**changes: Any) -> DeclarationView:
    """The default parcel, released."""
    assessment = changes.pop("assessment", an_assessment())
    values: dict[str, Any] = {
        "declaration_id": declaration_id("I", builders.PLATFORM, builders.ORDER_NO),
        "direction": "I",
        "version": 1,
        "status": Status.RELEASED,
        "outcome": assessment.outcome if assessment else None,
        "platform_code": builders.PLATFORM,
        "order_no": builders.ORDER_NO,
        "merchant_code": builders.MERCHANT,
        "declarant_code": builders.DECLARANT,
        "logistics_code": builders.LOGISTICS,
        "payment_company_code": builders.PAYMENT_COMPANY,
        "waybill_no": builders.WAYBILL_NO,
        "customs_code": "2244",
        "trade_mode": "9610",
        "internal_no": "TG20240618000001",
        "pre_no": "B20240618000000001",
        "declaration_no": "22442024I000000001",
        "accepted_at": AT,
        "received_at": AT,
        "updated_at": AT,
        "missing_documents": (),
        "assessment": assessment,
    }
    return DeclarationView(**values | changes)


class MemoryKeys:
    """A store of idempotency keys that forgets with the process."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], tuple[bytes, StoredAnswer | None]] = {}

    async def begin(self, caller: Caller, key: str, request_hash: bytes) -> Begun:
        await asyncio.sleep(0)
        place = (caller.party_code, key)
        if place not in self.kept:
            self.kept[place] = (request_hash, None)
            return Claim(*place)
        known_hash, answer = self.kept[place]
        if known_hash != request_hash:
            return OtherRequest()
        # Through bytes and back, as a database would have it.
        return InFlight() if answer is None else Replay(StoredAnswer.unpacked(answer.status, answer.packed()))

    async def finish(self, claim: Claim, answer: StoredAnswer) -> None:
        known_hash, _ = self.kept[claim.party_code, claim.key]
        self.kept[claim.party_code, claim.key] = (known_hash, answer)

    async def release(self, claim: Claim) -> None:
        del self.kept[claim.party_code, claim.key]


class FakeServices:
    """Remembers every call. Keys are the names of the roles."""

    def __init__(self) -> None:
        self.idempotency = MemoryKeys()
        self.filed: list[Submission] = []
        self.calls: list[tuple[Any, ...]] = []
        self.view = a_view()
        self.answers: list[SubmissionAnswer | Exception] = []
        self.failure: Exception | None = None
        self.explained: Explanation | None = None
        self.next_cursor: str | None = None
        self.missing: tuple[str, ...] = ()
        self.gate: asyncio.Event | None = None
        self.full = False

    async def ready(self) -> tuple[str, ...]:
        self._fail()
        return self.missing

    async def authenticate(self, key: str) -> Caller:
        if key not in CALLERS:
            raise Unauthenticated("The key is not known.")
        return CALLERS[key]

    @property
    def admission(self) -> "_Room":
        self.demand_room()
        return _Room()

    def demand_room(self) -> None:
        """Takes everything unless `full` says no."""
        if self.full:
            raise Unavailable("too many filings are waiting; send the same again later", retry_after_seconds=1)

    async def file(self, submissions: list[Submission]) -> list[SubmissionAnswer | Exception]:
        if self.gate is not None:
            await self.gate.wait()
        self._fail()
        self.filed += submissions
        return [self.answers.pop(0) if self.answers else self._stored(each) for each in submissions]

    async def declaration(self, caller: Caller, declaration_id: UUID) -> DeclarationView:
        self._note("declaration", caller, declaration_id)
        if declaration_id != self.view.declaration_id:
            raise NotFound("there is no such declaration, or it is not yours to see")
        return self.view

    async def declarations(self, caller: Caller, narrowed: DeclarationFilter, cursor: str | None, limit: int) -> Page:
        self._note("declarations", caller, narrowed, cursor, limit)
        return Page(declarations=(self.view,), next_cursor=self.next_cursor)

    async def explanation(self, caller: Caller, declaration_id: UUID) -> Explanation:
        self._note("explanation", caller, declaration_id)
        assert self.explained is not None
        return self.explained

    async def cancel(self, caller: Caller, declaration_id: UUID, reason: str, at: datetime) -> DeclarationView:
        self._note("cancel", caller, declaration_id, reason, at)
        return self.view

    async def decide(
        self, caller: Caller, declaration_id: UUID, action: OfficerAction, reason: str, at: datetime
    ) -> DeclarationView:
        self._note("decide", caller, declaration_id, action, reason, at)
        return self.view

    async def receipts(self, caller: Caller, after: str | None, limit: int) -> list[FeedEntry]:
        self._note("receipts", caller, after, limit)
        return []

    def _note(self, *call: Any) -> None:
        self._fail()
        self.calls.append(call)

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure

    def _stored(self, submission: Submission) -> SubmissionAnswer:
        return a_filing(*(KIND_OF[type(document)] for document in submission.documents), view=self.view)


def a_filing(
    *kinds: Any, view: DeclarationView | None, state: DocumentState = DocumentState.STORED, status: str = "800"
) -> SubmissionAnswer:
    """What a filing of these documents came to."""
    documents = tuple(
        DocumentAnswer(kind=kind, state=state, return_status=status, text_zh="中文", text_en="English", at=AT)
        for kind in kinds
    )
    return SubmissionAnswer(documents=documents, declaration=view)


class _Room(nullcontext[None]):
    """Room for everybody."""

    def held_by(self, _: str) -> AbstractContextManager[None]:
        return self
