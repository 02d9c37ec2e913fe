"""Officers before a real browser: they come in by a one-time link, sign in with password and code, and work."""

import re
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Self

import pyotp
from playwright.async_api import Browser, BrowserContext, Page, expect

WIDE: Final = {"width": 1366, "height": 900}
PASSWORD: Final = "seven parcels by the river"
_STEP_SECONDS: Final = 30
# Other tests may start services on the same processors, and the office steps behind all of them.
_PATIENCE_MILLISECONDS: Final = 60_000
expect.set_options(timeout=_PATIENCE_MILLISECONDS)


@dataclass
class Officer:
    """One person with a browser window; `errors` are what its pages complained of."""

    browser: Browser
    address: str
    login: str = ""
    secret: str = ""
    language: str = "en"
    scheme: str = "light"
    width: int = WIDE["width"]
    script: bool = True
    state: Any = None
    errors: list[str] = field(default_factory=list)
    _context: BrowserContext | None = None
    _page: Page | None = None

    async def __aenter__(self) -> Self:
        options: dict[str, Any] = {"color_scheme": self.scheme, "timezone_id": "Asia/Shanghai"}
        self._context = await self.browser.new_context(
            base_url=self.address,
            locale={"en": "en-GB", "zh": "zh-CN"}[self.language],
            viewport={"width": self.width, "height": WIDE["height"]},
            java_script_enabled=self.script,
            storage_state=self.state,
            **options,
        )
        self._context.set_default_timeout(_PATIENCE_MILLISECONDS)
        self._page = await self._context.new_page()
        self._page.on("console", self._note)
        self._page.on("pageerror", lambda error: self.errors.append(str(error)))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, _value: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._context:
            await self._context.close()
        if kind is None:
            assert self.errors == [], "pages complained"

    async def kept(self) -> Any:
        """What the window knows: another one that is given it is signed in as well."""
        assert self._context is not None
        return await self._context.storage_state()

    @property
    def page(self) -> Page:
        """The window."""
        assert self._page is not None
        return self._page

    def _note(self, message: Any) -> None:
        # A policy that refuses something of ours is told here. That a form was refused (4xx) is an answer, no error.
        if message.type == "error" and "status of 4" not in message.text:
            self.errors.append(message.text)

    async def come_in(self, link: str, code: str = "", name: str = "", login: str = "") -> None:
        """Use a one-time link: a password, an authenticator, and the recovery codes kept."""
        page = self.page
        await page.goto(link)
        if code:
            await page.fill("[name=officer_code]", code)
            await page.fill("[name=name]", name)
            await page.fill("[name=login]", login)
        self.login = login or await page.locator("dd").nth(1).inner_text()
        self.secret = re.sub(r"\s", "", await page.locator("p.code").inner_text())
        await page.fill("[name=password]", PASSWORD)
        await page.fill("[name=repeated]", PASSWORD)
        await page.fill("[name=code]", pyotp.TOTP(self.secret).now())
        await page.click("main form button.primary")
        await page.click("main a.button")
        await page.wait_for_url("**/console")

    async def sign_in(self) -> None:
        """Sign in with password and code; a code is good once, so perhaps with the next one."""
        page = self.page
        await page.goto("/console/sign-in")
        await page.fill("[name=login]", self.login)
        await page.fill("[name=password]", PASSWORD)
        await page.fill("[name=code]", await self._fresh_code())
        await page.click("main form button.primary")
        await page.wait_for_url(re.compile(r"/console(?!/sign-in)"))

    async def sign_out(self) -> None:
        """End the session."""
        await self.page.click("header form button")
        await self.page.wait_for_url("**/console/sign-in")

    async def invite(self, code: str, name: str, duties: tuple[str, ...], districts: str) -> str:
        """As an administrator: the one-time link of a new officer."""
        page = self.page
        await page.goto("/console/officers")
        await page.fill("[name=officer_code]", code)
        await page.fill("[name=name]", name)
        await page.fill("[name=login]", code.lower())
        for duty in duties:
            await page.check(f"[name=duties][value={duty}]")
        await page.fill("[name=districts]", districts)
        await page.click("main form button.primary")
        return (await page.locator("main pre").inner_text()).strip()

    async def _fresh_code(self) -> str:
        """The next code of the authenticator: the one of this half minute was used to come in, or may have been."""
        totp = pyotp.TOTP(self.secret)
        return totp.at(time.time() + _STEP_SECONDS)
