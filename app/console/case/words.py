"""What the parts of a case are called; English here, Chinese in the catalogue."""

from typing import Final

from app.console.acts.words import ACTS as OFFICERS_ACTS
from app.console.language import N_
from app.domain.case_entries import PaperKind
from app.domain.comparison import DOCUMENTS
from app.domain.lifecycle import Act

DOCUMENT_NAMES: Final = dict(
    zip(DOCUMENTS, (N_("Order"), N_("Payment"), N_("Waybill"), N_("Declaration")), strict=True)
)
PAPERS: Final[dict[PaperKind, str]] = {
    PaperKind.INVOICE: N_("Invoice"),
    PaperKind.PAYMENT_PROOF: N_("Proof of payment"),
    PaperKind.CONTRACT: N_("Contract"),
    PaperKind.LICENCE: N_("Licence"),
    PaperKind.IDENTITY_PROOF: N_("Proof of identity"),
    PaperKind.PHOTO: N_("Photo of the goods"),
    PaperKind.OTHER: N_("Other paper"),
    PaperKind.SITE_IMAGE: N_("Image of the site"),
}
MOMENTS: Final = {
    "note": N_("Note written"),
    "unmasked": N_("Personal data shown in the clear"),
    "asked": N_("Papers asked for"),
    "reported": N_("Report of the site"),
    "opened": N_("Attachment opened"),
    "attached": N_("Attachment added"),
}
ACTS: Final[dict[Act, str]] = {
    Act.DECLARE: N_("Declared"),
    Act.ASSESS: N_("Assessed"),
    Act.CANCEL: N_("Withdrawn by the declarant"),
    Act.HOLD: N_("Documents did not come in time"),
    Act.DOCUMENTS_ARRIVED: N_("The papers arrived"),
    Act.OVERDUE: N_("The papers did not come in time"),
    **OFFICERS_ACTS,
}
HISTORIES: Final = {
    "buyer": N_("Parcels of this buyer"),
    "telephone": N_("Parcels with this telephone"),
    "address": N_("Parcels to this address"),
}
REPORTS: Final = {"xray": N_("X-ray"), "weighing": N_("Weighing"), "inspection": N_("Inspection of the goods")}
VERDICTS: Final = {"clear": N_("Nothing suspicious"), "suspicious": N_("Suspicious"), "unreadable": N_("Unreadable")}
RESULTS: Final = {
    "passed": N_("Passed"),
    "not_applicable": N_("Does not apply"),
    "undetermined": N_("Cannot be determined"),
    "finding": N_("Finding"),
    "crashed": N_("The rule failed"),
}
# The keys of the acts that are done most.
KEYS: Final = {Act.RELEASE: "r", Act.CONFORM: "r", Act.REFUSE: "x", Act.INSPECT: "i"}
