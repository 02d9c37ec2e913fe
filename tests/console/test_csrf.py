"""A form counts only if it comes from a page of ours, in this session."""

from collections.abc import Callable

import pytest

from app.console.forms import form_of
from tests.console.conftest import ORIGIN, Browser, SignedIn

Browse = Callable[..., Browser]


async def test_a_form_without_the_token_is_refused(sign_in_as: SignedIn) -> None:
    browser = await sign_in_as("O1", "examiner")
    for token in ("", "0" * 64):
        answer = await browser.client.post("/console/sign-out", data={"csrf": token})
        assert (answer.status_code, "out of date" in answer.text) == (403, True)
    assert (await browser.get("/console")).status_code == 200


async def test_the_token_of_another_session_is_refused(sign_in_as: SignedIn, browse: Browse) -> None:
    mine, theirs = await sign_in_as("O1", "examiner"), await sign_in_as("O2", "examiner")
    await mine.get("/console")
    await theirs.get("/console")
    assert mine.token != theirs.token
    mine.token = theirs.token
    assert (await mine.post("/console/sign-out")).status_code == 403
    visitor = browse()
    await visitor.get("/console/sign-in")
    mine.token = visitor.token
    assert (await mine.post("/console/sign-out")).status_code == 403


async def test_the_sign_in_form_has_a_token_of_the_visit(browse: Browse) -> None:
    first, second = browse(), browse()
    await first.get("/console/sign-in")
    await second.get("/console/sign-in")
    second.token = first.token
    fields = {"login": "x", "password": "x", "code": "1"}
    assert (await second.post("/console/sign-in", fields)).status_code == 403
    assert (await first.post("/console/sign-in", fields)).status_code == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, 303),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": ORIGIN}, 303),
        ({"origin": "http://127.0.0.1:9"}, 403),
    ],
)
async def test_where_a_form_comes_from_counts_too(sign_in_as: SignedIn, headers: dict[str, str], status: int) -> None:
    browser = await sign_in_as("O1", "examiner")
    await browser.get("/console")
    assert (await browser.post("/console/sign-out", headers=headers)).status_code == status


async def test_a_form_larger_than_the_limit_or_of_another_kind_is_a_page(sign_in_as: SignedIn) -> None:
    browser = await sign_in_as("O1", "examiner")
    await browser.get("/console")
    assert (await browser.post("/console/sign-out", {"x": "y" * 1_100_000})).status_code == 413
    answer = await browser.client.post("/console/sign-out", json={"csrf": browser.token})
    assert (answer.status_code, "text/html" in answer.headers["content-type"]) == (415, True)


async def test_a_form_with_a_file_is_read() -> None:
    import httpx
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    from app.console.forms import token_of

    async def endpoint(request: Request) -> JSONResponse:
        request.state.new_visit = "visit"
        form = await form_of(request)
        file = form.file("paper")
        assert file is not None
        return JSONResponse([form.text("words"), form.texts("box"), file.name, file.media_type, len(file.content)])

    request = Request({"type": "http", "headers": [], "state": {"new_visit": "visit"}})
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(Starlette(routes=[Route("/", endpoint, methods=["POST"])])), base_url=ORIGIN
    )
    answer = await client.post(
        "/",
        data={"csrf": token_of(request), "words": " 单证 ", "box": ["1", "2"]},
        files={"paper": ("发票.pdf", b"%PDF-" + b"0" * 2_000_000, "application/pdf"), "none": ("", b"")},
    )
    assert answer.json() == ["单证", ["1", "2"], "发票.pdf", "application/pdf", 2_000_005]
