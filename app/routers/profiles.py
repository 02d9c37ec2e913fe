"""The addresses of risk profiles, and what the OpenAPI document says of them."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from app.domain.duties import Permission, demand
from app.domain.period import read_day, shanghai_day
from app.errors import Malformed
from app.routers.acted_once import acted_on_once, acted_once, acted_plainly_once
from app.routers.answering import respond
from app.routers.operations import WITH_BODY, WITH_KEY, Documented, Endpoint, Operation
from app.routers.requests import (
    asked_of,
    caller_of,
    instant_of,
    json_body_of,
    language_of,
    office_of,
    settings_of,
    version_in_address,
)
from app.schemas import profile_examples as examples
from app.schemas import profiles as shown
from app.schemas.lossless import parse
from app.schemas.queries import Parameter, query_day
from app.services.filings import Caller
from app.services.office.profiles.reading import STATISTICS_DAYS, differences

Stepped = Callable[..., Awaitable[Any]]


async def list_profiles(request: Request) -> Response:
    """Every profile with how it stands."""
    found = await office_of(request).profiles.reading.all(await caller_of(request), instant_of(request))
    return respond(shown.ProfilesAnswer(profiles=tuple(map(shown.summary_answer, found))), language_of(request))


async def read_profile(request: Request) -> Response:
    """One profile with versions, history and rehearsals."""
    return respond(await _whole(request, await caller_of(request)), language_of(request))


async def read_profile_statistics(request: Request) -> Response:
    """What it hit, by day."""
    caller, today = await caller_of(request), shanghai_day(instant_of(request))
    asked = asked_of(request, _DAYS)
    last_day = asked.get("last_day", today)
    first_day = asked.get("first_day", last_day - timedelta(days=STATISTICS_DAYS - 1))
    reading = office_of(request).profiles.reading
    figures = await reading.figures(caller, request.path_params["profile_id"], first_day, last_day)
    return respond(shown.statistics_answer(figures), language_of(request))


async def compare_profile_versions(request: Request) -> Response:
    """Where a version differs from the one that it was based on."""
    reading = office_of(request).profiles.reading
    whole = await reading.one(await caller_of(request), request.path_params["profile_id"])
    after = whole.version(version_in_address(request))
    before = whole.version(after.row.based_on) if after.row.based_on else after
    return respond(shown.differences_answer(differences(before.profile, after.profile)), language_of(request))


async def validate_profile(request: Request) -> Response:
    """Every fault of a profile, or how it would be stored."""
    caller, at = await caller_of(request), instant_of(request)
    demand(caller.duties, Permission.EDIT_PROFILES)
    profile = office_of(request).profiles.life.validated(caller, await _raw(request), at)
    answer = shown.ProfileValidAnswer(definition=shown.definition_answer(profile))
    return respond(answer, language_of(request))


async def create_profile(request: Request) -> Response:
    """A new profile as a draft."""
    caller, at = await caller_of(request), instant_of(request)
    demand(caller.duties, Permission.EDIT_PROFILES)

    async def act(raw: Any) -> shown.ProfileDraftedAnswer:
        return _drafted(await office_of(request).profiles.life.create(caller, raw, at))

    return await acted_on_once(request, caller, act, 201)


async def edit_profile(request: Request) -> Response:
    """A new version as a draft."""
    caller, at, profile_id = await caller_of(request), instant_of(request), request.path_params["profile_id"]
    demand(caller.duties, Permission.EDIT_PROFILES)

    async def act(raw: Any) -> shown.ProfileDraftedAnswer:
        based_on = raw.pop("based_on", None) if isinstance(raw, dict) else None
        if not isinstance(based_on, int) or isinstance(based_on, bool):
            raise Malformed("Say by `based_on` which version was edited.", zh="请以 based_on 给出所编辑的版本。")
        return _drafted(await office_of(request).profiles.life.edit(caller, profile_id, based_on, raw, at))

    return await acted_on_once(request, caller, act, 201)


async def rehearse_profile(request: Request) -> Response:
    """Ask for a rehearsal; read the profile for its result."""
    caller, at = await caller_of(request), instant_of(request)
    demand(caller.duties, Permission.EDIT_PROFILES)
    profile_id, version = request.path_params["profile_id"], version_in_address(request)

    async def act(body: shown.ProfileRehearsalBody) -> shown.ProfileAnswer:
        days = (_day(body.first_day), _day(body.last_day))
        await office_of(request).profiles.rehearsals.ask(caller, profile_id, version, days, body.sample, at)
        return await _whole(request, caller)

    return await acted_once(request, caller, shown.ProfileRehearsalBody, act, 202)


async def shadow_profile(request: Request) -> Response:
    """Let a rehearsed version follow live traffic."""
    caller, at, version = await caller_of(request), instant_of(request), version_in_address(request)

    async def act() -> shown.ProfileAnswer:
        await office_of(request).profiles.life.shadow(caller, request.path_params["profile_id"], version, at)
        return await _whole(request, caller)

    return await acted_plainly_once(request, caller, act)


async def propose_profile(request: Request) -> Response:
    """Ask for approval."""
    return await _stepped(request, office_of(request).profiles.life.propose)


async def approve_profile(request: Request) -> Response:
    """What was proposed happens, as another person: a version is in force, or ends."""
    return await _stepped(request, office_of(request).profiles.life.approve)


async def reject_profile(request: Request) -> Response:
    """Say no to what was proposed."""
    return await _stepped(request, office_of(request).profiles.life.reject)


async def retire_profile(request: Request) -> Response:
    """Give up a version, or propose that one in force ends."""
    return await _stepped(request, office_of(request).profiles.life.retire)


async def step_profile_back(request: Request) -> Response:
    """Propose that the version before the one in force counts again."""
    caller, at = await caller_of(request), instant_of(request)

    async def act(body: shown.ProfileNoteBody) -> shown.ProfileAnswer:
        await office_of(request).profiles.life.step_back(caller, request.path_params["profile_id"], body.note, at)
        return await _whole(request, caller)

    return await acted_once(request, caller, shown.ProfileNoteBody, act)


async def _stepped(request: Request, step: Stepped) -> Response:
    caller, at, version = await caller_of(request), instant_of(request), version_in_address(request)

    async def act(body: shown.ProfileNoteBody) -> shown.ProfileAnswer:
        await step(caller, request.path_params["profile_id"], version, body.note, at)
        return await _whole(request, caller)

    return await acted_once(request, caller, shown.ProfileNoteBody, act)


async def _whole(request: Request, caller: Caller) -> shown.ProfileAnswer:
    return shown.profile_answer(
        await office_of(request).profiles.reading.one(caller, request.path_params["profile_id"])
    )


def _drafted(drafted: tuple[str, int]) -> shown.ProfileDraftedAnswer:
    return shown.ProfileDraftedAnswer(profile_id=drafted[0], version=drafted[1])


async def _raw(request: Request) -> Any:
    limits = settings_of(request).api
    return parse(await json_body_of(request, limits.single_body_limit_bytes), limits.json_depth_limit)


def _day(text: str) -> date:
    try:
        return read_day(text)
    except ValueError:
        raise Malformed(f"{text!r} is no day: write YYYY-MM-DD.", zh="日期应为 YYYY-MM-DD。") from None


_DAYS: Final = {
    "first_day": Parameter(query_day, "First acceptance day; by default 30 days before the last", "2026-11-01"),
    "last_day": Parameter(query_day, "Last acceptance day; by default today", "2026-11-22"),
}


def _read(
    path: str, endpoint: Endpoint, summary: str, description: str, shape: Any, example: Any, **more: Any
) -> Operation:
    return Operation(
        method="GET", path=path, endpoint=endpoint, name=endpoint.__name__, summary=summary, description=description,
        tag="profiles", answers={200: Documented(meaning=summary, shape=shape, example=example)},
        problems=(*WITH_KEY, 403, 404, 422), permission=Permission.VIEW_PROFILES, **more,
    )  # fmt: skip


def _act(
    path: str, endpoint: Endpoint, summary: str, description: str, permission: Permission, *,
    answered: tuple[int, Any, Any] = (200, shown.ProfileAnswer, examples.PROFILE_EXAMPLE), **more: Any,
) -> Operation:  # fmt: skip
    status, shape, example = answered
    return Operation(
        method="POST", path=path, endpoint=endpoint, name=endpoint.__name__, summary=summary, description=description,
        tag="profiles", answers={status: Documented(meaning=summary, shape=shape, example=example)},
        problems=(*WITH_KEY, 403, 404, *WITH_BODY), permission=permission, **more,
    )  # fmt: skip


_ALL: Final = "/v1/profiles"
_ONE: Final = _ALL + "/{profile_id}"
_VERSION: Final = _ONE + "/versions/{version}"
_EDIT, _APPROVE = Permission.EDIT_PROFILES, Permission.APPROVE_PROFILES
_NOTE: Final[dict[str, Any]] = {"body": shown.ProfileNoteBody, "body_example": {"note": "agreed"}}
_WRITTEN: Final[dict[str, Any]] = {"body": shown.ProfileBody, "body_example": examples.BODY_EXAMPLE}
_DRAFT: Final = (201, shown.ProfileDraftedAnswer, {"profile_id": "PRF-0001", "version": 1})
OPERATIONS: Final = (
    _read(
        _ALL,
        list_profiles,
        "List risk profiles 风险布控",
        "Every profile with how it stands, and its hits on the last 30 acceptance days.",
        shown.ProfilesAnswer,
        examples.LIST_EXAMPLE,
    ),
    _act(
        _ALL,
        create_profile,
        "Write a risk profile 新建布控",
        "A draft. All faults of the body are told at once; people of lists are kept as blind indexes.",
        _EDIT,
        answered=_DRAFT,
        **_WRITTEN,
    ),
    _act(
        f"{_ALL}/validate",
        validate_profile,
        "Check a risk profile 校验布控",
        "All faults at once, or the profile as it would be stored. Stores nothing.",
        _EDIT,
        answered=(200, shown.ProfileValidAnswer, {"definition": examples.BODY_EXAMPLE}),
        **_WRITTEN,
    ),
    _read(
        _ONE,
        read_profile,
        "Read a risk profile 查看布控",
        "Its versions, history and rehearsals.",
        shown.ProfileAnswer,
        examples.PROFILE_EXAMPLE,
    ),
    _read(
        f"{_ONE}/statistics",
        read_profile_statistics,
        "Hits of a risk profile 布控命中统计",
        "By version and acceptance day, with what became of the parcels; and what a shadow would have hit.",
        shown.ProfileStatisticsAnswer,
        examples.STATISTICS_EXAMPLE,
        query=_DAYS,
    ),
    _act(
        f"{_ONE}/versions",
        edit_profile,
        "Edit a risk profile 编辑布控",
        "A new version as a draft; it replaces the older one when it is approved.",
        _EDIT,
        body=shown.ProfileEditBody,
        body_example=examples.EDIT_EXAMPLE,
        answered=_DRAFT,
    ),
    _read(
        f"{_VERSION}/differences",
        compare_profile_versions,
        "Differences of a version 版本差异",
        "Where a version differs from the one it was based on.",
        shown.ProfileDifferencesAnswer,
        examples.DIFFERENCES_EXAMPLE,
    ),
    _act(
        f"{_VERSION}/rehearse",
        rehearse_profile,
        "Rehearse 试算",
        "Over stored declarations received in a range of days; the result stands in the profile when it is done.",
        _EDIT,
        body=shown.ProfileRehearsalBody,
        body_example={"first_day": "2026-11-01", "last_day": "2026-11-22", "sample": 2000},
        answered=(202, shown.ProfileAnswer, examples.PROFILE_EXAMPLE),
    ),
    _act(
        f"{_VERSION}/shadow",
        shadow_profile,
        "Shadow 影子运行",
        "Asked about live traffic from now on, decides nothing. Needs no body.",
        _EDIT,
    ),
    _act(
        f"{_VERSION}/propose", propose_profile, "Propose 提交批准", "Asks another officer to approve.", _EDIT, **_NOTE
    ),
    _act(
        f"{_VERSION}/approve",
        approve_profile,
        "Approve 批准",
        "In force on its days, for every parcel assessed from now on; or ended, where that was proposed. Not by who "
        "wrote the version or proposed it: 403.",
        _APPROVE,
        **_NOTE,
    ),
    _act(
        f"{_VERSION}/reject",
        reject_profile,
        "Reject 不批准",
        "An edit makes a new version; one whose end was proposed stays in force.",
        _APPROVE,
        **_NOTE,
    ),
    _act(
        f"{_VERSION}/retire",
        retire_profile,
        "Retire 停用",
        "Takes back a version that is not proposed; of one in force it proposes that it ends, and `approve` by another "
        "officer ends it.",
        _APPROVE,
        **_NOTE,
    ),
    _act(
        f"{_ONE}/step-back",
        step_profile_back,
        "Step back 退回上一版",
        "Proposes that the version that the one in force replaced counts again; `approve` of that version by another "
        "officer puts it in force.",
        _EDIT,
        **_NOTE,
    ),
)
