"""Four eyes: who proposes does not approve; the service refuses it, and so does the database by itself."""

from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest

from app.domain.duties import Duty
from app.domain.lifecycle import ACT_NUMBERS, DETAINED, SEVERE, Act, Status
from app.errors import Conflict, Forbidden, NotFound
from app.rules.officers_work import MOST_ALONE, officers_work
from app.services.desk import Decision
from app.services.desk.change import ProposalStale, SecondOfficerNeeded
from app.services.office.answers import Verdict
from app.services.service import ClearanceServices
from tests.console.conftest import an_officer
from tests.office.people import (
    ELSEWHERE,
    EXAMINER,
    OTHER_SUPERVISOR,
    SUPERVISOR,
    carry_out,
    held,
    officer,
    proposals_of,
    tallied,
)
from tests.services.conftest import AT, DECLARANT, filed, submission
from tests.services.parcels import later, parcel
from tests.services.record import demand_invariants

DETAIN = Decision(act=Act.DETAIN, reason="疑似侵权", status=Status.DETAINED_LEGAL)


async def proposed(services: ClearanceServices, key: UUID) -> UUID:
    """A supervisor's proposal to detain."""
    made = await proposals_of(services).propose(SUPERVISOR, [key], DETAIN, AT)
    assert made.proposal_id
    return made.proposal_id


async def test_another_officer_approves_and_both_stand_in_the_record(
    services: ClearanceServices, owner_connection: asyncpg.Connection
) -> None:
    key, proposals = await held(services), proposals_of(services)
    number = await proposed(services, key)
    seen = await proposals.read(EXAMINER, number, AT)
    assert (seen.reason, seen.declaration_ids, seen.moved) == ("疑似侵权", (key,), frozenset())
    answered = await proposals.answer(OTHER_SUPERVISOR, number, Verdict.APPROVED, "同意", AT)
    assert [each.status for each in answered.results] == [Status.DETAINED_LEGAL]
    row = await owner_connection.fetchrow(
        "SELECT proposal, proposed_by, decided_by FROM transitions WHERE act = $1", ACT_NUMBERS[Act.DETAIN]
    )
    assert tuple(row) == (number, "SUPERVISOR", "SUPERVISOR2")
    again = await proposals.answer(OTHER_SUPERVISOR, number, Verdict.APPROVED, "同意", AT)
    assert all(each.done for each in again.results), "the answer was lost: the same is told again"
    assert (await proposals.read(EXAMINER, number, AT)).verdict is Verdict.APPROVED
    await demand_invariants(owner_connection)


async def test_nobody_approves_alone_unqualified_or_from_elsewhere(services: ClearanceServices) -> None:
    key, proposals = await held(services), proposals_of(services)
    number = await proposed(services, key)
    same_person = msgspec.structs.replace(SUPERVISOR, key_id="key_second")
    for who, refusal in (
        (SUPERVISOR, Forbidden),
        (same_person, Forbidden),
        (EXAMINER, Forbidden),
        (ELSEWHERE, NotFound),
    ):
        for verdict in (Verdict.APPROVED, Verdict.REJECTED):
            with pytest.raises(refusal):
                await proposals.answer(who, number, verdict, "", AT)
    with pytest.raises(Forbidden):
        await proposals.answer(OTHER_SUPERVISOR, number, Verdict.WITHDRAWN, "", AT)
    assert (await services.declaration(EXAMINER, key)).status is Status.HELD


@pytest.mark.parametrize("verdict", [Verdict.REJECTED, Verdict.WITHDRAWN])
async def test_what_was_turned_down_is_not_carried_out(services: ClearanceServices, verdict: Verdict) -> None:
    key, proposals = await held(services), proposals_of(services)
    number = await proposed(services, key)
    who = SUPERVISOR if verdict is Verdict.WITHDRAWN else OTHER_SUPERVISOR
    for _ in range(2):
        await proposals.answer(who, number, verdict, "", AT)
    with pytest.raises(Conflict):
        await proposals.answer(OTHER_SUPERVISOR, number, Verdict.APPROVED, "", AT)
    assert (await services.declaration(EXAMINER, key)).status is Status.HELD
    assert await proposals.page(EXAMINER, None, 10, AT) == ([], None)


