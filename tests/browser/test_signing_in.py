"""Coming in by a one-time link, signing in with a password and a code, being kept out, and going."""

import re

from playwright.async_api import expect

from tests.browser.officers import Officer
from tests.browser.people import People


async def wrongly(officer: Officer, login: str) -> None:
    """One attempt with a wrong code."""
    page = officer.page
    await page.goto("/console/sign-in")
    await page.get_by_label("Login").fill(login)
    await page.get_by_label("Password").fill("a password that is wrong")
    await page.get_by_label("Code").fill("000000")
    await page.get_by_role("button", name="Sign in").click()


async def test_an_officer_comes_in_by_a_link_once_and_signs_in_with_a_code(people: People) -> None:
    async with people.before("ADMIN") as administrator:
        link = await administrator.invite("ZHAO", "赵敏", ("examiner",), "22")
    async with people.stranger() as officer:
        await officer.come_in(link)
        page = officer.page
        await expect(page.get_by_role("link", name="赵敏")).to_be_visible()
        await officer.sign_out()
        await page.goto("/console/queues")
        await expect(page).to_have_url(re.compile("/console/sign-in"))
        await wrongly(officer, officer.login)
        await expect(page.get_by_role("alert")).to_be_visible()
        await officer.sign_in()
        await page.goto("/console/queues")
        await expect(page.get_by_role("heading", name="Queues", level=1)).to_be_visible()
        answer = await page.goto(link)
        assert answer
        assert answer.status in {404, 410}


async def test_guessing_is_stopped_with_a_sentence_that_says_when_to_try_again(people: People) -> None:
    async with people.stranger() as guesser:
        for _ in range(6):
            await wrongly(guesser, "nobody.of.this.name")
        await expect(guesser.page.get_by_role("alert")).to_contain_text("Too many attempts. Try again in")
