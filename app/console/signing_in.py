"""The pages of coming in and going: sign-in, one-time links, sign-out."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

import segno
from starlette.requests import Request
from starlette.responses import Response

from app.console.cookies import forget_session, keep_session
from app.console.forms import below_console, form_of, redirect
from app.console.language import N_, language_of
from app.console.pages import PREFIX, Page
from app.console.refused import NO_FAULTS, faults_of
from app.console.rendering import render
from app.console.sessions import signed_in
from app.errors import Conflict, Malformed, TongguanError
from app.languages import Language
from app.routers.requests import office_of
from app.services.office.codes import address_of
from app.services.office.enrolling import Choice, Enrolment, Newcomer
from app.services.office.lockout import TooManyAttempts
from app.services.office.signing_in import Attempt, SignInRefused

_TOO_MANY: Final = 429
_REFUSED: Final = 401
_FAULTY: Final = 422


async def sign_in_page(request: Request) -> Response:
    """The form to sign in."""
    if await signed_in(request) is not None:
        return redirect(below_console(request.query_params.get("next", "")))
    return await _sign_in_form(request, next_address=request.query_params.get("next", ""))


async def sign_in(request: Request) -> Response:
    """Sign in by password and code."""
    form = await form_of(request)
    attempt = Attempt(form.text("login"), form.raw("password"), form.text("code"), client_of(request))
    try:
        name = await office_of(request).signing_in.by_password(attempt, datetime.now(UTC))
    except (SignInRefused, TooManyAttempts) as refused:
        status = _TOO_MANY if isinstance(refused, TooManyAttempts) else _REFUSED
        told = sentence(request, refused)
        return await _sign_in_form(request, status, told, form.text("login"), form.text("next"))
    response = redirect(below_console(form.text("next")))
    keep_session(request, response, name)
    return response


async def sign_out(request: Request) -> Response:
    """End the session."""
    found = await signed_in(request)
    await form_of(request)
    if found is not None:
        await office_of(request).signing_in.sign_out(found, datetime.now(UTC))
    response = redirect(f"{PREFIX}/sign-in", N_("You are signed out."))
    forget_session(request, response)
    return response


async def link_page(request: Request) -> Response:
    """What a one-time link is for, and the form for password and authenticator."""
    enrolment = await office_of(request).enrolling.look(_secret_of(request), datetime.now(UTC))
    return await _link_form(request, enrolment, Newcomer("", "", ""))


async def use_link(request: Request) -> Response:
    """Set password and authenticator; the recovery codes are shown once."""
    await signed_in(request)  # the page's token is of the session of whoever is signed in here, or of the visit
    form = await form_of(request)
    office, secret, now = office_of(request), _secret_of(request), datetime.now(UTC)
    enrolment = await office.enrolling.look(secret, now)
    newcomer = Newcomer(form.text("officer_code"), form.text("name"), form.text("login"))
    choice = Choice(form.raw("password"), form.raw("repeated"), form.text("code"))
    try:
        enrolled = await office.enrolling.finish(secret, None if enrolment.officer else newcomer, choice, now)
    except (Malformed, Conflict) as refused:
        return await _link_form(request, enrolment, newcomer, faults_of(request, refused))
    # Whoever was signed in in this browser is no longer: the page is shown as nobody's, the cookie is the newcomer's.
    request.state.signed_in, request.state.session_name = None, None
    response = await render(request, "signing_in/recovery.html", {"codes": enrolled.recovery_codes, "first": True})
    keep_session(request, response, enrolled.session)
    return response


def client_of(request: Request) -> str:
    """The address that a request came from."""
    return request.client.host if request.client else ""


def sentence(request: Request, error: TongguanError) -> str:
    """What an error says, in the reader's language."""
    return error.zh if error.zh and language_of(request) is Language.ZH else str(error)


def sentences(request: Request, error: TongguanError) -> list[str]:
    """Every fault of an error, in the reader's language."""
    chinese = language_of(request) is Language.ZH
    return [problem.zh if chinese else problem.en for problem in error.problems] or [sentence(request, error)]


async def _sign_in_form(
    request: Request, status: int = 200, refusal: str = "", login: str = "", next_address: str = ""
) -> Response:
    context = {
        "refusal": refusal,
        "login": login,
        "next_address": next_address,
        "openid": office_of(request).backing.settings.office.oidc_issuer is not None,
    }
    return await render(request, "signing_in/sign_in.html", context, status)


async def _link_form(
    request: Request, enrolment: Enrolment, newcomer: Newcomer, faults: Mapping[str, str] = NO_FAULTS
) -> Response:
    login = enrolment.officer.login if enrolment.officer else "administrator"
    context = {
        "enrolment": enrolment,
        "newcomer": newcomer,
        "faults": faults,
        "secret_groups": [enrolment.secret[at : at + 4] for at in range(0, len(enrolment.secret), 4)],
        "qr": qr_of(address_of(enrolment.secret, login)),
    }
    return await render(request, "signing_in/link.html", context, _FAULTY if faults else 200)


def qr_of(text: str) -> str:
    """A QR code as the address of a picture."""
    return str(segno.make(text, error="m").svg_data_uri(scale=4, border=2, dark="#000", light="#fff"))


def _secret_of(request: Request) -> str:
    secret: str = request.path_params["secret"]
    return secret


PAGES: Final = (
    Page(method="GET", path=f"{PREFIX}/sign-in", endpoint=sign_in_page, permission=None),
    Page(method="POST", path=f"{PREFIX}/sign-in", endpoint=sign_in, permission=None),
    Page(method="POST", path=f"{PREFIX}/sign-out", endpoint=sign_out, permission=None),
    Page(method="GET", path=f"{PREFIX}/link/{{secret}}", endpoint=link_page, permission=None),
    Page(method="POST", path=f"{PREFIX}/link/{{secret}}", endpoint=use_link, permission=None),
)
