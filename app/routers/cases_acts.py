"""Deciding on cases over JSON: one, many, what needs a second officer."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from app.errors import NotFound
from app.routers.acted_once import AnyBody, acted_once
from app.routers.answering import respond
from app.routers.requests import (
    asked_of,
    caller_of,
    declaration_id_of,
    id_in_address,
    instant_of,
    language_of,
    office_of,
)
from app.schemas import office_act_answers as shown
from app.schemas.answers import declaration_answer
from app.schemas.office_acts import ActBody, BulkActBody, ProposalBody, VerdictBody, decision_in, ids_in
from app.schemas.queries import DEFAULT_LIMIT, PAGING
from app.services.filings import Caller
from app.services.office.answers import Verdict

Work = Callable[[Caller, Any, datetime], Awaitable[Any]]


async def act_on_case(request: Request) -> Response:
    """Decide on one declaration."""
    declaration_id, language = declaration_id_of(request), language_of(request)

    async def work(caller: Caller, body: ActBody, at: datetime) -> Any:
        view = await office_of(request).acts.decide_one(caller, declaration_id, decision_in(body), at)
        return declaration_answer(view, caller, language)

    return await _once(request, ActBody, work)


async def act_on_cases(request: Request) -> Response:
    """Decide on many, or only say what would be done."""
    acts, language = office_of(request).acts, language_of(request)

    async def work(caller: Caller, body: BulkActBody, at: datetime) -> shown.ActsAnswer:
        ids, decision = ids_in(body.declaration_ids), decision_in(body)
        if body.preview:
            return shown.preview_answer(await acts.preview(caller, ids, decision, at), language)
        return shown.ActsAnswer(results=shown.results_answer(await acts.decide(caller, ids, decision, at), language))

    return await _once(request, BulkActBody, work)


async def propose_act(request: Request) -> Response:
    """Propose what needs a second officer."""

    async def work(caller: Caller, body: ProposalBody, at: datetime) -> shown.ProposedAnswer:
        proposals = office_of(request).proposals
        made = await proposals.propose(caller, ids_in(body.declaration_ids), decision_in(body), at)
        return shown.proposed_answer(made, language_of(request))

    return await _once(request, ProposalBody, work, status=201)


async def list_proposals(request: Request) -> Response:
    """Open proposals of the officer's districts."""
    caller = await caller_of(request)
    read = asked_of(request, PAGING)
    limit = read.get("limit", DEFAULT_LIMIT)
    lines, cursor = await office_of(request).proposals.page(caller, read.get("cursor"), limit, instant_of(request))
    page = shown.ProposalPage(proposals=tuple(map(shown.line_answer, lines)), next_cursor=cursor)
    return respond(page, language_of(request))


async def read_proposal(request: Request) -> Response:
    """One proposal."""
    caller = await caller_of(request)
    proposal = await office_of(request).proposals.read(caller, _proposal_id(request), instant_of(request))
    return respond(shown.proposal_answer(proposal), language_of(request))


async def approve_proposal(request: Request) -> Response:
    """Carry it out, as another officer."""
    return await _answered(request, Verdict.APPROVED)


async def reject_proposal(request: Request) -> Response:
    """Turn it down, as another officer."""
    return await _answered(request, Verdict.REJECTED)


async def withdraw_proposal(request: Request) -> Response:
    """Take one's own back."""
    return await _answered(request, Verdict.WITHDRAWN)


async def _answered(request: Request, verdict: Verdict) -> Response:
    proposal_id = _proposal_id(request)

    async def work(caller: Caller, body: VerdictBody, at: datetime) -> shown.VerdictAnswer:
        answered = await office_of(request).proposals.answer(caller, proposal_id, verdict, body.note.strip(), at)
        return shown.verdict_answer(answered, language_of(request))

    return await _once(request, VerdictBody, work)


async def _once(request: Request, shape: type[AnyBody], work: Work, status: int = 200) -> Response:
    caller, at = await caller_of(request), instant_of(request)
    return await acted_once(request, caller, shape, lambda body: work(caller, body, at), status)


def _proposal_id(request: Request) -> UUID:
    return id_in_address(request, "proposal_id", NotFound("There is no such proposal.", zh="没有该建议。"))
