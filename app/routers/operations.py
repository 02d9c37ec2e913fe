"""An endpoint together with everything that the OpenAPI document says of it.

Endpoints are plain functions of a request, routed by Starlette: the framework's parameter machinery would parse a body
a second time and halves the rate of the hot ones. What it would have documented is said here instead, once.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Scope

from app.domain.duties import Permission, demand
from app.routers.requests import caller_of
from app.schemas.fields import Body
from app.schemas.queries import Parameter

Endpoint = Callable[[Request], Awaitable[Response]]

# Refusals that any call with a key, or with a body, may meet.
WITH_KEY: Final = (401, 503)
WITH_BODY: Final = (409, 413, 415, 422)


@dataclass(frozen=True, kw_only=True)
class Documented:
    """One successful answer: what it means, its shape, an example."""

    meaning: str
    shape: Any
    example: Any


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One method of one address."""

    method: str
    path: str
    endpoint: Endpoint
    name: str
    summary: str
    description: str
    tag: str
    answers: Mapping[int, Documented]
    problems: tuple[int, ...] = ()
    body: type[Body] | None = None
    body_example: Any = None
    query: Mapping[str, Parameter] = field(default_factory=dict)
    secured: bool = True
    permission: Permission | None = None  # of officers' addresses: what the services ask for; the matrix test reads it


def routes(operations: Iterable[Operation]) -> list[Route]:
    """One route for each address; it knows all of its methods, so that a wrong one is answered with the right ones."""
    by_path: dict[str, dict[str, Endpoint]] = {}
    for operation in operations:
        by_path.setdefault(operation.path, {})[operation.method] = _permitted(operation)
    return [NamedRoute(path, _dispatch(endpoints), methods=[*endpoints]) for path, endpoints in by_path.items()]


class NamedRoute(Route):
    """A route that leaves its address with placeholders in the scope, where the counters of requests look for it."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As Starlette's, and say which route it was."""
        match, child_scope = super().matches(scope)
        if match is not Match.NONE:
            child_scope["route"] = self
        return match, child_scope


def _permitted(operation: Operation) -> Endpoint:
    """The endpoint behind its permission: who may not is told so before anything is read or looked up."""
    permission, endpoint = operation.permission, operation.endpoint
    if permission is None:
        return endpoint

    async def permitted(request: Request) -> Response:
        demand((await caller_of(request)).duties, permission)
        return await endpoint(request)

    return permitted


def _dispatch(endpoints: dict[str, Endpoint]) -> Endpoint:
    if len(endpoints) == 1:
        return next(iter(endpoints.values()))

    async def dispatch(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        return await endpoints[method](request)

    return dispatch
