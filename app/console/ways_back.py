"""Where a reader goes on from an error: the page that the form stood on, not the beginning."""

from collections.abc import Iterable
from typing import Final

from starlette.requests import Request
from starlette.routing import compile_path

from app.console.forms import below_console, typed_in
from app.console.pages import PREFIX

_CASES: Final = f"{PREFIX}/cases/"


def way_back(request: Request) -> str:
    """The address of the page to go back to; empty where only the first page is left.

    A form may say where it stood. Else it is the nearest page above the address (`/console/cases/ID` for what is done
    to a case), or for a form the page of the same address.
    """
    form = typed_in(request)
    if form is not None and form.text("back"):
        return below_console(form.text("back"))
    path: str = request.scope["path"].rstrip("/")
    above = [path.rsplit("/", count)[0] for count in range(1, path.count("/") - 1)]
    served: Iterable[str] = request.app.state.console_addresses
    patterns = [compile_path(each)[0] for each in served if each != PREFIX]
    candidates = [*above, path] if request.method == "POST" else above
    return next((each for each in candidates if any(pattern.match(each) for pattern in patterns)), "")


def leads_to_case(address: str) -> bool:
    """Whether it is the page of a case."""
    return address.startswith(_CASES)
