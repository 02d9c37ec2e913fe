"""Coming in from the OpenID provider: out, and back.

Both are addresses that are gone to (GET): our policy lets no form lead to another site. State, visit and nonce bind
what comes back to the browser that went.
"""

from datetime import UTC, datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from app.console.cookies import keep_session
from app.console.forms import below_console, redirect, visit_of
from app.console.pages import PREFIX, Page
from app.routers.requests import office_of
from app.services.office.oidc import CameBack

_OUT: Final = f"{PREFIX}/openid"
_BACK: Final = f"{_OUT}/back"


async def go_out(request: Request) -> Response:
    """Send the browser to the provider."""
    office = office_of(request)
    back = office.backing.settings.office.oidc_redirect or f"{request.url.scheme}://{request.url.netloc}{_BACK}"
    next_address = below_console(request.query_params.get("next", ""))
    return redirect(await office.openid.leave(back, next_address, visit_of(request), datetime.now(UTC)))


async def come_back(request: Request) -> Response:
    """The browser is back: a session begins, if the provider vouches for an officer of ours."""
    asked = request.query_params
    back = CameBack(asked.get("code", ""), asked.get("state", ""), visit_of(request), asked.get("iss", ""))
    name, next_address = await office_of(request).openid.come_back(back, datetime.now(UTC))
    response = redirect(below_console(next_address))
    keep_session(request, response, name)
    return response


PAGES: Final = (
    Page(method="GET", path=_OUT, endpoint=go_out, permission=None),
    Page(method="GET", path=_BACK, endpoint=come_back, permission=None),
)
