"""`GET /v1/ceb/receipts`: the caller's receipts as {cursor, message, xml}, page by page."""

import pytest

from app.errors import Malformed
from app.services.filings import FeedEntry
from tests.ceb.door import ToldServices, client

ENTRY = FeedEntry(cursor="c1", message="CEB622", xml="<CEB622Message/>")


async def test_receipts_are_a_list_of_cursor_message_and_xml() -> None:
    async with client(ToldServices(entries=[ENTRY])) as door:
        answer = await door.get("/v1/ceb/receipts")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == [{"cursor": "c1", "message": "CEB622", "xml": "<CEB622Message/>"}]


async def test_the_address_answers_head_as_every_other_that_can_be_read() -> None:
    async with client(ToldServices(entries=[ENTRY])) as door:
        answer = await door.head("/v1/ceb/receipts?limit=1")
        unknown = await door.head("/v1/ceb/receipts?limit=0")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert unknown.status_code == 422


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("", (None, 100)),
        ("?after=", (None, 100)),
        ("?after=abc&limit=7", ("abc", 7)),
        ("?limit=1", (None, 1)),
        ("?limit=500", (None, 500)),
    ],
)
async def test_cursor_and_limit_reach_the_services(query: str, asked: tuple[str | None, int]) -> None:
    services = ToldServices()
    async with client(services) as door:
        await door.get("/v1/ceb/receipts" + query)
    assert services.asked == [asked]


@pytest.mark.parametrize(
    "query", ["?limit=0", "?limit=501", "?limit=-1", "?limit=x", "?limit=", "?limit=１", "?after=中", "?afetr=c1"]
)
async def test_bad_parameters_are_a_422_that_names_them(query: str) -> None:
    services = ToldServices()
    async with client(services) as door:
        answer = await door.get("/v1/ceb/receipts" + query)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/" + query[1:].partition("=")[0]
    assert services.asked == []


async def test_a_cursor_that_was_never_given_out_is_a_422() -> None:
    async with client(ToldServices(entries=Malformed("The cursor is not one of ours."))) as door:
        answer = await door.get("/v1/ceb/receipts?after=abc")
    assert answer.status_code == 422


async def test_a_stranger_reads_nothing() -> None:
    async with client(ToldServices()) as door:
        answer = await door.get("/v1/ceb/receipts", headers={"authorization": ""})
    assert answer.status_code == 401
