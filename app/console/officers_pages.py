"""The administrator's pages: who the officers are, what they may do, one-time links."""

import re
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from app.console.forms import Form, form_of, redirect
from app.console.language import N_
from app.console.pages import PREFIX, Page
from app.console.refused import NO_FAULTS, faults_of
from app.console.rendering import render
from app.console.sessions import officer_of
from app.domain.duties import Duty, Permission
from app.errors import Conflict, Forbidden, Malformed, TongguanError
from app.routers.problems import status_of
from app.routers.requests import office_of
from app.services.office.links import ADDRESS as LINK_ADDRESS
from app.services.office.officer_checks import spelled
from app.services.office.officers import NewOfficer

_ADDRESS: Final = f"{PREFIX}/officers"
_ONE: Final = f"{_ADDRESS}/{{officer_code}}"


async def officers_page(request: Request) -> Response:
    """Every officer, and the form to invite another."""
    return await _list(request, {})


async def invite(request: Request) -> Response:
    """Invite an officer; the link is shown once."""
    caller, form = await officer_of(request), await form_of(request)
    new = NewOfficer(
        officer_code=form.text("officer_code"),
        name=form.text("name"),
        login=form.text("login"),
        duties=tuple(form.texts("duties")),
        districts=_districts(form),
    )
    try:
        secret = await office_of(request).officers.invite(caller, new, datetime.now(UTC))
    except (Malformed, Conflict) as refusal:
        return await _list(request, msgspec.structs.asdict(new), refusal)
    return await _link_shown(request, spelled(new.officer_code), secret)


async def officer_page(request: Request) -> Response:
    """One officer."""
    return await _one(request)


async def change(request: Request) -> Response:
    """Other roles and districts."""
    caller, form = await officer_of(request), await form_of(request)
    try:
        await office_of(request).officers.change(
            caller, _code(request), form.text("name"), tuple(form.texts("duties")), _districts(form), datetime.now(UTC)
        )
    except (Malformed, Conflict, Forbidden) as refusal:
        typed = {"name": form.text("name"), "duties": form.texts("duties"), "districts": _districts(form)}
        return await _one(request, typed, refusal)
    return _back(request, N_("Saved."))


async def lock(request: Request) -> Response:
    """Keep an officer out."""
    caller, _ = await officer_of(request), await form_of(request)
    await office_of(request).officers.lock(caller, _code(request), datetime.now(UTC))
    return _back(request, N_("The officer is locked; all sessions have ended."))


async def unlock(request: Request) -> Response:
    """Let an officer in again."""
    caller, _ = await officer_of(request), await form_of(request)
    await office_of(request).officers.unlock(caller, _code(request), datetime.now(UTC))
    return _back(request, N_("The officer is unlocked."))


async def end_sessions(request: Request) -> Response:
    """End every session of an officer."""
    caller, _ = await officer_of(request), await form_of(request)
    await office_of(request).officers.end_sessions(caller, _code(request), datetime.now(UTC))
    return _back(request, N_("All sessions have ended."))


async def reset(request: Request) -> Response:
    """Void password and authenticator; the link for new ones is shown once."""
    caller, _ = await officer_of(request), await form_of(request)
    secret = await office_of(request).officers.reset(caller, _code(request), datetime.now(UTC))
    return await _link_shown(request, _code(request), secret)


async def set_subject(request: Request) -> Response:
    """Say who the officer is at the OpenID provider."""
    caller, form = await officer_of(request), await form_of(request)
    await office_of(request).officers.set_subject(caller, _code(request), form.text("subject"), datetime.now(UTC))
    return _back(request, N_("Saved."))


async def _list(request: Request, typed: dict[str, Any], refusal: TongguanError | None = None) -> Response:
    caller = await officer_of(request)
    context = {
        "officers": await office_of(request).officers.all(caller, datetime.now(UTC)),
        "duties": list(Duty),
        "faults": faults_of(request, refusal) if refusal else NO_FAULTS,
        "typed": {"officer_code": "", "name": "", "login": "", "duties": (), "districts": ()} | typed,
    }
    return await render(request, "officers/list.html", context, status_of(refusal) if refusal else 200)


async def _one(request: Request, typed: dict[str, Any] | None = None, refusal: TongguanError | None = None) -> Response:
    caller = await officer_of(request)
    each = await office_of(request).officers.one(caller, _code(request), datetime.now(UTC))
    context = {
        "each": each,
        "typed": typed or {name: getattr(each.row, name) for name in ("name", "duties", "districts")},
        "duties": list(Duty),
        "faults": faults_of(request, refusal) if refusal else NO_FAULTS,
        "openid": office_of(request).backing.settings.office.oidc_issuer is not None,
    }
    return await render(request, "officers/one.html", context, status_of(refusal) if refusal else 200)


async def _link_shown(request: Request, officer_code: str, secret: str) -> Response:
    address = f"{request.url.scheme}://{request.url.netloc}{LINK_ADDRESS}{secret}"
    return await render(request, "officers/link.html", {"officer_code": officer_code, "address": address})


def _back(request: Request, notice: str) -> Response:
    return redirect(f"{_ADDRESS}/{_code(request)}", notice)


def _code(request: Request) -> str:
    return spelled(request.path_params["officer_code"])


def _districts(form: Form) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"[\s,;，；、]+", form.text("districts")) if part)


def _page(method: str, path: str, endpoint: Any) -> Page:
    return Page(method=method, path=path, endpoint=endpoint, permission=Permission.MANAGE_OFFICERS)


PAGES: Final = (
    _page("GET", _ADDRESS, officers_page),
    _page("POST", _ADDRESS, invite),
    _page("GET", _ONE, officer_page),
    _page("POST", _ONE, change),
    _page("POST", f"{_ONE}/lock", lock),
    _page("POST", f"{_ONE}/unlock", unlock),
    _page("POST", f"{_ONE}/end-sessions", end_sessions),
    _page("POST", f"{_ONE}/reset", reset),
    _page("POST", f"{_ONE}/subject", set_subject),
)
