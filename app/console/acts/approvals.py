"""What waits for a second officer: the list, one proposal, approving, rejecting, withdrawing."""

from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from app.console.acts.reading import LONGEST_REASON
from app.console.acts.words import ACTS, MEANINGS, VERDICTS
from app.console.forms import form_of, redirect
from app.console.language import N_
from app.console.pages import Page
from app.console.rendering import render
from app.console.sessions import officer_of
from app.domain.duties import Permission
from app.domain.lifecycle import Act
from app.errors import NotFound
from app.routers.requests import id_in_address, office_of
from app.services.office.answers import Verdict
from app.services.office.rights import has_right

ADDRESS: Final = "/console/approvals"
_ONE: Final = f"{ADDRESS}/{{proposal_id}}"
_PAGE: Final = 50
_VERDICTS: Final = {"approve": Verdict.APPROVED, "reject": Verdict.REJECTED, "withdraw": Verdict.WITHDRAWN}
_NOTICES: Final = {
    Verdict.APPROVED: N_("Approved and carried out."),
    Verdict.REJECTED: N_("Rejected; nothing was done."),
    Verdict.WITHDRAWN: N_("Withdrawn; nothing was done."),
}


async def list_approvals(request: Request) -> Response:
    """Open proposals, newest first."""
    caller, cursor = await officer_of(request), request.query_params.get("cursor")
    lines, following = await office_of(request).proposals.page(caller, cursor, _PAGE, datetime.now(UTC))
    context = {
        "lines": lines,
        "numbers": await office_of(request).acts.numbers(caller, [line.declaration_ids[0] for line in lines]),
        "next_href": f"{ADDRESS}?{urlencode({'cursor': following})}" if following else "",
        "first_href": ADDRESS if cursor else "",
        "ACTS": ACTS,
        "me": caller.party_code,
    }
    return await render(request, "acts/approvals.html", context)


async def show_approval(request: Request) -> Response:
    """One proposal, with the buttons that this officer may press."""
    caller = await officer_of(request)
    proposal = await office_of(request).proposals.read(caller, id_in_address(request, "proposal_id"), datetime.now(UTC))
    wanted = Permission.CORRECT if proposal.act is Act.CORRECT else Permission.APPROVE
    own = proposal.proposed_by == caller.party_code
    is_open = proposal.verdict is None and not proposal.lapsed
    context = {
        "proposal": proposal,
        "numbers": await office_of(request).acts.numbers(caller, proposal.declaration_ids),
        "own": own,
        "is_open": is_open,
        "may_answer": is_open and not own and has_right(caller, wanted),
        "ACTS": ACTS,
        "MEANINGS": MEANINGS,
        "VERDICTS": VERDICTS,
        "longest": LONGEST_REASON,
    }
    return await render(request, "acts/approval.html", context)


async def answer_approval(request: Request) -> Response:
    """Approve, reject or withdraw."""
    form, caller = await form_of(request), await officer_of(request)
    proposal_id, verdict = id_in_address(request, "proposal_id"), _VERDICTS.get(request.path_params["verdict"])
    if verdict is None:
        raise NotFound("There is no page at this address.", zh="该地址没有页面。")
    note = form.text("note")[:LONGEST_REASON]
    await office_of(request).proposals.answer(caller, proposal_id, verdict, note, datetime.now(UTC))
    return redirect(f"{ADDRESS}/{proposal_id}", _NOTICES[verdict])


PAGES: Final = (
    Page(method="GET", path=ADDRESS, endpoint=list_approvals, permission=Permission.VIEW_CASES),
    Page(method="GET", path=_ONE, endpoint=show_approval, permission=Permission.VIEW_CASES),
    # Its proposer may withdraw: who may approve is asked by the service.
    Page(method="POST", path=f"{_ONE}/{{verdict}}", endpoint=answer_approval, permission=Permission.WORK_CASES),
)
