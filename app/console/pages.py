"""A page of the console: one method of one address, with the permission that it asks for.

Each part of the console has a module with its `PAGES`; they are listed once, in `app.console.routes`. The matrix test
reads the same list.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from app.domain.duties import Permission

Endpoint = Callable[[Request], Awaitable[Response]]
PREFIX: Final = "/console"


@dataclass(frozen=True, kw_only=True)
class Page:
    """One method of one address below /console. Without `permission` it is for everybody, signed in or not."""

    method: str
    path: str
    endpoint: Endpoint
    permission: Permission | None
