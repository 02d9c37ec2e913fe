"""Coming in from an OpenID provider that this test starts; and everything of its answers that is not believed."""

import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from joserfc.jwk import OctKey, RSAKey

from app.errors import SettingRefused
from app.repositories import officers
from app.services.office.lockout import ALLOWED_OF_AN_ADDRESS, TooManyAttempts
from app.services.office.office import Office
from app.services.office.oidc import CameBack, ProviderRefused
from app.services.office.oidc_visits import LASTS
from app.settings import Settings
from tests.console.conftest import SETTINGS, Browser, SignedIn
from tests.console.people import acts_of
from tests.console.provider import CLIENT, SECRET, Provider, asked_of, running

Browse = Callable[..., Browser]


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    async with running() as started:
        yield started


@pytest.fixture
async def console_settings(provider: Provider, tmp_path: Path) -> Settings:
    (tmp_path / "secret").write_text(SECRET + "\n")
    return Settings.from_environment(
        SETTINGS
        | {
            "TONGGUAN_OIDC_ISSUER": provider.issuer,
            "TONGGUAN_OIDC_CLIENT_ID": CLIENT,
            "TONGGUAN_OIDC_CLIENT_SECRET_FILE": str(tmp_path / "secret"),
        }
    )


@pytest.fixture
async def linked(office: Office, sign_in_as: SignedIn) -> None:
    """Officer O1 is u-4711 at the provider."""
    await sign_in_as("O1", "examiner")
    async with office.backing.pool.acquire() as connection:
        assert await officers.set_subject(connection, "O1", "u-4711")


async def gone_out(browser: Browser, next_address: str = "") -> str:
    """To the provider, which sends back to this address."""
    await browser.get("/console/sign-in")
    out = await browser.get("/console/openid", params={"next": next_address})
    assert out.status_code == 303
    async with httpx.AsyncClient() as client:
        back = (await client.get(out.headers["location"])).headers["location"]
    assert urlsplit(back).path == "/console/openid/back"
    return back


def came_back(browser: Browser, back: str) -> CameBack:
    """What the browser brings back, as the service is told."""
    asked = asked_of(back)
    return CameBack(asked["code"], asked["state"], browser.client.cookies["tongguan_openid"])


