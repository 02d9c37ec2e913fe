"""Who may file what: each document belongs to its party; anything else needs a mandate on record.

A refusal names every foreign document of the submission by its JSON pointer.
"""

from datetime import date

from app.domain.dossier import Declaration, Order, Payment, Waybill
from app.errors import Forbidden, Problem
from app.repositories.heads import Head
from app.services.filings import KIND_OF, Caller, Document, DocumentKind, Submission
from app.services.registry import Snapshot


def owners_of(document: Document) -> tuple[tuple[str, str], ...]:
    """The (role, party code) pairs whose own document this is."""
    match document:
        case Order():
            return ("platform", document.platform_code), ("merchant", document.merchant_code)
        case Payment():
            return (("payment", document.payment_company_code),)
        case Waybill():
            return (("logistics", document.logistics_code),)
        case Declaration():
            return ("declarant", document.declarant_code), ("merchant", document.declarant_code)


def demand_authority(submission: Submission, registry: Snapshot, day: date) -> None:
    """Forbidden unless the caller owns, or holds a mandate for, every document of the submission."""
    # A declaration stands below its name even alone: it is never the whole body.
    single = len(submission.documents) == 1 and not isinstance(submission.documents[0], Declaration)
    problems = tuple(
        _problem(document, pointer=f"/{KIND_OF[type(document)].word}" if not single else "")
        for document in submission.documents
        if not may_file(submission.caller, document, registry, day)
    )
    if problems:
        raise Forbidden(
            "A document may be filed by its own party or by the holder of its mandate; "
            "ask the party to record a mandate, or let it file the document itself.",
            zh="单证应由其所属企业或经其委托的企业报送：请先登记委托，或由该企业自行报送。",
            problems=problems,
        )


def may_file(caller: Caller, document: Document, registry: Snapshot, day: date) -> bool:
    """Whether this caller may file this document on this day."""
    kind = KIND_OF[type(document)]
    owners = owners_of(document)
    if (caller.role, caller.party_code) in owners:
        return True
    return caller.role != "officer" and any(
        registry.mandated(code, caller.party_code, kind, day) for code in {code for _, code in owners}
    )


def mandated_documents(caller: Caller, head: Head, registry: Snapshot, day: date) -> frozenset[str]:
    """The documents of a declaration that the caller files for their owners, by their words."""
    owners = (
        (DocumentKind.ORDER, head.platform_code),
        (DocumentKind.ORDER, head.merchant_code),
        (DocumentKind.PAYMENT, head.payment_company_code),
        (DocumentKind.WAYBILL, head.logistics_code),
        (DocumentKind.DECLARATION, head.declarant_code),
    )
    return frozenset(
        kind.word
        for kind, code in owners
        if code and not caller.is_officer and registry.mandated(code, caller.party_code, kind, day)
    )


def transmission_mandated(document: Declaration, registry: Snapshot, day: date) -> bool:
    """Whether the transmitting party, where it is not the declarant, holds the declarant's mandate."""
    sender = document.transmitted_by
    return sender is None or registry.mandated(document.declarant_code, sender, DocumentKind.DECLARATION, day)


def _problem(document: Document, pointer: str) -> Problem:
    owner = owners_of(document)[0][1]
    word = KIND_OF[type(document)].word
    return Problem(
        pointer=pointer,
        code="no_mandate",
        en=f"this {word} belongs to {owner}, who has given no mandate for it",
        zh=f"该单证属于 {owner}，未查到其委托授权",
    )
