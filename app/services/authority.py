"""Who may file what: each document belongs to its party; anything else needs a mandate on record.

A refusal names every foreign document of the submission by its JSON pointer.
"""

from datetime import date

from app.domain.dossier import Declaration, Order, Payment, Waybill
from app.domain.lifecycle import Status
from app.errors import Forbidden, Problem
from app.repositories.heads import Head
from app.services.filings import KIND_OF, Caller, Document, DocumentKind, Submission
from app.services.registry import Snapshot

Owners = tuple[tuple[str, str], ...]  # role and party code


def owners_of(document: Document) -> Owners:
    """The (role, party code) pairs whose own document this is."""
    if isinstance(document, Order):
        return ("platform", document.platform_code), ("merchant", document.merchant_code)
    if isinstance(document, Payment):
        return (("payment", document.payment_company_code),)
    if isinstance(document, Waybill):
        return (("logistics", document.logistics_code),)
    return _declarants(document.declarant_code)


def demand_authority(submission: Submission, registry: Snapshot, day: date, head: Head | None = None) -> None:
    """Forbidden unless the caller owns, or holds a mandate for, every document of the submission.

    A document that stands (`head`) is changed only by who may file what stands: naming another owner takes nothing
    away from the one that it has.
    """
    problems = tuple(
        [
            problem
            for document in submission.documents
            if (problem := _problem(submission, document, head, registry, day)) is not None
        ]
    )
    if problems:
        raise Forbidden(
            "A document may be filed by its own party or by the holder of its mandate; "
            "ask the party to record a mandate, or let it file the document itself.",
            problems=problems,
        )


def may_file(caller: Caller, document: Document, registry: Snapshot, day: date) -> bool:
    """Whether this caller may file this document on this day."""
    return _acts_for(caller, owners_of(document), KIND_OF[type(document)], registry, day)


def _may_change(caller: Caller, document: Document, head: Head | None, registry: Snapshot, day: date) -> bool:
    """Whether the caller may file what stands in this document's place.

    A payment may be made anew through another company, and what has fallen binds nobody.
    """
    if head is None or head.state in (Status.REFUSED, Status.CANCELLED):
        return True
    owners: Owners
    match document:
        case Order() if head.order_filing and head.merchant_code:
            owners = ("platform", head.platform_code), ("merchant", head.merchant_code)
        case Declaration() if head.declarant_code:
            owners = _declarants(head.declarant_code)
        case _:
            return True
    return _acts_for(caller, owners, KIND_OF[type(document)], registry, day)


def may_withdraw(caller: Caller, head: Head, registry: Snapshot, day: date) -> bool:
    """Whether the caller may withdraw a declaration: whoever may declare it."""
    code = head.declarant_code
    return code is not None and _acts_for(caller, _declarants(code), DocumentKind.DECLARATION, registry, day)


def _declarants(code: str) -> Owners:
    """In which roles a party declares: as a declarant, or as a merchant that declares its own goods."""
    return ("declarant", code), ("merchant", code)


def _acts_for(caller: Caller, owners: Owners, kind: DocumentKind, registry: Snapshot, day: date) -> bool:
    """Whether the caller is one of the owners, or holds the mandate of one."""
    if (caller.role, caller.party_code) in owners:
        return True
    if caller.role == "officer":
        return False
    return any(registry.mandated(code, caller.party_code, kind, day) for _, code in owners)


def mandated_documents(caller: Caller, head: Head, registry: Snapshot, day: date) -> frozenset[str]:
    """The documents of a declaration that the caller files for their owners, by their words."""
    owners = (
        (DocumentKind.ORDER, head.platform_code),
        (DocumentKind.ORDER, head.merchant_code),
        (DocumentKind.PAYMENT, head.payment_company_code),
        (DocumentKind.WAYBILL, head.logistics_code),
        (DocumentKind.DECLARATION, head.declarant_code),
    )
    if caller.is_officer:
        return frozenset()
    holder, mandated = caller.party_code, registry.mandated
    return frozenset([kind.word for kind, code in owners if code and mandated(code, holder, kind, day)])


def transmission_mandated(document: Declaration, registry: Snapshot, day: date) -> bool:
    """Whether the transmitting party, where it is not the declarant, holds the declarant's mandate."""
    sender = document.transmitted_by
    return sender is None or registry.mandated(document.declarant_code, sender, DocumentKind.DECLARATION, day)


def _problem(
    submission: Submission, document: Document, head: Head | None, registry: Snapshot, day: date
) -> Problem | None:
    allowed = may_file(submission.caller, document, registry, day)
    if allowed and _may_change(submission.caller, document, head, registry, day):
        return None
    word = KIND_OF[type(document)].word
    pointer = f"/{word}" if len(submission.documents) > 1 else ""
    if not allowed:
        owner = owners_of(document)[0][1]
        return Problem(
            pointer=pointer,
            code="no_mandate",
            en=f"this {word} belongs to {owner}, who has given no mandate for it",
            zh=f"该单证属于 {owner}，未查到其委托授权",
        )
    return Problem(
        pointer=pointer,
        code="not_yours_to_change",
        en=f"the {word} that stands was filed for another party; only it, or the holder of its mandate, changes it",
        zh="现有单证由其他企业申报，仅该企业或其受托企业可以变更",
    )
