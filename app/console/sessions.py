"""Who is reading a page."""

from starlette.requests import Request

from app.console.cookies import session_name_of
from app.errors import Unauthenticated
from app.routers.requests import office_of
from app.services.filings import Caller
from app.services.office.sessions import SignedIn


class SignInWanted(Unauthenticated):
    """Nobody is signed in; the page is shown after sign-in."""

    def __init__(self) -> None:
        super().__init__("Sign in first.", zh="请先登录。")


async def officer_of(request: Request) -> Caller:
    """The officer who is signed in; sends to sign-in where nobody is."""
    found = await signed_in(request)
    if found is None:
        raise SignInWanted
    return found.caller


async def signed_in(request: Request) -> SignedIn | None:
    """The session of this request, looked up once."""
    if not hasattr(request.state, "signed_in"):
        name = session_name_of(request)
        found = await office_of(request).sessions.find(name) if name and len(name) < 100 else None  # noqa: PLR2004
        request.state.signed_in = found
        request.state.session_name = name if found else None
    found = request.state.signed_in
    return found if isinstance(found, SignedIn) else None
