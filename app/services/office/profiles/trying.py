"""Asking profiles about stored declarations: documents and facts as they were, counters as of that day.

What is counted of the day itself includes what was declared later on it. The thinking is done in a thread, in chunks,
so that the office goes on answering meanwhile.
"""

import asyncio
from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from app.domain.canonical import decode_assessment, decode_facts
from app.domain.decision import Assessment
from app.domain.dossier import Documents
from app.domain.facts import Facts
from app.domain.period import shanghai_day
from app.domain.sampling import secret_of_day
from app.domain.valuation import build_dossier
from app.domain.velocity import NOTHING_WANTED, Wanted
from app.errors import Unavailable
from app.repositories import profile_trials as trials
from app.repositories.bulk import Connection
from app.repositories.evidence import AssessmentRow
from app.repositories.profile_trials import Received
from app.repositories.together import together
from app.rules.kernel import Finding, NotApplicable, Passed, Rule
from app.rules.rulebook import RuleBook
from app.services.clearance.facts import features_of
from app.services.clearance.stored import Library
from app.services.clearance.unit import Means
from app.services.clearance.velocities import Velocities, Watched
from app.services.clearance.views import unseal_assessments
from app.services.explaining import references_of

Answers = dict[str, bool]  # by profile: True a hit, False something was unknown; nothing where it let it pass


class Parcel(msgspec.Struct, gc=False):
    """One stored assessment, opened."""

    row: AssessmentRow
    documents: Documents
    facts: Facts
    assessment: Assessment
    received: Received


async def opened(connection: Connection, means: Means, rows: Collection[AssessmentRow]) -> list[Parcel]:
    """Stored assessments with their documents; those that cannot be read any more are left out."""
    try:
        return await _opened(connection, means, rows)
    except Unavailable:
        if len(rows) == 1:
            return []
    return [parcel for row in rows for parcel in await opened(connection, means, [row])]


async def answers(
    connection: Connection, means: Means, parcels: Sequence[Parcel], rules: Sequence[Rule]
) -> list[Answers]:
    """What each of these rules says of each parcel."""
    wanted = NOTHING_WANTED
    for rule in rules:
        wanted |= rule.wanted
    facts = await _facts(connection, means, parcels, wanted)
    return await asyncio.to_thread(_thought, means.registry.current.book, parcels, facts, rules)


def _thought(book: RuleBook, parcels: Sequence[Parcel], facts: Sequence[Facts], rules: Sequence[Rule]) -> list[Answers]:
    return [_answers(book, parcel, known, rules) for parcel, known in zip(parcels, facts, strict=True)]


def _answers(book: RuleBook, parcel: Parcel, facts: Facts, rules: Sequence[Rule]) -> Answers:
    parameters = book.on(facts.accepted_on).parameters
    try:
        dossier = build_dossier(parcel.documents, facts, parameters)
    except Exception:  # noqa: BLE001 - what cannot be valued is held whatever profiles say
        return {}
    said: Answers = {}
    for rule in rules:
        try:
            result: Any = rule.apply(dossier, facts, parameters)
        except Exception:  # noqa: BLE001 - a crash holds, as in force
            result = None
        if not isinstance(result, Passed | NotApplicable):
            said[str(rule.id)] = isinstance(result, Finding)
    return said


async def _opened(connection: Connection, means: Means, rows: Collection[AssessmentRow]) -> list[Parcel]:
    unsealed = await unseal_assessments(connection, means.envelope, rows)
    library = Library(means.envelope, means.readers)
    await library.fetch(connection, [filing for row, _ in unsealed for filing in references_of(row).all()])
    heads = await trials.received(connection, {row.declaration_id for row, _ in unsealed})
    return [
        Parcel(
            row,
            library.dossier(references_of(row)),
            decode_facts(stored.facts),
            decode_assessment(stored.assessment),
            heads[row.declaration_id],
        )
        for row, stored in unsealed
    ]


async def _facts(connection: Connection, means: Means, parcels: Sequence[Parcel], wanted: Wanted) -> list[Facts]:
    if not wanted:
        return [parcel.facts for parcel in parcels]
    watched = [_watched(means, parcel, wanted) for parcel in parcels]
    velocities = Velocities()
    velocities.read(*await together(connection, velocities.statements(watched)))
    found = []
    for parcel, each in zip(parcels, watched, strict=True):
        secret = secret_of_day(means.sampling_key, parcel.row.accepted_on)
        found.append(msgspec.structs.replace(parcel.facts, **velocities.facts(each, secret)))
    return found


def _watched(means: Means, parcel: Parcel, wanted: Wanted) -> Watched:
    row = parcel.row
    features = features_of(row.declaration_id, parcel.documents, row.accepted_on, means.indexes)
    return Watched(features, parcel.documents, shanghai_day(parcel.received.received_at), wanted)
