"""How a view of the services becomes an answer for one reader in one language."""

from datetime import datetime
from decimal import Decimal

import msgspec

from app.domain.canonical import canonical_decimal
from app.domain.decision import Assessment, DecidedFinding
from app.domain.duty import ItemTax, TaxBill
from app.domain.period import SHANGHAI
from app.languages import Language
from app.rules.explanation import RuleTrace
from app.schemas.answer_shapes import (
    DeclarationAnswer,
    ExplanationAnswer,
    FiledDocument,
    FilingAnswer,
    FindingAnswer,
    ItemTaxAnswer,
    PageAnswer,
    ReplayAnswer,
    RequestedPapersAnswer,
    RuleAnswer,
    TaxAnswer,
)
from app.schemas.visibility import Sight, rendered, sight_of, visible_values
from app.services.contract import Explanation
from app.services.filings import AskedPapers, Caller, DeclarationView, DocumentAnswer, Page, SubmissionAnswer


def declaration_answer(
    view: DeclarationView, caller: Caller, language: Language, filed: SubmissionAnswer | None = None
) -> DeclarationAnswer:
    """A declaration for one reader; `filed` adds what became of the documents of the request."""
    sight = sight_of(caller, view)
    assessment = view.assessment
    return DeclarationAnswer(
        declaration_id=str(view.declaration_id),
        direction=view.direction,
        version=view.version,
        status=view.status.word,
        return_status=view.status.return_status,
        outcome=None if view.outcome is None else view.outcome.word,
        missing_documents=view.missing_documents,
        order_no=view.order_no,
        **_codes(view, sight),
        accepted_on=None if view.accepted_at is None else view.accepted_at.astimezone(SHANGHAI).date(),
        accepted_at=_local(view.accepted_at),
        received_at=view.received_at.astimezone(SHANGHAI),
        updated_at=view.updated_at.astimezone(SHANGHAI),
        rule_book=None if assessment is None else assessment.book,
        dutiable_value_cny=_dutiable_value(assessment, sight),
        tax=None if assessment is None or not sight.of_goods else _tax(assessment.tax, sight),
        findings=() if assessment is None else findings_for(assessment.findings, sight, language),
        links=_links(view),
        documents=msgspec.UNSET if filed is None else documents_answer(filed.documents),
        document_requests=tuple(_asked(each) for each in view.asked) if view.asked else msgspec.UNSET,
    )


def filing_answer(filed: SubmissionAnswer, caller: Caller, language: Language) -> FilingAnswer:
    """The answer to a single document."""
    view = filed.declaration
    return FilingAnswer(
        documents=documents_answer(filed.documents),
        declaration=None if view is None else declaration_answer(view, caller, language),
    )


def page_answer(page: Page, caller: Caller, language: Language) -> PageAnswer:
    """A page for one reader."""
    declarations = tuple(declaration_answer(view, caller, language) for view in page.declarations)
    return PageAnswer(declarations=declarations, next_cursor=page.next_cursor)


def explanation_answer(explanation: Explanation, caller: Caller, language: Language) -> ExplanationAnswer:
    """The decision rule by rule for one reader."""
    sight = sight_of(caller, explanation.view)
    assessment, replay = explanation.assessment, explanation.replay
    return ExplanationAnswer(
        declaration_id=str(explanation.view.declaration_id),
        outcome=assessment.outcome.word,
        accepted_on=assessment.accepted_on,
        rule_book=assessment.book,
        findings=findings_for(assessment.findings, sight, language),
        replay=ReplayAnswer(
            equal=replay.equal,
            same_book=replay.same_book,
            differing_rules=tuple(difference.rule_id for difference in replay.rules),
            differing_fields=replay.fields,
        ),
        # What risk profiles look for is for officers: a party sees only that one applied, among the findings.
        rules=tuple(
            _rule(trace, sight, language) for trace in explanation.traces if sight.officer or not trace.profile
        ),
    )


def documents_answer(documents: tuple[DocumentAnswer, ...]) -> tuple[FiledDocument, ...]:
    """What became of each document; the texts of receipts stay with the receipts (and with rejections)."""
    return tuple(
        FiledDocument(kind=each.kind.word, state=each.state.value, return_status=each.return_status)
        for each in documents
    )


def findings_for(findings: tuple[DecidedFinding, ...], sight: Sight, language: Language) -> tuple[FindingAnswer, ...]:
    """Findings for one reader."""
    return tuple(_finding(finding, sight, language) for finding in findings)


