"""The pages of verifiable inspection, and what everybody may read of it."""

from datetime import UTC, datetime, timedelta

from app.domain.period import shanghai_day
from app.services.office.office import Office
from tests.console.conftest import SignedIn


async def test_commitments_are_shown_and_are_public(office: Office, sign_in_as: SignedIn) -> None:
    now = datetime.now(UTC)
    await office.sampling.publish(now - timedelta(days=10))
    await office.sampling.publish(now)
    browser = await sign_in_as("E1", "examiner")
    page = await browser.get("/console/sampling")
    assert page.status_code == 200, page.text
    assert "fits the commitment" in page.text
    assert "secret, not before" in page.text
    today = shanghai_day(now)
    answer = await browser.client.get("/v1/sampling/commitments")
    days = {each["day"]: each for each in answer.json()["days"]}
    assert days[str(today)]["secret"] is None
    old = await browser.client.get(f"/v1/sampling/secrets/{today - timedelta(days=10)}")
    assert len(old.json()["secret"]) == 64
    assert (await browser.client.get("/v1/sampling/secrets/2001-01-01")).status_code == 404
    assert (await browser.client.get("/v1/sampling/secrets/never")).status_code == 404
    for beyond in ("0001-01-01", "9999-12-31"):
        assert (await browser.client.get(f"/v1/sampling/secrets/{beyond}")).status_code == 404
        assert (await browser.client.get(f"/v1/sampling/commitments?last_day={beyond}")).status_code == 422
        assert (await browser.get(f"/console/sampling/days/{beyond}.csv")).status_code == 404
    listed = await browser.get(f"/console/sampling/days/{today - timedelta(days=10)}.csv")
    assert listed.text.startswith(f"# day {today - timedelta(days=10)}")


async def test_no_list_is_given_out_before_the_secret_of_its_day(office: Office, sign_in_as: SignedIn) -> None:
    now = datetime.now(UTC)
    await office.sampling.publish(now - timedelta(days=10))
    await office.sampling.publish(now)
    browser, today = await sign_in_as("E1", "examiner"), shanghai_day(now)
    page = (await browser.get("/console/sampling")).text
    for days_ago, offered in ((0, False), (1, False), (10, True)):
        address = f"/console/sampling/days/{today - timedelta(days=days_ago)}.csv"
        assert (address in page) is offered
        assert (await browser.get(address)).status_code == (200 if offered else 409)


async def test_a_declaration_that_is_none_is_told_so(office: Office, sign_in_as: SignedIn) -> None:
    browser = await sign_in_as("E1", "examiner")
    assert (await browser.get("/console/sampling/declaration?declaration=x")).status_code == 404
    unknown = "/console/sampling/declaration?declaration=0f1e2d3c-4b5a-8978-8695-a4b3c2d1e0f9"
    assert (await browser.get(unknown)).status_code == 404
    administrator = await sign_in_as("M1", "administrator")
    assert (await administrator.get("/console/sampling")).status_code == 403


async def test_the_page_is_in_chinese_too(office: Office, sign_in_as: SignedIn) -> None:
    browser = await sign_in_as("E1", "examiner", language="zh")
    page = await browser.get("/console/sampling")
    assert "随机布控" in page.text
    assert "Verify it yourself" not in page.text
