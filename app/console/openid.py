"""Coming in from the OpenID provider: out, and back.

Both are addresses that are gone to (GET): our policy lets no form lead to another site. What is remembered of a visit
lies sealed in a cookie: it binds what comes back to the browser that went.
"""

from datetime import UTC, datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from app.console.cookies import OPENID, drop, keep, keep_session
from app.console.forms import below_console, redirect
from app.console.pages import PREFIX, Page
from app.console.signing_in import client_of
from app.routers.requests import office_of
from app.services.office.oidc import CameBack
from app.services.office.oidc_visits import LASTS

_OUT: Final = f"{PREFIX}/openid"
_BACK: Final = f"{_OUT}/back"


async def go_out(request: Request) -> Response:
    """Send the browser to the provider."""
    office = office_of(request)
    back = office.backing.settings.office.oidc_redirect or f"{request.url.scheme}://{request.url.netloc}{_BACK}"
    next_address = below_console(request.query_params.get("next", ""))
    sent = await office.openid.leave(back, next_address, datetime.now(UTC))
    response = redirect(sent.address)
    keep(request, response, OPENID, sent.kept, seconds=int(LASTS.total_seconds()))
    return response


async def come_back(request: Request) -> Response:
    """The browser is back: a session begins, if the provider vouches for an officer of ours."""
    asked = request.query_params
    back = CameBack(
        code=asked.get("code", ""),
        state=asked.get("state", ""),
        kept=request.cookies.get(OPENID, ""),
        issuer=asked.get("iss", ""),
        address=client_of(request),
    )
    name, next_address = await office_of(request).openid.come_back(back, datetime.now(UTC))
    response = redirect(below_console(next_address))
    keep_session(request, response, name)
    drop(request, response, OPENID)
    return response


PAGES: Final = (
    Page(method="GET", path=_OUT, endpoint=go_out, permission=None),
    Page(method="GET", path=_BACK, endpoint=come_back, permission=None),
)
