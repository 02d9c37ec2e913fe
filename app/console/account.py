"""The officer's own page: roles and districts, another password, new recovery codes."""

from datetime import UTC, datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from app.console.forms import Form, form_of, redirect
from app.console.language import N_
from app.console.pages import PREFIX, Page
from app.console.rendering import render
from app.console.sessions import SignInWanted, signed_in
from app.console.signing_in import client_of, sentences
from app.errors import Malformed
from app.routers.requests import office_of
from app.services.office.lockout import TooManyAttempts
from app.services.office.sessions import SignedIn
from app.services.office.signing_in import Attempt

_ADDRESS: Final = f"{PREFIX}/account"
_FAULTY: Final = 422


async def account(request: Request) -> Response:
    """The officer's own page."""
    return await _page(request, await _demand_signed_in(request))


async def change_password(request: Request) -> Response:
    """Another password; every other session ends."""
    found = await _demand_signed_in(request)
    form = await form_of(request)
    new = (form.raw("password"), form.raw("repeated"))
    try:
        await office_of(request).signing_in.change_password(found, _typed(request, form), new, datetime.now(UTC))
    except (Malformed, TooManyAttempts) as refused:
        return await _page(request, found, sentences(request, refused))
    return redirect(_ADDRESS, N_("Your password is changed; your other sessions have ended."))


async def new_recovery_codes(request: Request) -> Response:
    """New recovery codes, shown once."""
    found = await _demand_signed_in(request)
    form = await form_of(request)
    try:
        codes = await office_of(request).signing_in.recovery_codes(found, _typed(request, form), datetime.now(UTC))
    except (Malformed, TooManyAttempts) as refused:
        return await _page(request, found, sentences(request, refused))
    return await render(request, "signing_in/recovery.html", {"codes": codes, "first": False})


async def _page(request: Request, found: SignedIn, faults: list[str] | None = None) -> Response:
    context = {"faults": faults or [], "by_password": found.door == "password"}
    return await render(request, "signing_in/account.html", context, _FAULTY if faults else 200)


async def _demand_signed_in(request: Request) -> SignedIn:
    found = await signed_in(request)
    if found is None:
        raise SignInWanted
    return found


def _typed(request: Request, form: Form) -> Attempt:
    return Attempt("", form.raw("present"), form.text("code"), client_of(request))


PAGES: Final = (
    Page(method="GET", path=_ADDRESS, endpoint=account, permission=None),
    Page(method="POST", path=f"{_ADDRESS}/password", endpoint=change_password, permission=None),
    Page(method="POST", path=f"{_ADDRESS}/recovery-codes", endpoint=new_recovery_codes, permission=None),
)
