"""Thinking: each complete declaration is assessed against its facts, one after the other within a unit."""

import msgspec

from app.domain.canonical import encode_assessment, encode_facts
from app.domain.decision import Assessment, Outcome
from app.domain.facts import Facts
from app.domain.lifecycle import Status
from app.domain.money import to_stored_units
from app.repositories.counters import ItemPriceRow, price_place
from app.repositories.limits import Entry, LedgerRow
from app.rules.evaluation import assess
from app.security.blind_index import item_index
from app.services.clearance.facts import Candidate, FactSource
from app.services.clearance.stored import References


class Assessed(msgspec.Struct, gc=False):
    """An assessment with what it was made from."""

    candidate: Candidate
    where: References
    facts: Facts
    assessment: Assessment


class StoredAssessment(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What is sealed of an assessment: facts and result, both in canonical JSON (promise P4)."""

    facts: bytes
    assessment: bytes

    def without_book(self, book: str) -> "StoredAssessment":
        """Less the name of the rule book, which stands in a column beside: 32 bytes that nothing compresses."""
        return StoredAssessment(self.facts, self.assessment.replace(_named(book), _NAMELESS, 1))

    def with_book(self, book: str) -> "StoredAssessment":
        """The inverse of `without_book`: no text of a document comes before the name in canonical JSON."""
        return StoredAssessment(self.facts, self.assessment.replace(_NAMELESS, _named(book), 1))


def think(candidate: Candidate, where: References, source: FactSource) -> Assessed:
    """Assess one declaration. Pure but for telling the source what it took of the limit."""
    facts = source.facts(candidate)
    return Assessed(candidate, where, facts, assess(candidate.law, candidate.documents, facts))


def sealed_form(assessed: Assessed) -> bytes:
    """The bytes that are sealed; with the book they are replayed."""
    whole = StoredAssessment(encode_facts(assessed.facts), encode_assessment(assessed.assessment))
    return msgspec.msgpack.encode(whole.without_book(assessed.assessment.book))


def ledger_row(assessed: Assessed) -> LedgerRow | None:
    """What the parcel takes of its buyer's annual limit; None when it takes nothing."""
    amount = to_stored_units(assessed.assessment.annual_reserved_cny)
    if not amount:
        return None
    head = assessed.candidate.head
    released = head.state is Status.RELEASED  # what would be released may be held: an amendment that was asked for
    buyer, year = assessed.candidate.buyer_year
    entry = Entry.SPEND if released else Entry.RESERVE
    return LedgerRow(buyer, year, head.declaration_id, head.version, entry, amount, head.updated_at)


def price_rows(assessed: Assessed) -> list[ItemPriceRow]:
    """The prices that later parcels may be compared with; those of a refused parcel prove nothing."""
    if assessed.assessment.outcome is Outcome.REFUSED:
        return []
    candidate = assessed.candidate
    platform = candidate.documents.declaration.platform_code
    rows = []
    for item in candidate.documents.declaration.items:
        if item.item_no:
            place = price_place(candidate.accepted_on, candidate.head.declaration_id, item.line_no)
            if place >= candidate.prices[item.line_no].floor:
                rows.append(ItemPriceRow(item_index(platform, item.item_no), place, to_stored_units(item.price_cny)))
    return rows


def _named(book: str) -> bytes:
    return b'"book":"' + book.encode() + b'"'


_NAMELESS = _named("")