def _finding(finding: DecidedFinding, sight: Sight, language: Language) -> FindingAnswer:
    text = finding.text_zh if language is Language.ZH else finding.text_en
    return FindingAnswer(
        rule_id=finding.rule_id,
        rule_version=finding.rule_version,
        kind=finding.kind.value,
        outcome=finding.outcome.word,
        official_code=finding.official_code,
        law=finding.law,
        text=rendered(text, finding, sight),
        values=visible_values(finding.values, sight),
    )


def _rule(trace: RuleTrace, sight: Sight, language: Language) -> RuleAnswer:
    finding = None if trace.finding is None else _finding(trace.finding, sight, language)
    return RuleAnswer(
        rule_id=trace.rule_id,
        rule_version=trace.rule_version,
        title=trace.title.zh if language is Language.ZH else trace.title.en,
        law=trace.law.provision,
        result=trace.result,
        outcome=None if finding is None else finding.outcome,
        text=None if finding is None else finding.text,
        values=visible_values(trace.values, sight),
        complete=trace.complete,
    )


def _asked(papers: AskedPapers) -> RequestedPapersAnswer:
    return RequestedPapersAnswer(
        request_id=str(papers.request_id),
        at=papers.at.astimezone(SHANGHAI),
        until=papers.until.astimezone(SHANGHAI),
        kinds=papers.kinds,
        missing=papers.missing,
        text=papers.text,
    )


def _codes(view: DeclarationView, sight: Sight) -> dict[str, str | None]:
    """The codes and numbers that name the parcel, each for those who filed it or get it with a receipt."""
    goods, declaration = sight.of_goods, "declaration" in sight.documents
    payment, waybill = "payment" in sight.documents, declaration or "waybill" in sight.documents
    return {
        "platform_code": view.platform_code if goods or payment else None,
        "merchant_code": view.merchant_code if goods else None,
        "logistics_code": view.logistics_code if waybill else None,
        "waybill_no": view.waybill_no if waybill else None,
        "payment_company_code": view.payment_company_code if payment or "order" in sight.documents else None,
        "trade_mode": view.trade_mode if declaration else None,
        # What stands on the receipt of a declaration (CEB622), which goes to declarant, platform and merchant.
        "declarant_code": view.declarant_code if goods else None,
        "customs_code": view.customs_code if goods else None,
        "internal_no": view.internal_no if goods else None,
        "pre_no": view.pre_no if goods else None,
        "declaration_no": view.declaration_no if goods else None,
    }


def _dutiable_value(assessment: Assessment | None, sight: Sight) -> Decimal | None:
    if assessment is None or not sight.of_goods:
        return None
    return canonical_decimal(assessment.dutiable_value_cny)


def _tax(bill: TaxBill, sight: Sight) -> TaxAnswer:
    known = not bill.missing
    return TaxAnswer(
        regime=bill.regime.value,
        duty_cny=_if_known(bill.duty_cny, known),
        consumption_tax_cny=_if_known(bill.consumption_tax_cny, known),
        vat_cny=_if_known(bill.vat_cny, known),
        total_cny=_if_known(bill.total_cny, known),
        items=tuple(_item_tax(item, sight) for item in bill.items),
    )


def _item_tax(item: ItemTax, sight: Sight) -> ItemTaxAnswer:
    known = not item.missing
    return ItemTaxAnswer(
        line_no=item.line_no,
        hs_code=item.hs_code if "declaration" in sight.documents else None,
        dutiable_value_cny=canonical_decimal(item.dutiable_value_cny),
        duty_cny=_if_known(item.duty_cny, known),
        consumption_tax_cny=_if_known(item.consumption_tax_cny, known),
        vat_cny=_if_known(item.vat_cny, known),
        total_cny=_if_known(item.total_cny, known),
        missing=item.missing,
    )


def _if_known(amount: Decimal, known: bool) -> Decimal | None:  # noqa: FBT001 - of several beside each other
    """An amount of tax; the 0 of what could not be assessed is not shown as if it were one."""
    return canonical_decimal(amount) if known else None


def _links(view: DeclarationView) -> dict[str, str]:
    address = f"/v1/declarations/{view.declaration_id}"
    return {"self": address} if view.assessment is None else {"self": address, "explanation": f"{address}/explanation"}


def _local(instant: datetime | None) -> datetime | None:
    return None if instant is None else instant.astimezone(SHANGHAI)
