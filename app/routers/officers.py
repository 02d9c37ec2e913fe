"""The addresses by which administrators look after officers, and what the OpenAPI document says of them."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from app.domain.duties import Permission
from app.routers.acted_once import AnyBody, acted_once, acted_plainly_once
from app.routers.answering import respond
from app.routers.operations import WITH_BODY, WITH_KEY, Documented, Endpoint, Operation
from app.routers.requests import caller_of, language_of, office_of
from app.schemas import officers as shown
from app.schemas.fields import Body
from app.services.filings import Caller
from app.services.office.officer_checks import spelled
from app.services.office.officers import NewOfficer, Officers

_ADDRESS: Final = "/v1/officers"
_ONE: Final = "/v1/officers/{officer_code}"


async def list_officers(request: Request) -> Response:
    """Every officer."""
    caller = await caller_of(request)
    views = await office_of(request).officers.all(caller, datetime.now(UTC))
    body = shown.OfficersAnswer(officers=tuple(shown.officer_answer(view) for view in views))
    return respond(body, language_of(request))


async def read_officer(request: Request) -> Response:
    """One officer."""
    caller = await caller_of(request)
    view = await office_of(request).officers.one(caller, _code(request), datetime.now(UTC))
    return respond(shown.officer_answer(view), language_of(request))


async def invite_officer(request: Request) -> Response:
    """Invite an officer."""

    async def act(officers: Officers, caller: Caller, body: shown.InviteBody) -> shown.LinkAnswer:
        new = NewOfficer(
            officer_code=body.officer_code,
            name=body.name,
            login=body.login,
            duties=tuple(body.duties),
            districts=tuple(body.districts),
        )
        secret = await officers.invite(caller, new, datetime.now(UTC))
        return shown.link_answer(spelled(body.officer_code), secret)

    return await _with_body(request, shown.InviteBody, act, 201)


async def change_officer(request: Request) -> Response:
    """Other roles, districts or another name."""

    async def act(officers: Officers, caller: Caller, body: shown.ChangeBody) -> shown.OfficerAnswer:
        code, now = _code(request), datetime.now(UTC)
        await officers.change(caller, code, body.name, tuple(body.duties), tuple(body.districts), now)
        return shown.officer_answer(await officers.one(caller, code, now))

    return await _with_body(request, shown.ChangeBody, act)


async def link_officer(request: Request) -> Response:
    """Say who an officer is at the OpenID provider."""

    async def act(officers: Officers, caller: Caller, body: shown.SubjectBody) -> shown.OfficerAnswer:
        code, now = _code(request), datetime.now(UTC)
        await officers.set_subject(caller, code, body.subject, now)
        return shown.officer_answer(await officers.one(caller, code, now))

    return await _with_body(request, shown.SubjectBody, act)


async def lock_officer(request: Request) -> Response:
    """Keep an officer out."""
    return await _on_officer(request, lambda officers, caller, code, now: officers.lock(caller, code, now))


async def unlock_officer(request: Request) -> Response:
    """Let an officer in again."""
    return await _on_officer(request, lambda officers, caller, code, now: officers.unlock(caller, code, now))


async def end_officer_sessions(request: Request) -> Response:
    """End every session of an officer."""
    return await _on_officer(request, lambda officers, caller, code, now: officers.end_sessions(caller, code, now))


async def reset_officer(request: Request) -> Response:
    """Void password and authenticator."""
    caller, code = await caller_of(request), _code(request)

    async def work() -> Any:
        return shown.link_answer(code, await office_of(request).officers.reset(caller, code, datetime.now(UTC)))

    return await acted_plainly_once(request, caller, work, 201)


async def _with_body(
    request: Request,
    shape: type[AnyBody],
    act: Callable[[Officers, Caller, AnyBody], Awaitable[Any]],
    status: int = 200,
) -> Response:
    caller, officers = await caller_of(request), office_of(request).officers
    return await acted_once(request, caller, shape, lambda body: act(officers, caller, body), status)


async def _on_officer(
    request: Request, act: Callable[[Officers, Caller, str, datetime], Awaitable[object]]
) -> Response:
    """An act that needs no body; the answer is the officer as it stands then."""
    caller, code = await caller_of(request), _code(request)

    async def work() -> Any:
        officers, now = office_of(request).officers, datetime.now(UTC)
        await act(officers, caller, code, now)
        return shown.officer_answer(await officers.one(caller, code, now))

    return await acted_plainly_once(request, caller, work)


def _code(request: Request) -> str:
    return spelled(request.path_params["officer_code"])


def _operation(
    method: str,
    path: str,
    endpoint: Endpoint,
    summary: str,
    description: str,
    answered: tuple[int, Any, Any] = (200, shown.OfficerAnswer, shown.OFFICER_EXAMPLE),
    body: tuple[type[Body], Any] | None = None,
) -> Operation:
    status, shape, example = answered
    name: str = endpoint.__name__
    problems = (*WITH_KEY, 403, *((404,) if "{" in path else ()), *(WITH_BODY if method == "POST" else ()))
    return Operation(
        method=method, path=path, endpoint=endpoint, name=name, summary=summary, description=description,
        tag="officers", answers={status: Documented(meaning=summary, shape=shape, example=example)},
        body=body[0] if body else None, body_example=body[1] if body else None,
        problems=problems, permission=Permission.MANAGE_OFFICERS,
    )  # fmt: skip


_INVITE_EXAMPLE: Final = {
    "officer_code": "OFFICER7",
    "name": "李雷",
    "login": "lilei",
    "duties": ["examiner"],
    "districts": ["2244", "51"],
}
_CHANGE_EXAMPLE: Final = {"name": "李雷", "duties": ["examiner", "supervisor"], "districts": ["22"]}
_LINK: Final = (201, shown.LinkAnswer, shown.LINK_EXAMPLE)
OPERATIONS: Final = (
    _operation(
        "GET", _ADDRESS, list_officers, "List officers 关员列表",
        "Every officer with roles, districts, state and open sessions. For administrators.",
        (200, shown.OfficersAnswer, {"officers": [shown.OFFICER_EXAMPLE]}),
    ),
    _operation(
        "POST", _ADDRESS, invite_officer, "Invite an officer 邀请关员",
        "The answer has a one-time link by which the officer alone sets password and authenticator; it is told once.",
        _LINK, (shown.InviteBody, _INVITE_EXAMPLE),
    ),
    _operation("GET", _ONE, read_officer, "Read an officer 查看关员", "One officer. For administrators."),
    _operation(
        "POST", _ONE, change_officer, "Change roles and districts 修改角色和关区",
        "Counts from the officer's next request on. Nobody gives more to themselves; the last administrator stays.",
        body=(shown.ChangeBody, _CHANGE_EXAMPLE),
    ),
    _operation(
        "POST", f"{_ONE}/lock", lock_officer, "Lock an officer 锁定关员",
        "Sessions end, keys and links of the officer are refused.",
    ),
    _operation(
        "POST", f"{_ONE}/unlock", unlock_officer, "Unlock an officer 解锁关员",
        "Lets the officer in again and forgives failures to sign in.",
    ),
    _operation(
        "POST", f"{_ONE}/end-sessions", end_officer_sessions, "End an officer's sessions 结束会话",
        "Every session of the officer ends; signing in again is possible.",
    ),
    _operation(
        "POST", f"{_ONE}/reset", reset_officer, "Void password and authenticator 重置登录",
        "For an officer who lost them; the answer has a one-time link to set new ones. Not for oneself.", _LINK,
    ),
    _operation(
        "POST", f"{_ONE}/subject", link_officer, "Link to the OpenID provider 关联统一身份认证",
        "Says by which subject (the claim sub) the officer comes in from the OpenID provider; empty for none.",
        body=(shown.SubjectBody, {"subject": "u-4711"}),
    ),
)  # fmt: skip