async def test_a_proposal_holds_only_for_the_declaration_as_it_stood(services: ClearanceServices) -> None:
    key, proposals = await held(services), proposals_of(services)
    number = await proposed(services, key)
    await services._desk.act(EXAMINER, [key], Decision(act=Act.INSPECT, reason="开箱"), AT)
    with pytest.raises(ProposalStale):
        await proposals.answer(OTHER_SUPERVISOR, number, Verdict.APPROVED, "", AT)
    assert (await proposals.read(EXAMINER, number, AT)).moved == {key}
    await proposals.answer(OTHER_SUPERVISOR, number, Verdict.REJECTED, "", AT)


async def test_a_proposal_can_be_read_and_turned_down_after_the_declaration_was_filed_anew(
    services: ClearanceServices,
) -> None:
    key, proposals = await held(services), proposals_of(services)
    number = await proposed(services, key)
    await services.cancel(DECLARANT, key, "买家退单", AT)
    await filed(services, submission(later(parcel(1).declaration, 60)))
    seen = await proposals.read(EXAMINER, number, AT)
    assert (seen.reason, seen.moved) == ("疑似侵权", frozenset({key}))
    await proposals.answer(OTHER_SUPERVISOR, number, Verdict.REJECTED, "已重新申报", AT)
    assert await proposals.page(EXAMINER, None, 10, AT) == ([], None)


async def test_open_proposals_of_ones_districts_are_listed_in_pages(services: ClearanceServices) -> None:
    proposals = proposals_of(services)
    numbers = [await proposed(services, await held(services, number)) for number in range(3)]
    first, cursor = await proposals.page(EXAMINER, None, 2, AT)
    rest, end = await proposals.page(EXAMINER, cursor, 2, AT)
    assert {each.proposal_id for each in [*first, *rest]} == set(numbers)
    assert (len(first), end) == (2, None)
    assert await proposals.page(ELSEWHERE, None, 10, AT) == ([], None)
    everywhere = officer("ALL", Duty.EXAMINER, districts=("*",))
    assert len((await proposals.page(everywhere, None, 10, AT))[0]) == 3


@pytest.mark.parametrize(("state", "duty"), [(3, "supervisor"), (2, "auditor")])
async def test_what_somebody_proposed_who_may_not_any_more_is_turned_down(
    services: ClearanceServices, service_connection: asyncpg.Connection, state: int, duty: str
) -> None:
    key, proposals = await held(services), proposals_of(services)
    number = await proposed(services, key)
    await an_officer(service_connection, SUPERVISOR.party_code, (duty,), ("22",))
    await service_connection.execute("UPDATE officers SET state = $1", state)
    with pytest.raises(Conflict, match="proposer"):
        await proposals.answer(OTHER_SUPERVISOR, number, Verdict.APPROVED, "", AT)
    await proposals.answer(OTHER_SUPERVISOR, number, Verdict.REJECTED, "", AT)
    assert (await services.declaration(EXAMINER, key)).status is Status.HELD


@pytest.mark.parametrize("by_detention", [False, True])
async def test_an_inspection_is_not_got_round_by_laying_it_aside(
    services: ClearanceServices, owner_connection: asyncpg.Connection, by_detention: bool
) -> None:
    key = await held(services)

    async def act(wanted: Act) -> Status | None:
        (decided,) = await services._desk.act(EXAMINER, [key], Decision(act=wanted, reason="x"), AT)
        return decided.status if decided.done else None

    await act(Act.INSPECT)
    if by_detention:
        await carry_out(services, key, Act.DETAIN, Status.DETAINED_CUSTOMS)
        await carry_out(services, key, Act.LIFT_DETENTION)
    else:
        await act(Act.SUSPEND)
        await act(Act.RESUME)
    assert (await services.declaration(EXAMINER, key)).status is Status.INSPECTION
    assert await act(Act.RELEASE) is None, "only the result of the inspection releases it"
    await tallied(owner_connection)
    assert await act(Act.CONFORM) is Status.RELEASED
    await demand_invariants(owner_connection)


@pytest.mark.parametrize("detained", sorted(DETAINED))
async def test_what_was_detained_comes_back_only_by_two_officers(services: ClearanceServices, detained: Status) -> None:
    key = await held(services)
    await carry_out(services, key, Act.DETAIN, detained)
    for act, refusal in ((Act.RESUME, Conflict), (Act.LIFT_DETENTION, SecondOfficerNeeded)):
        with pytest.raises(refusal):
            await services._desk.act_on_one(SUPERVISOR, key, Decision(act=act, reason="已退回"), AT)
    await carry_out(services, key, Act.LIFT_DETENTION)
    assert (await services.declaration(EXAMINER, key)).status is Status.HELD


