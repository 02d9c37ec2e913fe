"""What every page carries, who is sent to sign-in, how errors look."""

from collections.abc import Callable

import pytest

from app.console.assets import address_of
from tests.console.conftest import Browser, SignedIn


async def test_whoever_is_nobody_is_sent_to_sign_in_and_back(browse: Callable[..., Browser]) -> None:
    answer = await browse().get("/console")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/sign-in")


async def test_a_page_is_not_kept_and_runs_nothing_foreign(sign_in_as: SignedIn) -> None:
    answer = await (await sign_in_as("O1", "examiner")).get("/console")
    assert answer.status_code == 200
    assert "Officer O1" in answer.text
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; script-src 'self'")
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "style=" not in answer.text


@pytest.mark.parametrize(
    ("language", "words"), [("en", "There is no page at this address."), ("zh", "该地址没有页面。")]
)
async def test_an_unknown_address_is_a_page_in_the_readers_language(
    sign_in_as: SignedIn, language: str, words: str
) -> None:
    answer = await (await sign_in_as("O1", "examiner", language=language)).get("/console/nothing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert words in answer.text
    assert answer.headers["content-security-policy"]


async def test_a_wrong_method_is_a_page_and_v1_keeps_its_json(browse: Callable[..., Browser]) -> None:
    browser = browse()
    answer = await browser.client.delete("/console")
    assert (answer.status_code, answer.headers["content-type"]) == (405, "text/html; charset=utf-8")
    answer = await browser.client.get("/v1/nothing")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_the_style_sheet_has_a_name_that_changes_with_it(browse: Callable[..., Browser]) -> None:
    browser = browse()
    answer = await browser.client.get(address_of("console.css"))
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    again = await browser.client.get("/console/static/console.css", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content, again.headers["cache-control"]) == (304, b"", "no-cache")
    assert (await browser.client.get("/console/static/other.css")).status_code == 404


async def test_the_language_is_chosen_once(sign_in_as: SignedIn) -> None:
    browser = await sign_in_as("O1", "examiner")
    assert '<html lang="en"' in (await browser.get("/console")).text
    assert '<html lang="zh-CN"' in (await browser.get("/console?lang=zh")).text
    assert '<html lang="zh-CN"' in (await browser.get("/console")).text
