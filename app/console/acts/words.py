"""What acts and verdicts are called on pages; English here, Chinese in the catalogue."""

from typing import Final

from app.console.language import N_
from app.domain.lifecycle import Act
from app.services.office.answers import Verdict

ACTS: Final[dict[Act, str]] = {
    Act.RELEASE: N_("Release"),
    Act.INSPECT: N_("Send to inspection"),
    Act.CONFORM: N_("Inspected, conforms: release"),
    Act.AMEND: N_("Refuse, to be amended"),
    Act.REFUSE: N_("Refuse"),
    Act.SUSPEND: N_("Suspend"),
    Act.RESUME: N_("Resume review"),
    Act.CONCLUDE: N_("Conclude the papers"),
    Act.CLOSE: N_("Close"),
    Act.RELEASE_DESPITE: N_("Does not conform, release all the same"),
    Act.RETURN: N_("Return abroad"),
    Act.DETAIN: N_("Detain and hand over"),
    Act.LIFT_DETENTION: N_("Lift the detention"),
    Act.CORRECT: N_("Take a mistaken release back"),
    Act.REQUEST_DOCUMENTS: N_("Ask for documents"),
}
MEANINGS: Final[dict[Act, str]] = {
    Act.RELEASE: N_("The parcel is released (800); the buyer's limit is used."),
    Act.INSPECT: N_("The parcel is to be opened (500)."),
    Act.CONFORM: N_("The inspection found what was declared; the parcel is released (800)."),
    Act.AMEND: N_("Refused (100); the parties read the reason, and what they file next comes before an officer."),
    Act.REFUSE: N_("Refused (100); the parties read the reason, the buyer's limit is given back."),
    Act.SUSPEND: N_("The parcel lies until somebody resumes its review (600)."),
    Act.RESUME: N_("It is held for review again (300), or to be inspected (500) where that has no result yet."),
    Act.CONCLUDE: N_("The papers are done with (399); the parcel waits for its release."),
    Act.CLOSE: N_("Nothing more can be done with it (899)."),
    Act.RELEASE_DESPITE: N_("The inspection found something else; it is released all the same (800)."),
    Act.RETURN: N_("The parcel goes back abroad (700); the buyer's limit is given back."),
    Act.DETAIN: N_("The parcel is taken into custody; the buyer's limit stays reserved."),
    Act.LIFT_DETENTION: N_(
        "Out of custody: held for review again (300), or to be inspected (500) where that has no result yet."
    ),
    Act.CORRECT: N_("The release is taken back; the parcel is held again (300)."),
    Act.REQUEST_DOCUMENTS: N_("The parties are asked for papers; the case waits for them."),
}
VERDICTS: Final[dict[Verdict, str]] = {
    Verdict.APPROVED: N_("Approved and carried out"),
    Verdict.REJECTED: N_("Rejected"),
    Verdict.WITHDRAWN: N_("Withdrawn by the proposer"),
}
