"""The editor of risk profiles: rows of conditions, checked when they are saved, all faults beside their rows."""

from collections.abc import Mapping
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from app.console.forms import form_of, redirect
from app.console.language import N_, language_of
from app.console.profiles import words
from app.console.profiles.editing import Draft, blank, by_place, changed, draft_from, draft_of, raw_of
from app.console.profiles.views import ADDRESS, WORDS, chinese
from app.console.refused import NO_FAULTS, faults_of
from app.console.rendering import render
from app.console.sessions import officer_of
from app.domain.period import shanghai_day
from app.errors import Conflict, Forbidden, Malformed, TongguanError
from app.routers.problems import status_of
from app.routers.requests import office_of, version_in_address

_SAVE = "save"


async def new_form(request: Request) -> Response:
    """An empty editor."""
    officer = await officer_of(request)
    return await _page(request, blank(str(shanghai_day(datetime.now(UTC))), officer.districts), "")


async def create(request: Request) -> Response:
    """Save a new profile as a draft, or give the form back."""
    officer, form = await officer_of(request), await form_of(request)
    draft, wish = draft_from(form), form.text("do", _SAVE)
    if wish != _SAVE:
        return await _page(request, changed(draft, wish), "")
    try:
        life = office_of(request).profiles.life
        profile_id, version = await life.create(officer, raw_of(draft), datetime.now(UTC))
    except (Malformed, Forbidden, Conflict) as refusal:
        return await _page(request, draft, "", refusal)
    return redirect(f"{ADDRESS}/{profile_id}/versions/{version}", N_("The draft is stored. Rehearse it next."))


async def edit_form(request: Request) -> Response:
    """The editor with what a version says."""
    number, profile_id = version_in_address(request), request.path_params["profile_id"]
    whole = await office_of(request).profiles.reading.one(await officer_of(request), profile_id)
    draft = draft_of(whole.version(number).profile)
    if draft is None:
        raise Conflict(
            "The condition of this version has more levels or groups than the page shows; edit it over /v1/profiles.",
            zh="该版本的条件层数或组数超出页面范围，页面无法编辑，请通过 /v1/profiles 接口编辑。",
        )
    return await _page(request, draft, profile_id)


async def edit(request: Request) -> Response:
    """Save a new version as a draft, or give the form back."""
    officer, form, profile_id = await officer_of(request), await form_of(request), request.path_params["profile_id"]
    draft, wish, number = draft_from(form), form.text("do", _SAVE), version_in_address(request)
    if wish != _SAVE:
        return await _page(request, changed(draft, wish), profile_id)
    try:
        life = office_of(request).profiles.life
        _, version = await life.edit(officer, profile_id, number, raw_of(draft), datetime.now(UTC))
    except (Malformed, Forbidden, Conflict) as refusal:
        return await _page(request, draft, profile_id, refusal)
    return redirect(f"{ADDRESS}/{profile_id}/versions/{version}", N_("The draft is stored. Rehearse it next."))


async def _page(request: Request, draft: Draft, profile_id: str, refusal: TongguanError | None = None) -> Response:
    language = language_of(request)
    context = {
        "draft": draft,
        "profile_id": profile_id,
        "errors": _faults(request, refusal) if refusal else NO_FAULTS,
        "fields": words.field_options(language),
        "comparisons": words.comparison_options(language),
    }
    return await render(request, "profiles/editor.html", WORDS | context, status_of(refusal) if refusal else 200)


def _faults(request: Request, refusal: TongguanError) -> Mapping[str, str]:
    """By their places in the form; what belongs to none of them under the empty name."""
    return by_place(refusal.problems, chinese=chinese(request)) or faults_of(request, refusal)
