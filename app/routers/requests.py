"""What every endpoint reads of a request besides its own business: caller, language, instant, body.

What belongs here: reading and refusing. What does not: meaning.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from starlette.requests import Request

from app.errors import Forbidden, NotFound, Problem, Unauthenticated
from app.languages import Language, accepted_language
from app.routers.refusals import BodyTooLarge, InvalidParameters, UnsupportedMediaType
from app.schemas.queries import Parameter, read_parameters
from app.schemas.times import instant
from app.services.contract import Doorkeeper, Services
from app.services.filings import Caller
from app.services.office.office import Office
from app.settings import Settings

CLOCK_HEADER: Final = "tongguan-clock"
_LONGEST_KEY: Final = 256
_VERSION_DIGITS: Final = 9
_UTF_8: Final = frozenset({"", "utf-8", "utf8"})


def services_of(request: Request) -> Services:
    """The services that `app.main` wired."""
    services: Services = request.app.state.services
    return services


def doorkeeper_of(request: Request) -> Doorkeeper:
    """Whoever knows callers and their keys in this process: the services, or the office where it stands alone."""
    keeper: Doorkeeper = request.app.state.services or request.app.state.office
    return keeper


def office_of(request: Request) -> Office:
    """The services for officers that `app.main` wired."""
    office: Office = request.app.state.office
    return office


def settings_of(request: Request) -> Settings:
    """The settings that `app.main` was given."""
    settings: Settings = request.app.state.settings
    return settings


def language_of(request: Request) -> Language:
    """The language that the caller reads."""
    return accepted_language(request.headers.get("accept-language"))


async def caller_of(request: Request) -> Caller:
    """Who is calling; Unauthenticated without a key that is known."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    key = key.strip()
    if scheme.lower() != "bearer" or not key:
        raise Unauthenticated("Send your key as: Authorization: Bearer KEY.")
    if len(key) > _LONGEST_KEY or not key.isascii():
        raise Unauthenticated("The key is not known; ask the operator for a new one.")
    return await doorkeeper_of(request).authenticate(key)


async def filer_of(request: Request) -> Caller:
    """A caller that may file documents at all: any party, no officer."""
    caller = await caller_of(request)
    if caller.is_officer:
        raise Forbidden("An officer files no documents; use the key of a party.", zh="关员不报送单证，请用企业密钥。")
    return caller


def instant_of(request: Request) -> datetime:
    """The instant that counts: now, or the test clock's where the settings allow one."""
    given = request.headers.get(CLOCK_HEADER)
    if given is None:
        return datetime.now(UTC)
    if not settings_of(request).service.test_clock:
        raise _clock_refused("not_allowed", "本服务未启用测试时钟", "this service runs without the test clock")
    try:
        return instant(given)
    except ValueError:
        raise _clock_refused(
            "not_an_instant",
            "应为带时区的 ISO 8601 时间",
            "must be an ISO 8601 instant with a zone, such as 2024-06-18T10:00:00+08:00",
        ) from None


def declaration_id_of(request: Request) -> UUID:
    """The id in the address; NotFound for what can be no id."""
    try:
        return UUID(request.path_params["declaration_id"])
    except ValueError:
        raise NotFound("There is no such declaration; an id is the one that the filing was answered with.") from None


def id_in_address(request: Request, name: str, missing: NotFound | None = None) -> UUID:
    """Another id in the address; NotFound, in these words if there are any, for what can be no id."""
    try:
        return UUID(request.path_params[name])
    except ValueError:
        raise missing or NotFound("There is nothing of this id.", zh="没有这个编号。") from None


def version_in_address(request: Request) -> int:
    """The version in the address; NotFound for what can be none."""
    text: str = request.path_params["version"]
    if not (text.isascii() and text.isdigit() and len(text) < _VERSION_DIGITS):
        raise NotFound("There is no such version.", zh="没有该版本。")
    return int(text)


def asked_of(request: Request, known: Mapping[str, Parameter]) -> dict[str, Any]:
    """The parameters of a query; InvalidParameters with every problem."""
    asked, problems = read_parameters(request.scope["query_string"], known)
    if problems:
        raise InvalidParameters(problems)
    return asked


async def json_body_of(request: Request, limit_bytes: int) -> bytes:
    """The body, if it is said to be JSON in UTF-8 and no larger than the limit; it is never read further."""
    _demand_json(request)
    return await body_of(request, limit_bytes)


async def body_of(request: Request, limit_bytes: int) -> bytes:
    """The body; BodyTooLarge as soon as it is known to be larger than the limit."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > limit_bytes:
        raise BodyTooLarge(limit_bytes)
    chunks: list[bytes] = []
    received = 0
    async for chunk in request.stream():
        received += len(chunk)
        if received > limit_bytes:
            raise BodyTooLarge(limit_bytes)
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _demand_json(request: Request) -> None:
    media_type, _, parameters = request.headers.get("content-type", "").partition(";")
    if media_type.strip().lower() != "application/json":
        raise UnsupportedMediaType("Send the body as Content-Type: application/json.")
    if _charset(parameters) not in _UTF_8:
        raise UnsupportedMediaType("JSON is UTF-8; send the body without another charset.")
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise UnsupportedMediaType("Send the body without a Content-Encoding.")


def _charset(parameters: str) -> str:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"').lower()
    return ""


def _clock_refused(code: str, zh: str, en: str) -> InvalidParameters:
    return InvalidParameters((Problem(pointer="/Tongguan-Clock", code=code, zh=zh, en=en),))
