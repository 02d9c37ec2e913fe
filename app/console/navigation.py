"""The navigation: which parts of the console a reader may open."""

from collections.abc import Collection, Iterable
from typing import Final

import msgspec

from app.console.language import N_
from app.domain.duties import Permission


class Entry(msgspec.Struct, frozen=True):
    """A part of the console: its address, name, what it is for, and who may open it."""

    address: str
    name: str
    purpose: str
    permission: Permission


ENTRIES: Final = (
    Entry("/console/queues", N_("Queues"), N_("Held parcels that wait for a decision."), Permission.VIEW_CASES),
    Entry("/console/search", N_("Search"), N_("Find a parcel by its numbers, people or words."), Permission.VIEW_CASES),
    Entry(
        "/console/approvals", N_("Approvals"), N_("Proposals that wait for a second officer."), Permission.VIEW_CASES
    ),
    Entry(
        "/console/hand-over", N_("Hand-over"), N_("What is open at the end of a shift, and why."), Permission.VIEW_CASES
    ),
    Entry(
        "/console/profiles", N_("Profiles"), N_("Risk profiles: write, rehearse, approve."), Permission.VIEW_PROFILES
    ),
    Entry("/console/tables", N_("Tables"), N_("Reference tables: import, compare, approve."), Permission.VIEW_TABLES),
    Entry(
        "/console/sampling",
        N_("Sampling"),
        N_("Who was drawn for inspection, and the proof."),
        Permission.VIEW_SAMPLING,
    ),
    Entry(
        "/console/dashboard", N_("Dashboard"), N_("Figures of clearance, waiting and risk."), Permission.VIEW_STATISTICS
    ),
    Entry("/console/audit", N_("Audit"), N_("Everything that was done, and its verification."), Permission.VIEW_AUDIT),
    Entry("/console/officers", N_("Officers"), N_("Officers, their roles and districts."), Permission.MANAGE_OFFICERS),
)


def navigation_of(permissions: Collection[Permission], served: Iterable[str]) -> list[Entry]:
    """The parts that these permissions open, of those that are served."""
    known = set(served)
    return [entry for entry in ENTRIES if entry.permission in permissions and entry.address in known]
