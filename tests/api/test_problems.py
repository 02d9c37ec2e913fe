"""How errors look over HTTP: RFC 9457, one status each, no leak."""

import logging

import httpx
import pytest

from app.errors import (
    Conflict,
    Forbidden,
    Malformed,
    NotFound,
    TongguanError,
    Unauthenticated,
    Unavailable,
)
from app.languages import Language, accepted_language
from app.routers.problems import ADVICE_ZH, TITLES, problem_body, status_of
from app.schemas.faults import SENTENCES, Faults, below
from app.settings import Settings
from tests.api.conftest import client_of
from tests.api.fakes import FakeServices


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Unauthenticated("x"), 401),
        (Forbidden("x"), 403),
        (NotFound("x"), 404),
        (Conflict("x"), 409),
        (Malformed("x"), 422),
        (Unavailable("x", retry_after_seconds=7), 503),
        (TongguanError("x"), 500),
    ],
)
async def test_each_error_has_its_status_and_a_body_of_rfc_9457(
    error: TongguanError, status: int, door: httpx.AsyncClient, services: FakeServices
) -> None:
    services.failure = error
    answer = await door.get("/v1/declarations")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == status
    assert told["code"] == error.code
    assert told["type"] == f"urn:tongguan:problem:{error.code}"
    assert told["title"]
    assert answer.headers.get("retry-after") == ("7" if status == 503 else None)
    assert ("www-authenticate" in answer.headers) == (status == 401)


def test_a_more_special_error_has_the_status_of_its_class() -> None:
    class StolenCart(Conflict):
        code = "stolen_cart"

    body = problem_body(StolenCart("take another"), Language.EN)
    assert (status_of(StolenCart("x")), body["code"], body["title"]) == (409, "stolen_cart", TITLES["conflict"][1])


@pytest.mark.parametrize("header", [None, "Basic eDp5", "Bearer", "Bearer ", "Bearer unknown", "Bearer " + "x" * 300])
async def test_without_a_known_key_nobody_gets_in(
    header: str | None, services: FakeServices, settings: Settings
) -> None:
    async with client_of(services, settings) as door:
        del door.headers["authorization"]
        answer = await door.get("/v1/declarations", headers={} if header is None else {"authorization": header})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert services.calls == []


async def test_an_unexpected_error_tells_nothing_and_is_logged_without_what_was_sent(
    door: httpx.AsyncClient, services: FakeServices, caplog: pytest.LogCaptureFixture
) -> None:
    services.failure = RuntimeError("310104199003070122 was not expected")
    with caplog.at_level(logging.ERROR):
        answer = await door.get("/v1/declarations")
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal_error"
    assert "310104" not in answer.text
    assert "RuntimeError" not in answer.text


async def test_an_unknown_address_and_a_wrong_method_are_problems_too(door: httpx.AsyncClient) -> None:
    missing = await door.get("/v1/nothing")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    wrong = await door.put("/v1/declarations", content=b"{}")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")
    assert wrong.headers["allow"] == "GET, HEAD, POST"
    assert (await door.get("/v1/orders")).headers["allow"] == "POST"
    assert (await door.get("/v1/declarations/")).status_code == 404


async def test_problems_come_in_both_languages(door: httpx.AsyncClient) -> None:
    zh = (await door.post("/v1/orders", content=b"{}")).json()
    en = (await door.post("/v1/orders", content=b"{}", headers={"accept-language": "en"})).json()
    assert (zh["title"], en["title"]) == TITLES["invalid_body"]
    assert zh["errors"][0]["message"] == "缺少必填字段"
    assert en["errors"][0]["message"] == "the field is required"
    assert [error["pointer"] for error in zh["errors"]] == [error["pointer"] for error in en["errors"]]


async def test_an_error_says_its_own_sentence_in_the_language_of_the_reader(
    door: httpx.AsyncClient, services: FakeServices
) -> None:
    services.failure = Conflict("It is released.", zh="已经放行。")
    path = f"/v1/declarations/{services.view.declaration_id}"
    assert (await door.get(path)).json()["detail"] == "已经放行。"
    assert (await door.get(path, headers={"accept-language": "en"})).json()["detail"] == "It is released."


def test_every_title_and_sentence_stands_in_both_languages() -> None:
    for zh, en in [*TITLES.values(), *SENTENCES.values()]:
        assert zh
        assert en.isascii()
        assert any("\u4e00" <= letter <= "\u9fff" for letter in zh)
    assert ADVICE_ZH.keys() <= TITLES.keys()


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, Language.ZH),
        ("", Language.ZH),
        ("en", Language.EN),
        ("EN-us", Language.EN),
        ("zh-TW,en;q=0.9", Language.ZH),
        ("zh;q=0.1,en;q=0.9", Language.EN),
        ("fr", Language.ZH),
        ("en;q=0", Language.ZH),
        ("en;q=nan", Language.ZH),
        ("en;q=x, zh", Language.ZH),
        ("*", Language.ZH),
    ],
)
def test_the_language_is_what_the_reader_prefers(header: str | None, language: Language) -> None:
    assert accepted_language(header) is language


def test_pointers_escape_as_rfc_6901_says() -> None:
    assert below(below("", "a/b"), "c~d") == "/a~1b/c~0d"
    assert below("/items", 0) == "/items/0"
    assert below("", "\ud800") == "/\\ud800"


def test_faults_say_when_there_are_more() -> None:
    faults = Faults()
    for number in range(1000):
        faults.add(f"/{number}", "missing_field")
    assert len(faults.problems) == 201
    assert faults.problems[-1].code == "more_faults"
