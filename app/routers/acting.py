"""Acting on a declaration over JSON: the declarant withdraws, an officer decides."""

from starlette.requests import Request
from starlette.responses import Response

from app.errors import Forbidden
from app.routers.answering import answer
from app.routers.idempotency import answered_once
from app.routers.requests import (
    caller_of,
    declaration_id_of,
    filer_of,
    instant_of,
    json_body_of,
    language_of,
    services_of,
    settings_of,
)
from app.schemas.acts import CancelBody, DecisionBody, told_reason
from app.schemas.answers import declaration_answer
from app.schemas.reading import read_body
from app.services.filings import OfficerAction
from app.services.idempotency_contract import StoredAnswer


async def cancel_declaration(request: Request) -> Response:
    """Withdraw a declaration that is not released yet."""
    caller, declaration_id = await filer_of(request), declaration_id_of(request)
    at, language, limits = instant_of(request), language_of(request), settings_of(request).api
    content = await json_body_of(request, limits.single_body_limit_bytes)

    async def work() -> StoredAnswer:
        body = read_body(content, CancelBody, limits.json_depth_limit)
        view = await services_of(request).cancel(caller, declaration_id, told_reason(body), at)
        return answer(200, declaration_answer(view, caller, language), language)

    return await answered_once(request, caller, content, work)


async def decide_declaration(request: Request) -> Response:
    """An officer releases, refuses or inspects a held parcel."""
    caller, declaration_id = await caller_of(request), declaration_id_of(request)
    if not caller.is_officer:
        raise Forbidden("Only a customs officer decides on a held parcel.", zh="只有海关关员可以处理待审清单。")
    at, language, limits = instant_of(request), language_of(request), settings_of(request).api
    content = await json_body_of(request, limits.single_body_limit_bytes)

    async def work() -> StoredAnswer:
        body = read_body(content, DecisionBody, limits.json_depth_limit)
        action, reason = OfficerAction(body.action), told_reason(body)
        view = await services_of(request).decide(caller, declaration_id, action, reason, at)
        return answer(200, declaration_answer(view, caller, language), language)

    return await answered_once(request, caller, content, work)