async def test_only_who_may_correct_corrects(services: ClearanceServices) -> None:
    key, proposals = await held(services), proposals_of(services)
    await services._desk.act(EXAMINER, [key], Decision(act=Act.RELEASE, reason="x"), AT)
    with pytest.raises(Forbidden):
        await proposals.propose(EXAMINER, [key], Decision(act=Act.CORRECT, reason="误放"), AT)
    await carry_out(services, key, Act.CORRECT)
    assert (await services.declaration(EXAMINER, key)).status is Status.HELD


class Raw:
    """Writing transitions past the services, with the rights of the service."""

    def __init__(self, connection: asyncpg.Connection, key: UUID) -> None:
        self.connection, self.key = connection, key

    async def transition(
        self, act: Act, proposal: UUID | None, proposed_by: str | None, decided_by: str | None, size: int | None = None
    ) -> None:
        """The next transition of the declaration, as the service would store it."""
        await self.connection.execute(
            "INSERT INTO transitions (declaration_id, at, month, number, version, from_status, to_status, act, "
            "proposal, proposed_by, decided_by, decided_with) "
            "VALUES ($1, now(), '2024-06-01', 99, 1, 300, $2, $3, $4, $5, $6, $7)",
            self.key,
            {Act.DETAIN: 503}.get(act, 800),
            ACT_NUMBERS[act],
            proposal,
            proposed_by,
            decided_by,
            size,
        )

    async def answer(self, proposal: UUID, **change: object) -> None:
        """SUPERVISOR2's approval of SUPERVISOR's proposal to detain, or what becomes of it by a change."""
        row = {
            "declaration_id": self.key,
            "proposal_id": proposal,
            "proposed_by": "SUPERVISOR",
            "act": ACT_NUMBERS[Act.DETAIN],
            "to_status": Status.DETAINED_LEGAL,
            "version": 1,
            "lapses_at": AT + timedelta(days=officers_work(AT.date()).proposal_days),
            "answered_by": "SUPERVISOR2",
            "answered_at": AT,
            "verdict": Verdict.APPROVED,
            "approved": proposal,
            "note": None,
        } | change
        places = ", ".join(f"${place}" for place in range(1, len(row) + 1))
        await self.connection.execute(
            f"INSERT INTO proposal_answers ({', '.join(row)}) VALUES ({places})", *row.values()
        )


@pytest.mark.parametrize("act", sorted(SEVERE))
async def test_the_database_refuses_a_severe_act_of_one_person(
    services: ClearanceServices, service_connection: asyncpg.Connection, act: Act
) -> None:
    key = await held(services)
    number = await proposed(services, key)
    raw = Raw(service_connection, key)
    for proposal, proposer, decider in (
        (None, None, "SUPERVISOR"),
        (None, "SUPERVISOR", "SUPERVISOR2"),
        (number, "SUPERVISOR", "SUPERVISOR"),
        (number, None, "SUPERVISOR2"),
        (number, "SUPERVISOR", None),
    ):
        with pytest.raises(asyncpg.CheckViolationError):
            await raw.transition(act, proposal, proposer, decider)
    for proposal, proposer in ((uuid4(), "SUPERVISOR"), (number, "SOMEBODY")):
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            await raw.transition(act, proposal, proposer, "SUPERVISOR2")
    if act is not Act.DETAIN:  # the proposal is to detain
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            await raw.transition(act, number, "SUPERVISOR", "SUPERVISOR2")


@pytest.mark.parametrize("verdict", [None, Verdict.REJECTED, Verdict.WITHDRAWN])
async def test_the_database_refuses_what_was_proposed_and_not_approved(
    services: ClearanceServices, service_connection: asyncpg.Connection, verdict: Verdict | None
) -> None:
    key = await held(services)
    number = await proposed(services, key)
    if verdict:
        who = SUPERVISOR if verdict is Verdict.WITHDRAWN else OTHER_SUPERVISOR
        await proposals_of(services).answer(who, number, verdict, "", AT)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await Raw(service_connection, key).transition(Act.DETAIN, number, "SUPERVISOR", "SUPERVISOR2")


