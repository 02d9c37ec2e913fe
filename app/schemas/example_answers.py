"""Examples of what the JSON door answers, made by the same code that answers, so that they cannot be wrong."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import msgspec

from app.domain.decision import Assessment, DecidedFinding, FindingKind, Outcome
from app.domain.duty import ItemTax, TaxBill, TaxRegime
from app.domain.lifecycle import Status
from app.domain.period import SHANGHAI
from app.languages import Language
from app.rules.explanation import RuleTrace
from app.rules.kernel import Law, Text
from app.rules.replay import ReplayResult
from app.schemas.answers import declaration_answer, explanation_answer, filing_answer
from app.services.filings import (
    Caller,
    DeclarationView,
    DocumentAnswer,
    DocumentKind,
    DocumentState,
    SubmissionAnswer,
)

_AT: Final = datetime(2024, 6, 18, 10, 0, tzinfo=SHANGHAI)
_CALLER: Final = Caller(key_id="example", party_code="3101960P01", role="platform", name="测试电商平台")
_BOOK: Final = "4b1f0c5d9e2a7f3860d1c2b3a495867768594a3b2c1d0e9f8a7b6c5d4e3f2a1b"
_ITEM: Final = ItemTax(
    line_no=1,
    hs_code="1806310000",
    dutiable_value_cny=Decimal("128.78"),
    duty_cny=Decimal(0),
    consumption_tax_cny=Decimal(0),
    vat_cny=Decimal("11.72"),
)
_TAX: Final = TaxBill(
    regime=TaxRegime.REDUCED,
    items=(_ITEM,),
    duty_cny=Decimal(0),
    consumption_tax_cny=Decimal(0),
    vat_cny=Decimal("11.72"),
    total_cny=Decimal("11.72"),
)
_FINDING: Final = DecidedFinding(
    rule_id="TRI-02",
    rule_version="1",
    kind=FindingKind.FINDING,
    outcome=Outcome.REFUSED,
    official_code="1332",
    law="海关总署公告2018年第194号, 七",
    text_zh="支付金额 {payment.amount_cny} 元与订单实际支付金额 {order.actual_paid_cny} 元不一致",
    text_en="paid {payment.amount_cny} CNY, but the order says {order.actual_paid_cny} CNY",
    values={"payment.amount_cny": "330.02", "order.actual_paid_cny": "230.02"},
)


def _view(outcome: Outcome, status: Status, findings: tuple[DecidedFinding, ...]) -> DeclarationView:
    assessment = Assessment(
        outcome=outcome,
        book=_BOOK,
        accepted_on=date(2024, 6, 18),
        dutiable_value_cny=Decimal("128.78"),
        annual_reserved_cny=Decimal(0),
        tax=_TAX,
        findings=findings,
    )
    return DeclarationView(
        declaration_id=UUID("0f1e2d3c-4b5a-8978-8695-a4b3c2d1e0f9"),
        direction="I",
        version=1,
        status=status,
        outcome=outcome,
        platform_code=_CALLER.party_code,
        order_no="PF20240618000001",
        merchant_code="3101960M01",
        declarant_code="3101980D01",
        logistics_code="3101960L01",
        payment_company_code="3101960Y01",
        waybill_no="SF2406180000011",
        customs_code="2244",
        trade_mode="9610",
        internal_no="TG20240618000001",
        pre_no="B20240618000000001",
        declaration_no="22442024I000000001",
        accepted_at=_AT,
        received_at=_AT,
        updated_at=_AT + timedelta(milliseconds=12),
        missing_documents=(),
        assessment=assessment,
    )


_RELEASED: Final = _view(Outcome.RELEASED, Status.RELEASED, ())
REFUSED_VIEW: Final = _view(Outcome.REFUSED, Status.REFUSED, (_FINDING,))
_CANCELLED: Final = _view(Outcome.HELD, Status.CANCELLED, ())


def _filed(*kinds: DocumentKind, view: DeclarationView | None, status: str) -> SubmissionAnswer:
    documents = tuple(
        DocumentAnswer(kind=kind, state=DocumentState.STORED, return_status=status, text_zh="", text_en="", at=_AT)
        for kind in kinds
    )
    return SubmissionAnswer(documents=documents, declaration=view)


class _Explained(msgspec.Struct, frozen=True):
    view: DeclarationView
    assessment: Assessment
    traces: tuple[RuleTrace, ...]
    replay: ReplayResult


def _explained() -> _Explained:
    trace = RuleTrace(
        rule_id=_FINDING.rule_id,  # type: ignore[arg-type] # an example is no rule of the catalogue
        rule_version="1",
        title=Text("支付金额与订单一致", "The payment equals the order"),
        law=Law(_FINDING.law),
        result="finding",
        finding=_FINDING,
        values=_FINDING.values,
        complete=True,
    )
    assert REFUSED_VIEW.assessment is not None  # noqa: S101 - made above
    return _Explained(REFUSED_VIEW, REFUSED_VIEW.assessment, (trace,), ReplayResult(equal=True, same_book=True))


def _plain(answer: Any) -> Any:
    return msgspec.to_builtins(answer)


FILED: Final = _plain(
    declaration_answer(_RELEASED, _CALLER, Language.ZH, _filed(DocumentKind.DECLARATION, view=_RELEASED, status="800"))
)
REFUSED: Final = _plain(declaration_answer(REFUSED_VIEW, _CALLER, Language.ZH))
CANCELLED: Final = _plain(declaration_answer(_CANCELLED, _CALLER, Language.ZH))
PAGE: Final = {"declarations": [REFUSED], "next_cursor": None}
EXPLAINED: Final = _plain(explanation_answer(_explained(), _CALLER, Language.ZH))


def filed_alone(kind: DocumentKind) -> Any:
    """The answer to a single document whose declaration was not filed yet."""
    return _plain(filing_answer(_filed(kind, view=None, status="120"), _CALLER, Language.ZH))
