"""What goes into the intake and what comes out: the contract between the doors and the clearance pipeline.

A door decodes, validates and says who is calling; a `Submission` is already well-formed. Nothing here knows HTTP
or XML. Everything is handled in lists: one submission is a list of one.
"""

import enum
from datetime import datetime
from uuid import UUID

import msgspec

from app.domain.decision import Assessment, Outcome
from app.domain.dossier import Declaration, Order, Payment, Waybill
from app.domain.lifecycle import Status

Document = Order | Payment | Waybill | Declaration


class Door(enum.IntEnum):
    """Through which door a document came: decides how its stored bytes are read again."""

    JSON = 1
    CEB = 2


class DocumentKind(enum.IntEnum):
    """The four documents of an import; stored as the number."""

    ORDER = 1
    PAYMENT = 2
    WAYBILL = 3
    DECLARATION = 4

    @property
    def word(self) -> str:
        """The word used in JSON and pointers: ``order``."""
        return _WORDS[self]


_WORDS = {kind: kind.name.lower() for kind in DocumentKind}
KIND_OF: dict[type, DocumentKind] = {
    Order: DocumentKind.ORDER,
    Payment: DocumentKind.PAYMENT,
    Waybill: DocumentKind.WAYBILL,
    Declaration: DocumentKind.DECLARATION,
}


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who is calling, from the API key: a party in one role; an officer has customs districts instead of documents.

    A district of four digits is that office; of two digits, every office that begins with them; ``*`` all. For an
    officer `party_code` is the person: four eyes are two of them, through whatever door. `duties` are an officer's
    roles (`app.domain.duties`).
    """

    key_id: str
    party_code: str
    role: str  # platform, merchant, payment, logistics, declarant, warehouse, officer
    name: str
    districts: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()

    @property
    def is_officer(self) -> bool:
        """Whether this is a customs officer."""
        return self.role == "officer"


class Submission(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One thing that was filed: one to four documents of one parcel, with the bytes they came as.

    `content` is kept sealed as evidence and is what the documents are read from again: a JSON body, or one business
    node of a CEB message. `at` is the instant that counts (the test clock's where one is allowed). `filed_at_default`
    is the time that the door gave to the `undated` documents, which came without one: it is no part of a document's
    identity, so sending the same again later is still the same. `signed_message` is the whole message where it carries
    a signature: only the whole can be verified.
    """

    caller: Caller
    door: Door
    documents: tuple[Document, ...]
    content: bytes
    at: datetime
    filed_at_default: str = ""
    undated: frozenset[DocumentKind] = frozenset()
    signed_message: bytes | None = None


class DocumentState(enum.StrEnum):
    """What became of one filed document."""

    STORED = "stored"
    UNCHANGED = "unchanged"  # the same content was here already: the same answer again
    REJECTED = "rejected"  # not stored; the answer's return status is negative


class DocumentAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The latest official status of one filed document.

    For an order, payment or waybill: 1 staged, 120 stored, or a negative code. For a declaration: 1, 2 (waiting), 300,
    500, 800, 100, or a negative code. `text_zh` is the text for returnInfo.
    """

    kind: DocumentKind
    state: DocumentState
    return_status: str
    text_zh: str
    text_en: str
    at: datetime


class AskedPapers(msgspec.Struct, frozen=True, kw_only=True):
    """Papers that an officer asked the parties for, beside the four documents; `missing` have not come yet."""

    request_id: UUID
    at: datetime
    until: datetime
    kinds: tuple[str, ...]
    missing: tuple[str, ...]
    text: str


class DeclarationView(msgspec.Struct, frozen=True, kw_only=True):
    """A declaration as it stands, before it is cut to what one reader may see.

    `mandated` names the documents that this reader files for their owner under a mandate: to the reader they are own.
    `asked` is read for one declaration alone.
    """

    declaration_id: UUID
    direction: str
    version: int
    status: Status
    outcome: Outcome | None
    platform_code: str
    order_no: str
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
    accepted_at: datetime | None
    received_at: datetime
    updated_at: datetime
    missing_documents: tuple[str, ...]
    assessment: Assessment | None
    mandated: frozenset[str] = frozenset()
    asked: tuple[AskedPapers, ...] = ()


class SubmissionAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a submission came to. `declaration` is there when the parcel's declaration has been filed."""

    documents: tuple[DocumentAnswer, ...]
    declaration: DeclarationView | None

    @property
    def created(self) -> bool:
        """Whether anything new was stored (201) or all of it was here already (200)."""
        return any(answer.state is DocumentState.STORED for answer in self.documents)


class DeclarationFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of declarations may be narrowed to; absent fields do not narrow."""

    order_no: str | None = None
    waybill_no: str | None = None
    platform_code: str | None = None
    customs_code: str | None = None
    trade_mode: str | None = None
    status: Status | None = None
    outcome: Outcome | None = None
    accepted_from: datetime | None = None
    accepted_to: datetime | None = None


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One page of declarations, newest first; `next_cursor` is None on the last one."""

    declarations: tuple[DeclarationView, ...]
    next_cursor: str | None


class OfficerAction(enum.StrEnum):
    """What an officer may do with a held parcel."""

    RELEASE = "release"
    REFUSE = "refuse"
    INSPECT = "inspect"


class FeedEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One receipt of the feed; `xml` is the CEB receipt message it renders to."""

    cursor: str
    message: str  # CEB312, CEB412, CEB512, CEB622
    xml: str
