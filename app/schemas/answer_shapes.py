"""The shapes of what the JSON door answers.

Amounts are texts ("230.02"), so that no reader's parser rounds them. A null is something that is not there yet or is
not this reader's to see.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Base of the answers."""


class FindingAnswer(Answer, frozen=True, kw_only=True):
    """One reason of the decision. `values` are those that are yours to see; in `text` the others are "…"."""

    rule_id: Annotated[str, Meta(examples=["PAY-01"])]
    rule_version: str
    kind: Annotated[str, Meta(description="finding, undetermined or crashed")]
    outcome: Annotated[str, Meta(description="released, held, inspection or refused")]
    official_code: Annotated[str | None, Meta(description="Customs business code, for example 1332")]
    law: str
    text: str
    values: dict[str, str]


class ItemTaxAnswer(Answer, frozen=True, kw_only=True):
    """The tax of one goods item, each amount rounded to 0.01; null where it is unknown, and `missing` names why."""

    line_no: int
    hs_code: str | None
    dutiable_value_cny: Decimal
    duty_cny: Decimal | None
    consumption_tax_cny: Decimal | None
    vat_cny: Decimal | None
    total_cny: Decimal | None
    missing: tuple[str, ...]


class TaxAnswer(Answer, frozen=True, kw_only=True):
    """The assessed tax: totals are sums of the items, null where the tax of one of them is unknown."""

    regime: Annotated[str, Meta(description="reduced (70 % of VAT and consumption tax) or full")]
    duty_cny: Decimal | None
    consumption_tax_cny: Decimal | None
    vat_cny: Decimal | None
    total_cny: Decimal | None
    items: tuple[ItemTaxAnswer, ...]


class FiledDocument(Answer, frozen=True, kw_only=True):
    """What became of one document of the request."""

    kind: Annotated[str, Meta(description="order, payment, waybill or declaration")]
    state: Annotated[str, Meta(description="stored, unchanged or rejected")]
    return_status: Annotated[str, Meta(description="Official status: 1, 2, 120, 300, 500, 800, 100, or negative")]


class RequestedPapersAnswer(Answer, frozen=True, kw_only=True):
    """Papers that customs asked for; answer with POST /v1/declarations/{declaration_id}/attachments."""

    request_id: str
    at: datetime
    until: datetime
    kinds: tuple[str, ...]
    missing: Annotated[tuple[str, ...], Meta(description="What has not come yet")]
    text: str


class DeclarationAnswer(Answer, frozen=True, kw_only=True):
    """A declaration as it stands, cut to what the caller may see."""

    declaration_id: str
    direction: str
    version: Annotated[int, Meta(description="Rises with each filing after a refusal")]
    status: Annotated[str, Meta(description="waiting, released, held, inspection, refused, cancelled …")]
    return_status: Annotated[str, Meta(description="The official return status")]
    outcome: Annotated[str | None, Meta(description="Of the latest assessment; null while documents are missing")]
    missing_documents: tuple[str, ...]
    order_no: str
    platform_code: str | None
    merchant_code: str | None
    declarant_code: str | None
    logistics_code: str | None
    payment_company_code: str | None
    waybill_no: str | None
    customs_code: str | None
    trade_mode: str | None
    internal_no: str | None
    pre_no: str | None
    declaration_no: str | None
    accepted_on: Annotated[date | None, Meta(description="Day in Asia/Shanghai whose law applies")]
    accepted_at: datetime | None
    received_at: datetime
    updated_at: datetime
    rule_book: Annotated[str | None, Meta(description="Hash of the rule book that decided")]
    dutiable_value_cny: Decimal | None
    tax: TaxAnswer | None
    findings: tuple[FindingAnswer, ...]
    links: dict[str, str]
    documents: tuple[FiledDocument, ...] | msgspec.UnsetType = msgspec.UNSET
    document_requests: Annotated[
        tuple[RequestedPapersAnswer, ...] | msgspec.UnsetType, Meta(description="Papers that customs asked for, if any")
    ] = msgspec.UNSET


class FilingAnswer(Answer, frozen=True, kw_only=True):
    """What became of an order, payment or waybill, and the declaration it belongs to, once that was filed."""

    documents: tuple[FiledDocument, ...]
    declaration: DeclarationAnswer | None


class PageAnswer(Answer, frozen=True, kw_only=True):
    """One page of declarations, newest first; `next_cursor` is null on the last one."""

    declarations: tuple[DeclarationAnswer, ...]
    next_cursor: str | None


class RuleAnswer(Answer, frozen=True, kw_only=True):
    """One rule of the law of the acceptance day: what it answered, and the values it read that are yours to see."""

    rule_id: str
    rule_version: str
    title: str
    law: str
    result: Annotated[str, Meta(description="passed, not_applicable, undetermined, finding or crashed")]
    outcome: str | None
    text: str | None
    values: dict[str, str]
    complete: Annotated[bool, Meta(description="False where not every value that was read could be noted")]


class ReplayAnswer(Answer, frozen=True, kw_only=True):
    """Whether asking the rules of this build again gives the decision on record, byte for byte."""

    equal: bool
    same_book: bool
    differing_rules: tuple[str, ...]
    differing_fields: tuple[str, ...]


class ExplanationAnswer(Answer, frozen=True, kw_only=True):
    """The decision on record, and every rule asked again on the stored documents and facts."""

    declaration_id: str
    outcome: str
    accepted_on: date
    rule_book: str
    findings: tuple[FindingAnswer, ...]
    replay: ReplayAnswer
    rules: tuple[RuleAnswer, ...]


class ReadyAnswer(Answer, frozen=True, kw_only=True):
    """Whether this worker takes work; `missing` names what keeps it."""

    ready: bool
    missing: tuple[str, ...] = ()


class HealthAnswer(Answer, frozen=True, kw_only=True):
    """The process answers."""

    status: str = "ok"


class FaultAnswer(Answer, frozen=True, kw_only=True):
    """One fault: where it is (JSON pointer into the body, or /NAME of a parameter), its stable code, what to do."""

    pointer: str
    code: str
    message: str


class ProblemAnswer(Answer, frozen=True, kw_only=True):
    """An error (RFC 9457). `code` is stable; `errors` lists every fault at once."""

    type: Annotated[str, Meta(examples=["urn:tongguan:problem:invalid_body"])]
    title: str
    status: int
    detail: str
    code: str
    errors: tuple[FaultAnswer, ...] | msgspec.UnsetType = msgspec.UNSET
    documents: tuple[FiledDocument, ...] | msgspec.UnsetType = msgspec.UNSET


class BatchResult(Answer, frozen=True, kw_only=True):
    """What one element of a batch came to: the status and the body, or problem, it would have got alone."""

    status: int
    body: DeclarationAnswer | msgspec.UnsetType = msgspec.UNSET
    problem: ProblemAnswer | msgspec.UnsetType = msgspec.UNSET


class BatchAnswer(Answer, frozen=True, kw_only=True):
    """One result for each element, in order."""

    results: tuple[BatchResult, ...]
