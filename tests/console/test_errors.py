"""What a page says when something fails: what to do next, and nothing of what failed."""

import asyncpg
import pytest

from app.services.office.office import Office
from tests.conftest import FreshDatabase
from tests.console.conftest import Browser, SignedIn


async def test_a_page_that_breaks_says_what_to_do_and_nothing_of_why(
    registered: FreshDatabase, examiner: Browser
) -> None:
    owner = await asyncpg.connect(registered.owner_url)
    await owner.execute("ALTER TABLE snoozes DROP COLUMN reason")
    await owner.close()
    page = await examiner.get("/console/snoozes")
    assert page.status_code == 500
    assert "Something went wrong" in page.text
    assert "column" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


@pytest.mark.parametrize(("language", "told"), [("en", "Temporarily unavailable"), ("zh", "暂时不可用")])
async def test_without_a_database_a_page_is_still_a_page(
    office: Office, sign_in_as: SignedIn, language: str, told: str
) -> None:
    officer = await sign_in_as("E1", "examiner", language=language)
    await office.backing.pool.close()
    page = await officer.get("/console/queues")
    assert (page.status_code, page.headers["retry-after"]) == (503, "2")
    assert told in page.text
    assert "Officer E1" not in page.text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"first_day": "yesterday"}, "must be a day such as 2024-06-18"),
        ({"sample": "many"}, "must be a whole number"),
    ],
)
async def test_a_field_that_cannot_be_read_is_named(sign_in_as: SignedIn, fields: dict[str, str], told: str) -> None:
    analyst = await sign_in_as("A1", "analyst")
    await analyst.get("/console/profiles")
    page = await analyst.post("/console/profiles/PRF-0001/versions/1/rehearse", fields)
    assert page.status_code == 422
    assert told in page.text


async def test_a_form_in_pieces_that_do_not_fit_is_refused(examiner: Browser) -> None:
    await examiner.get("/console")
    page = await examiner.client.post(
        "/console/snoozes", content=b"no pieces", headers={"content-type": "multipart/form-data; boundary=x"}
    )
    assert page.status_code == 422
    assert "The form cannot be read" in page.text