async def test_whom_the_provider_vouches_for_is_in(office: Office, browse: Browse, linked: None) -> None:
    browser = browse()
    assert "/console/openid?next=" in (await browser.get("/console/sign-in?next=/console/account")).text
    answer = await browser.get(await gone_out(browser, "/console/account"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/account")
    page = await browser.get("/console/account")
    assert "Officer O1" in page.text
    assert "Present password" not in page.text
    async with office.backing.pool.acquire() as connection:
        told = await acts_of(connection)
    assert any("officer.sign_in" in act and "openid" in act for act in told)


async def test_a_stranger_at_the_provider_is_nobody_here(
    office: Office, browse: Browse, linked: None, provider: Provider
) -> None:
    provider.subject = "u-1"
    browser = browse()
    answer = await browser.get(await gone_out(browser))
    assert (answer.status_code, "linked to an officer" in answer.text) == (403, True)
    assert (await browser.get("/console")).status_code == 303
    async with office.backing.pool.acquire() as connection:
        assert await connection.fetchval("SELECT count(*) FROM officers") == 1


async def test_a_locked_officer_stays_out(office: Office, browse: Browse, linked: None) -> None:
    async with office.backing.pool.acquire() as connection:
        await connection.execute("UPDATE officers SET state = 3")
    browser = browse()
    assert (await browser.get(await gone_out(browser))).status_code == 403


SPOILT: dict[str, dict[str, Any]] = {
    "another nonce": {"nonce": "stolen"},
    "no nonce": {"nonce": None},
    "for another client": {"aud": "somebody-else"},
    "for others too without saying who asked": {"aud": [CLIENT, "somebody-else"], "azp": "somebody-else"},
    "by another issuer": {"iss": "https://evil.example"},
    "expired": {"exp": int(time.time()) - 3600},
    "not yet": {"iat": int(time.time()) + 3600, "nbf": int(time.time()) + 3600},
    "without a subject": {"sub": ""},
    "a subject that is no text": {"sub": 4711},
}


@pytest.mark.parametrize("spoilt", SPOILT.values(), ids=SPOILT.keys())
async def test_a_token_that_is_not_ours_now_is_not_believed(
    browse: Browse, linked: None, provider: Provider, spoilt: dict[str, Any]
) -> None:
    provider.spoilt = spoilt
    browser = browse()
    assert (await browser.get(await gone_out(browser))).status_code == 403
    assert (await browser.get("/console")).status_code == 303


async def test_a_token_by_another_key_or_a_shared_secret_is_not_believed(
    browse: Browse, linked: None, provider: Provider
) -> None:
    browser = browse()
    provider.signed_by = RSAKey.generate_key(2048, {"kid": "first"})
    assert (await browser.get(await gone_out(browser))).status_code == 403
    provider.signed_by, provider.algorithm = OctKey.import_key(SECRET * 4), "HS256"  # type: ignore[assignment]
    assert (await browser.get(await gone_out(browser))).status_code == 403


async def test_a_state_is_good_once(browse: Browse, linked: None) -> None:
    browser = browse()
    back = await gone_out(browser)
    assert (await browser.get(back)).status_code == 303
    assert (await browser.get(back)).status_code == 403


async def test_a_state_that_is_kept_all_the_same_is_good_once(office: Office, browse: Browse, linked: None) -> None:
    browser = browse()
    out = (await browser.get("/console/openid")).headers["location"]
    async with httpx.AsyncClient() as client:  # the provider gives a new code each time: it is not what refuses
        first, second = [came_back(browser, (await client.get(out)).headers["location"]) for _ in range(2)]
    await office.openid.come_back(first, datetime.now(UTC))
    with pytest.raises(ProviderRefused):
        await office.openid.come_back(second, datetime.now(UTC))
    async with office.backing.pool.acquire() as connection:
        told = await acts_of(connection)
    assert "'why': 'state'" in told[-1] or '"why":"state"' in told[-1], told


async def test_what_another_issuer_sends_back_is_refused(browse: Browse, linked: None) -> None:
    browser = browse()
    assert (await browser.get(f"{await gone_out(browser)}&iss=https://evil.example")).status_code == 403


async def test_a_provider_that_is_away_is_told_and_nobody_is_in(
    browse: Browse, linked: None, provider: Provider
) -> None:
    browser = browse()
    back = await gone_out(browser)
    provider.away = True
    answer = await browser.get(back)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "does not answer" in answer.text
    assert (await browser.get("/console")).status_code == 303


async def test_a_state_is_good_in_the_browser_that_began_only(browse: Browse, linked: None) -> None:
    back = await gone_out(browse())
    other = browse()
    await other.get("/console/sign-in")
    assert (await other.get(back)).status_code == 403


async def test_an_unknown_or_late_state_is_refused(office: Office, browse: Browse, linked: None) -> None:
    browser = browse()
    assert (await browser.get("/console/openid/back?code=x&state=y")).status_code == 403
    assert (await browser.get("/console/openid/back?error=access_denied")).status_code == 403
    late = came_back(browser, await gone_out(browser))
    with pytest.raises(ProviderRefused):
        await office.openid.come_back(late, datetime.now(UTC) + LASTS)


async def test_whoever_only_knocks_leaves_nothing_behind(office: Office, browse: Browse) -> None:
    async def rows() -> int:
        async with office.backing.pool.acquire() as connection:
            return int(
                await connection.fetchval(
                    "SELECT (SELECT count(*) FROM openid_states) + (SELECT count(*) FROM events) "
                    "+ (SELECT count(*) FROM sign_in_failures)"
                )
            )

    before, browser = await rows(), browse()
    for _ in range(3):
        assert (await browser.get("/console/openid")).status_code == 303
        assert (await browse().get("/console/openid/back?code=x&state=y")).status_code == 403
    assert await rows() == before


async def test_answers_that_the_provider_does_not_know_close_the_address(office: Office, browse: Browse) -> None:
    browser = browse()
    await browser.get("/console/openid")
    state = asked_of((await browser.get("/console/openid")).headers["location"])["state"]
    back = CameBack(code="guessed", state=state, kept=browser.client.cookies["tongguan_openid"], address="203.0.113.9")
    for _ in range(ALLOWED_OF_AN_ADDRESS):
        with pytest.raises(ProviderRefused):
            await office.openid.come_back(back, datetime.now(UTC))
    with pytest.raises(TooManyAttempts):
        await office.openid.come_back(back, datetime.now(UTC))


@pytest.mark.parametrize("kept", ["", "x", "äö", "AAAA", "A" * 400])
async def test_what_we_did_not_seal_is_refused(office: Office, kept: str) -> None:
    with pytest.raises(ProviderRefused):
        await office.openid.come_back(CameBack("code", "state", kept), datetime.now(UTC))


async def test_what_goes_out_has_pkce_state_and_nonce(browse: Browse) -> None:
    browser = browse()
    await browser.get("/console/sign-in")
    first = asked_of((await browser.get("/console/openid")).headers["location"])
    second = asked_of((await browser.get("/console/openid")).headers["location"])
    assert first["redirect_uri"] == "http://127.0.0.1:8000/console/openid/back"
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) >= 43
        assert first[name] != second[name]


async def test_a_new_key_of_the_provider_is_read_when_it_is_needed(
    office: Office, browse: Browse, linked: None, provider: Provider
) -> None:
    browser = browse()
    assert (await browser.get(await gone_out(browser))).status_code == 303
    provider.key = RSAKey.generate_key(2048, {"kid": "first", "use": "sig", "alg": "RS256"})
    read_at, keys = office.openid._keys or (0.0, None)
    office.openid._keys = (read_at - 61, keys)  # type: ignore[assignment]
    other = browse()
    assert (await other.get(await gone_out(other))).status_code == 303


def test_an_issuer_is_https_but_on_this_machine() -> None:
    with pytest.raises(SettingRefused, match="https://"):
        Settings.from_environment({"TONGGUAN_OIDC_ISSUER": "http://login.example"})