async def test_the_database_takes_what_was_approved_from_who_approved_it_and_from_nobody_else(
    services: ClearanceServices, service_connection: asyncpg.Connection
) -> None:
    key = await held(services)
    raw = Raw(service_connection, key)
    number = await proposed(services, key)
    await raw.answer(number)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await raw.transition(Act.DETAIN, number, "SUPERVISOR", "SUPERVISOR3")
    await raw.transition(Act.DETAIN, number, "SUPERVISOR", "SUPERVISOR2")


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"proposed_by": "SOMEBODY"}, "fk_proposal_answers_proposals"),
        ({"answered_by": "SUPERVISOR"}, "ck_proposal_answers_four_eyes"),
        ({"verdict": Verdict.WITHDRAWN, "approved": None}, "ck_proposal_answers_four_eyes"),
        ({"verdict": Verdict.REJECTED}, "ck_proposal_answers_approved"),
        ({"answered_at": AT + timedelta(days=31)}, "ck_proposal_answers_in_time"),
        ({"answered_at": AT + timedelta(days=31), "lapses_at": AT + timedelta(days=32)}, "fk_proposal_answers"),
        ({"act": ACT_NUMBERS[Act.RETURN]}, "fk_proposal_answers_proposals"),
    ],
)
async def test_the_database_refuses_an_answer_that_the_service_would_not_give(
    services: ClearanceServices,
    service_connection: asyncpg.Connection,
    change: dict[str, object],
    constraint: str,
) -> None:
    key = await held(services)
    number = await proposed(services, key)
    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match=constraint):
        await Raw(service_connection, key).answer(number, **change)


async def test_the_database_refuses_bulk_by_one_person_and_a_proposal_carried_out_twice(
    services: ClearanceServices, service_connection: asyncpg.Connection
) -> None:
    key = await held(services)
    number = await proposed(services, key)
    raw = Raw(service_connection, key)
    with pytest.raises(asyncpg.CheckViolationError):
        await raw.transition(Act.RELEASE, None, None, "EXAMINER", MOST_ALONE + 1)
    with pytest.raises(asyncpg.CheckViolationError):
        await raw.transition(Act.CONFORM, None, None, None)
    await proposals_of(services).answer(OTHER_SUPERVISOR, number, Verdict.APPROVED, "", AT)
    with pytest.raises(asyncpg.UniqueViolationError):
        await raw.transition(Act.DETAIN, number, "SUPERVISOR", "SUPERVISOR2")


async def test_the_database_refuses_an_approval_by_the_proposer_and_changes_to_what_was_said(
    services: ClearanceServices, service_connection: asyncpg.Connection
) -> None:
    key = await held(services)
    number = await proposed(services, key)
    with pytest.raises(asyncpg.CheckViolationError):
        await Raw(service_connection, key).answer(number, answered_by="SUPERVISOR")
    for change in ("UPDATE proposals SET proposed_by = 'X'", "DELETE FROM proposals", "DELETE FROM proposal_answers"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await service_connection.execute(change)


@pytest.mark.parametrize(
    ("before", "after", "act", "decided_by"),
    [
        (Status.HELD, Status.DETAINED_CUSTOMS, Act.RELEASE, "ONE"),
        (Status.HELD, Status.DETAINED_OTHER, Act.ASSESS, None),
        (Status.SUSPENDED, Status.RETURNED, Act.RESUME, "ONE"),
        (Status.RELEASED, Status.HELD, Act.RESUME, "ONE"),
        (Status.DETAINED_LEGAL, Status.HELD, Act.RESUME, "ONE"),
        (Status.DETAINED_OTHER, Status.REFUSED, Act.REFUSE, "ONE"),
        (Status.RELEASED, Status.REFUSED, Act.ASSESS, None),
        (Status.INSPECTION, Status.RELEASED, Act.RELEASE, None),
    ],
)
async def test_the_database_refuses_a_severe_outcome_under_another_name(
    services: ClearanceServices,
    service_connection: asyncpg.Connection,
    before: Status,
    after: Status,
    act: Act,
    decided_by: str | None,
) -> None:
    key = await held(services)
    with pytest.raises(asyncpg.CheckViolationError, match="ck_transitions_severe"):
        await service_connection.execute(
            "INSERT INTO transitions (declaration_id, at, month, number, version, from_status, to_status, act, "
            "decided_by) VALUES ($1, now(), '2024-06-01', 99, 1, $2, $3, $4, $5)",
            key, before, after, ACT_NUMBERS[act], decided_by,
        )  # fmt: skip
