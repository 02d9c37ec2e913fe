"""Deciding on one case: the acts that are possible now, a reason, and a second officer where one is needed."""

from datetime import UTC, datetime
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from app.console.acts.reading import LONGEST_REASON, act_of, decision_of
from app.console.acts.words import ACTS, MEANINGS
from app.console.forms import form_of, redirect
from app.console.language import N_, language_of
from app.console.pages import Page
from app.console.rendering import render
from app.console.sessions import officer_of
from app.domain.duties import Permission
from app.domain.lifecycle import DETAINED, Act
from app.errors import Malformed
from app.languages import Language
from app.routers.requests import declaration_id_of, office_of
from app.services.office.acts import Standing

# Asking for documents has a form of its own on the page of the case.
_ELSEWHERE: Final = frozenset({Act.REQUEST_DOCUMENTS})


async def show_act(request: Request) -> Response:
    """The form."""
    caller, declaration_id = await officer_of(request), declaration_id_of(request)
    standing = await office_of(request).acts.standing(caller, declaration_id, datetime.now(UTC))
    chosen = act_of(request.query_params.get("act", ""))
    return await _form(request, standing, {"act": chosen or "", "reason": "", "status": ""}, "")


async def do_act(request: Request) -> Response:
    """Do it, or propose it where two officers are needed."""
    form = await form_of(request)
    caller, declaration_id, now = await officer_of(request), declaration_id_of(request), datetime.now(UTC)
    office = office_of(request)
    try:
        decision = decision_of(form)
    except Malformed as fault:
        typed = {"act": form.text("act"), "reason": form.text("reason"), "status": form.text("status")}
        standing = await office.acts.standing(caller, declaration_id, now)
        told = fault.zh if language_of(request) is Language.ZH else str(fault)
        return await _form(request, standing, typed, told, status=422)
    preview = await office.acts.preview(caller, [declaration_id], decision, now)
    if preview.needs_second:
        made = await office.proposals.propose(caller, [declaration_id], decision, now)
        return redirect(f"/console/approvals/{made.proposal_id}", N_("Proposed: another officer has to approve."))
    await office.acts.decide_one(caller, declaration_id, decision, now)
    return redirect(f"/console/cases/{declaration_id}", N_("Done."))


async def _form(request: Request, standing: Standing, typed: dict[str, Any], fault: str, status: int = 200) -> Response:
    possible = [each for each in standing.possible if each.act not in _ELSEWHERE]
    context = {
        "view": standing.view,
        "possible": possible,
        "typed": typed,
        "fault": fault,
        "ACTS": ACTS,
        "MEANINGS": MEANINGS,
        "detained": [each.word for each in sorted(DETAINED)],
        "longest": LONGEST_REASON,
    }
    return await render(request, "acts/one.html", context, status)


PAGES: Final = (
    Page(method="GET", path="/console/cases/{declaration_id}/act", endpoint=show_act, permission=Permission.WORK_CASES),
    Page(method="POST", path="/console/cases/{declaration_id}/act", endpoint=do_act, permission=Permission.WORK_CASES),
)
