"""The addresses of queues: pages, counts, search, who works on what, saved views, snoozes, hand-over."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from app.domain.queues import Queue
from app.errors import Problem
from app.routers.acted_once import AnyBody, acted_once, acted_plainly_once
from app.routers.answering import respond
from app.routers.refusals import InvalidParameters
from app.routers.requests import (
    asked_of,
    caller_of,
    declaration_id_of,
    id_in_address,
    json_body_of,
    language_of,
    office_of,
    settings_of,
)
from app.schemas import case_answers as shown
from app.schemas.cases import (
    WHOSE,
    AssignBody,
    DutyBody,
    HandOverBody,
    NextBody,
    SearchBody,
    SnoozeBody,
    ViewBody,
    case_query,
    filter_in,
    id_in,
)
from app.schemas.faults import InvalidBody
from app.schemas.reading import read_body
from app.services.filings import Caller
from app.services.office.office import Office
from app.services.office.queues import QueueFilter
from app.services.office.snoozes import NewSnooze, SnoozeKind

Act = Callable[[Office, Caller, Any], Awaitable[Any]]


async def list_cases(request: Request) -> Response:
    """A page of a queue."""
    caller = await _officer(request)
    query, problems = case_query(request.scope["query_string"])
    if problems:
        raise InvalidParameters(problems)
    page = await office_of(request).queues.page(caller, query.wanted, query.cursor, query.limit)
    return respond(shown.case_page_answer(page), language_of(request))


async def count_cases(request: Request) -> Response:
    """Open cases by queue and district."""
    caller = await _officer(request)
    counts = await office_of(request).queues.counts(caller)
    return respond(shown.counts_answer(counts), language_of(request))


async def search_cases(request: Request) -> Response:
    """Find declarations by whatever was told.

    A POST, though nothing is changed: what is typed may be an identity number or a telephone, and an address ends up in
    logs, histories and proxies.
    """
    caller = await _officer(request)
    body = await _body(request, SearchBody)
    result = await office_of(request).search.find(caller, body.text)
    return respond(shown.search_answer(result), language_of(request))


async def next_case(request: Request) -> Response:
    """The next case, claimed if nobody had it."""

    async def act(office: Office, caller: Caller, body: NextBody) -> shown.NextAnswer:
        after, problems = id_in(body.after, "/after")
        _demand_none(problems)
        queue = Queue.from_word(body.queue) if body.queue else None
        line = await office.assignment.next_case(caller, after, queue)
        item = await office.queues.item(caller, line) if line else None
        return shown.NextAnswer(case=shown.case_answer(item) if item else None)

    return await _once(request, NextBody, act)


async def claim_case(request: Request) -> Response:
    """Take a case that nobody has."""
    return await _on_case(request, lambda office, caller, key: office.assignment.claim(caller, key))


async def release_case_claim(request: Request) -> Response:
    """Back to the queue."""
    return await _on_case(request, lambda office, caller, key: office.assignment.give_back(caller, key))


async def assign_case(request: Request) -> Response:
    """To another officer."""
    declaration_id = declaration_id_of(request)

    async def act(office: Office, caller: Caller, body: AssignBody) -> shown.DoneAnswer:
        await office.assignment.assign(caller, declaration_id, body.officer)
        return shown.DoneAnswer()

    return await _once(request, AssignBody, act)


async def switch_duty(request: Request) -> Response:
    """I take cases, or I do not."""

    async def act(office: Office, caller: Caller, body: DutyBody) -> shown.DoneAnswer:
        await office.assignment.switch(caller, takes=body.takes == "on")
        return shown.DoneAnswer()

    return await _once(request, DutyBody, act)


async def list_views(request: Request) -> Response:
    """Saved views."""
    caller = await _officer(request)
    views = await office_of(request).saved_views.listed(caller)
    return respond(shown.ViewsAnswer(views=tuple(map(shown.view_answer, views))), language_of(request))


async def save_view(request: Request) -> Response:
    """Keep a filter under a name."""

    async def act(office: Office, caller: Caller, body: ViewBody) -> shown.MadeAnswer:
        wanted: QueueFilter
        wanted, problems = filter_in(body.filter)
        _demand_none(problems)
        return shown.MadeAnswer(id=str(await office.saved_views.save(caller, body.name, wanted, body.district)))

    return await _once(request, ViewBody, act, status=201)


async def remove_view(request: Request) -> Response:
    """Remove one's own view."""
    view_id = id_in_address(request, "view_id")
    return await _plainly(request, lambda office, caller: office.saved_views.remove(caller, view_id))


