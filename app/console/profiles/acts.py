"""Moving a version of a risk profile: one form, one call, back to its page."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from app.console.forms import form_of, redirect
from app.console.language import N_
from app.console.profiles.views import ADDRESS
from app.console.sessions import officer_of
from app.domain.period import shanghai_day
from app.domain.profile_states import ProfileState
from app.routers.requests import office_of, version_in_address

Step = Callable[..., Awaitable[ProfileState | None]]
_FOR_ANOTHER = N_("Proposed. Another officer has to approve it.")
_BECAME = {
    ProfileState.IN_FORCE: N_("In force for every parcel assessed from now on."),
    ProfileState.RETIRED: N_("Retired."),
    ProfileState.RETIRE_PROPOSED: _FOR_ANOTHER,
}
_USUAL_SAMPLE = 2000


async def rehearse(request: Request) -> Response:
    """Ask for a rehearsal."""
    officer, form = await officer_of(request), await form_of(request)
    today = shanghai_day(datetime.now(UTC))
    days = (form.day("first_day") or today, form.day("last_day") or today)
    sample = form.number("sample") or _USUAL_SAMPLE
    profile_id, number = request.path_params["profile_id"], version_in_address(request)
    await office_of(request).profiles.rehearsals.ask(officer, profile_id, number, days, sample, datetime.now(UTC))
    return _back(request, N_("The rehearsal is under way; load the page again to see what it found."))


async def shadow(request: Request) -> Response:
    """Begin a shadow."""
    officer, _ = await officer_of(request), await form_of(request)
    life = office_of(request).profiles.life
    await life.shadow(officer, request.path_params["profile_id"], version_in_address(request), datetime.now(UTC))
    return _back(request, N_("The version follows live traffic now and decides nothing."))


async def propose(request: Request) -> Response:
    """Ask for approval."""
    return await _stepped(request, office_of(request).profiles.life.propose, _FOR_ANOTHER)


async def approve(request: Request) -> Response:
    """Put in force, or end."""
    return await _stepped(request, office_of(request).profiles.life.approve)


async def reject(request: Request) -> Response:
    """Say no."""
    return await _stepped(request, office_of(request).profiles.life.reject, N_("Rejected."))


async def retire(request: Request) -> Response:
    """Give up a version, or ask for approval of ending it."""
    return await _stepped(request, office_of(request).profiles.life.retire)


async def step_back(request: Request) -> Response:
    """Ask for approval of going back to the version before."""
    officer, form, profile_id = await officer_of(request), await form_of(request), request.path_params["profile_id"]
    life = office_of(request).profiles.life
    number = await life.step_back(officer, profile_id, form.text("note"), datetime.now(UTC))
    return redirect(f"{ADDRESS}/{profile_id}/versions/{number}", _FOR_ANOTHER)


async def _stepped(request: Request, step: Step, notice: str = "") -> Response:
    officer, form = await officer_of(request), await form_of(request)
    profile_id, number = request.path_params["profile_id"], version_in_address(request)
    became = await step(officer, profile_id, number, form.text("note"), datetime.now(UTC))
    return _back(request, _BECAME[became] if became else notice)


def _back(request: Request, notice: str) -> Response:
    return redirect(f"{ADDRESS}/{request.path_params['profile_id']}/versions/{version_in_address(request)}", notice)
