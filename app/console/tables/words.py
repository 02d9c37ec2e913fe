"""What tables, kinds of change and states of drafts are called on pages; English here, Chinese in the catalogue."""

from typing import Final

from app.console.language import N_

TABLES: Final = {
    "tariff": N_("Tariff"),
    "positive_list": N_("Positive list"),
    "prohibited_goods": N_("Prohibited goods"),
    "codes": N_("Codes (several tables)"),
    "parties": N_("Parties and credit"),
    "country": N_("Countries"),
    "currency": N_("Currencies"),
    "unit": N_("Units"),
    "trade_mode": N_("Supervision modes"),
    "transport_mode": N_("Transport modes"),
    "wrap_type": N_("Kinds of packing"),
    "customs_district": N_("Customs districts"),
    "roles": N_("Registrations"),
    "standings": N_("Standings"),
}
KINDS: Final = {"added": N_("Added"), "removed": N_("Removed"), "changed": N_("Changed")}
STATES: Final = {
    "open": N_("Open"),
    "approved": N_("Approved"),
    "rejected": N_("Rejected"),
    "withdrawn": N_("Withdrawn"),
    "waiting": N_("Waiting"),
    "running": N_("Under way"),
    "passed": N_("Passed"),
    "stopped": N_("Stopped"),
}
TONES: Final = {"approved": "good", "passed": "good", "rejected": "bad", "stopped": "bad", "open": "wait"}
FAILED: Final = {
    "share": N_("It would stop more of what is released now than is allowed."),
    "none_released": N_("No parcel that is released now was judged: rehearse on days with released parcels."),
    "few": N_("Too few parcels were judged: rehearse on more days."),
    "empty": N_("No parcel was assessed on these days: rehearse on others."),
    "broken": N_("The rehearsal broke off; the log of the office says why. Ask for another one."),
    "slow": N_("The database did not answer in time, three times: rehearse on fewer days, or later."),
}
OUTCOMES: Final = {
    "released": N_("Released"),
    "held": N_("Held for review"),
    "inspection": N_("Inspection"),
    "refused": N_("Refused"),
}
