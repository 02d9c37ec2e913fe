"""Deciding on a selection: choose, look at the preview, then do it; above what one officer may, propose it.

Three forms of one address. Nothing is changed before the last one; sending that again does nothing more.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from app.console.acts.reading import LONGEST_REASON, decision_of, ids_of
from app.console.acts.words import ACTS
from app.console.forms import Form, below_console, form_of, redirect
from app.console.language import N_, language_of
from app.console.pages import Page
from app.console.rendering import render
from app.console.sessions import officer_of
from app.domain.duties import Permission
from app.domain.lifecycle import DETAINED, Act
from app.errors import Malformed
from app.languages import Language
from app.routers.requests import office_of
from app.services.desk import Decided, Decision
from app.services.filings import Caller

# What makes sense for many parcels alike.
_FOR_MANY: Final = (
    Act.RELEASE,
    Act.INSPECT,
    Act.CONFORM,
    Act.AMEND,
    Act.REFUSE,
    Act.SUSPEND,
    Act.RESUME,
    Act.CONCLUDE,
    Act.CLOSE,
    Act.RETURN,
    Act.DETAIN,
    Act.LIFT_DETENTION,
)


async def decide_on_many(request: Request) -> Response:
    """The next step of deciding on a selection."""
    form, caller = await form_of(request), await officer_of(request)
    ids, back = ids_of(form), below_console(form.text("back", "/console/queues"))
    if not ids:
        return redirect(back, N_("Tick the cases first."))
    step = form.text("step")
    if step not in {"preview", "do"}:
        return await _choose(request, form, ids, back, "")
    try:
        decision = decision_of(form)
    except Malformed as fault:
        told = fault.zh if language_of(request) is Language.ZH else str(fault)
        return await _choose(request, form, ids, back, told, status=422)
    if step == "preview":
        return await _preview(request, caller, ids, decision, back)
    return await _do(request, caller, ids, decision, back)


async def _choose(request: Request, form: Form, ids: list[UUID], back: str, fault: str, status: int = 200) -> Response:
    typed = {name: form.text(name) for name in ("act", "reason", "status")}
    context = {
        "ids": ids,
        "back": back,
        "typed": typed,
        "fault": fault,
        "acts": {act: ACTS[act] for act in _FOR_MANY},
        "detained": [each.word for each in sorted(DETAINED)],
        "longest": LONGEST_REASON,
    }
    return await render(request, "acts/choose.html", context, status)


async def _preview(request: Request, caller: Caller, ids: list[UUID], decision: Decision, back: str) -> Response:
    preview = await office_of(request).acts.preview(caller, ids, decision, datetime.now(UTC))
    context = {
        "decision": decision,
        "numbers": await office_of(request).acts.numbers(caller, ids),
        "act": ACTS[decision.act],
        "results": _told(request, preview.results),
        "possible": preview.possible,
        "needs_second": preview.possible_need_second,
        "back": back,
    }
    return await render(request, "acts/preview.html", context)


async def _do(request: Request, caller: Caller, ids: list[UUID], decision: Decision, back: str) -> Response:
    office, now = office_of(request), datetime.now(UTC)
    preview = await office.acts.preview(caller, ids, decision, now)
    if preview.needs_second:
        made = await office.proposals.propose(caller, ids, decision, now)
        if made.proposal_id is not None:
            return redirect(f"/console/approvals/{made.proposal_id}", N_("Proposed: another officer has to approve."))
        results = made.results
    else:
        results = await office.acts.decide(caller, ids, decision, now)
    context = {
        "act": ACTS[decision.act],
        "numbers": await office.acts.numbers(caller, ids),
        "results": _told(request, results),
        "done": sum(each.done for each in results),
        "back": back,
    }
    return await render(request, "acts/results.html", context)


def _told(request: Request, results: Iterable[Decided]) -> list[dict[str, Any]]:
    chinese = language_of(request) is Language.ZH
    return [
        {
            "declaration_id": each.declaration_id,
            "status": each.status.word if each.status else None,
            "done": each.done,
            "why": ((each.refusal.zh if chinese else "") or str(each.refusal)) if each.refusal else "",
        }
        for each in results
    ]


PAGES: Final = (
    Page(method="POST", path="/console/acts/bulk", endpoint=decide_on_many, permission=Permission.WORK_CASES),
)