async def list_snoozes(request: Request) -> Response:
    """What hides cases now."""
    caller = await _officer(request)
    snoozes = await office_of(request).snoozes.active(caller)
    return respond(shown.SnoozesAnswer(snoozes=tuple(map(shown.snooze_answer, snoozes))), language_of(request))


async def make_snooze(request: Request) -> Response:
    """Hide cases for some days."""

    async def act(office: Office, caller: Caller, body: SnoozeBody) -> shown.MadeAnswer:
        declaration_id, problems = id_in(body.declaration_id, "/declaration_id")
        _demand_none(problems)
        wanted = NewSnooze(
            declaration_id=declaration_id or UUID(int=0),
            kind=SnoozeKind[body.kind.upper()],
            item_no=body.item_no,
            days=body.days,
            reason=body.reason,
        )
        return shown.MadeAnswer(id=str(await office.snoozes.make(caller, wanted)))

    return await _once(request, SnoozeBody, act, status=201)


async def end_snooze(request: Request) -> Response:
    """End a snooze now."""
    snooze_id = id_in_address(request, "snooze_id")
    return await _plainly(request, lambda office, caller: office.snoozes.end(caller, snooze_id))


async def summarise_hand_over(request: Request) -> Response:
    """What one shift leaves to the next."""
    caller = await _officer(request)
    read = asked_of(request, WHOSE)
    summary = await office_of(request).hand_over.summary(caller, read.get("officer"))
    return respond(shown.hand_over_answer(summary), language_of(request))


async def hand_over_cases(request: Request) -> Response:
    """Everything of one officer to another, or to the queue."""

    async def act(office: Office, caller: Caller, body: HandOverBody) -> shown.MovedAnswer:
        return shown.MovedAnswer(cases=await office.assignment.hand_over(caller, body.officer, body.to))

    return await _once(request, HandOverBody, act)


async def _officer(request: Request) -> Caller:
    """Who is calling; an officer is seen to be at work."""
    caller = await caller_of(request)
    if caller.is_officer:
        await office_of(request).assignment.seen(caller)
    return caller


async def _body(request: Request, shape: type[AnyBody]) -> AnyBody:
    limits = settings_of(request).api
    content = await json_body_of(request, limits.single_body_limit_bytes)
    return read_body(content, shape, limits.json_depth_limit)


async def _once(request: Request, shape: type[AnyBody], act: Act, status: int = 200) -> Response:
    """An act with a body: done once for each key of idempotency."""
    caller, office = await _officer(request), office_of(request)
    return await acted_once(request, caller, shape, lambda body: act(office, caller, body), status)


async def _on_case(request: Request, act: Act) -> Response:
    declaration_id = declaration_id_of(request)
    return await _plainly(request, lambda office, caller: act(office, caller, declaration_id))


async def _plainly(request: Request, act: Callable[[Office, Caller], Awaitable[Any]]) -> Response:
    """An act that needs no body; a second time it changes nothing more."""
    caller = await _officer(request)

    async def done() -> shown.DoneAnswer:
        await act(office_of(request), caller)
        return shown.DoneAnswer()

    return await acted_plainly_once(request, caller, done)


def _demand_none(problems: tuple[Problem, ...]) -> None:
    if problems:
        raise InvalidBody(problems)
