"""How long officers' pages take with a million declarations and 150,000 open cases.

Queues, filters, search, a case, the dashboard, profiles, the audit.

Whole pages of the console, over ASGI in one process and without a network: sign-in is looked up, everything is read
from the database and the page is written. Each kind is asked for with other values each time, common and rare ones.
"""

import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

import asyncpg
import httpx
import msgspec

from app.console.cookies import LOOPBACK_NAME
from app.console.routes import console_addresses
from app.database_url import for_asyncpg
from app.main import READERS, create_app
from app.services.office.office import Office
from bench.bodies import json_body
from bench.figures import table
from bench.filing import demand_answers, submissions
from bench.office_evidence_seed import PROFILES, seed_evidence
from bench.office_seed import CODES, DAY, OFFICERS, OFFICES, PLATFORMS, RULES, WORDS, Seeded, id_of, seed
from bench.parcels import Parcels
from bench.stand import Machine, Stand, collected, fresh_stand, open_services

GOAL_MS: Final = 100
_ORIGIN: Final = "http://127.0.0.1:8000"
_FILED: Final = 1_000
_AT_A_TIME: Final = 250
_QUEUES: Final = ("review", "inspection", "overdue", "suspended", "amended", "awaiting")
_CASE_PAGE: Final = "/console/cases/{declaration_id}"
# Who asks: every office of the country, three of a region's, the busiest office alone.
_SCOPES: Final = {"all districts": ("*",), "a region": ("51",), "the busiest office": (OFFICES[0],)}


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How much there is, and how often each kind of page is asked for."""

    declarations: int = 1_000_000
    open_cases: int = 150_000
    times: int = 150


QUICK: Final = Plan(declarations=50_000, open_cases=7_500, times=20)


class PageFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Milliseconds of each kind of page."""

    declarations: int
    open_cases: int
    p50_ms: dict[str, float]
    p99_ms: dict[str, float]


Address = Callable[[random.Random], str]


async def measure(machine: Machine, plan: Plan, say: Callable[[str], None]) -> PageFigures:
    """Fill a database, then ask for pages."""
    async with fresh_stand(machine) as stand:
        connection = await asyncpg.connect(for_asyncpg(stand.urls.owner))
        try:
            await seed(connection, stand.keyring, Seeded(plan.declarations, plan.open_cases))
            say(f"{plan.declarations:,} declarations and {plan.open_cases:,} open cases are stored")
            held = await really_filed(stand, connection)
            await seed_evidence(connection, plan.declarations)
            say("their links, acts, hits and sums are stored")
            p50, p99 = await _pages(stand, connection, held, plan.times, say)
        finally:
            await connection.close()
    return PageFigures(declarations=plan.declarations, open_cases=plan.open_cases, p50_ms=p50, p99_ms=p99)


async def really_filed(stand: Stand, connection: asyncpg.Connection) -> list[str]:
    """Cases whose documents open: those that were held of some parcels which are filed now."""
    now = datetime.now(UTC)
    parcels = Parcels(811, now)
    async with open_services(stand) as services:
        for _ in range(_FILED // _AT_A_TIME):
            bodies = [json_body(each) for each in parcels.take(_AT_A_TIME)]
            demand_answers(await services.file(submissions(bodies, now)))
    rows = await connection.fetch("SELECT declaration_id FROM cases WHERE queue > 0 AND opened_at >= $1", now)
    return [str(row[0]) for row in rows]


async def _pages(
    stand: Stand, connection: asyncpg.Connection, held: list[str], times: int, say: Callable[[str], None]
) -> tuple[dict[str, float], dict[str, float]]:
    p50: dict[str, float] = {}
    p99: dict[str, float] = {}
    office = await Office.open(stand.settings, stand.keyring, stand.urls.service, READERS)
    try:
        for scope, districts in _SCOPES.items():
            async with browser(stand, office, connection, districts) as client:
                for kind, look in _looks(client, held if "*" in districts else []).items():
                    taken = await _taken(look, times)
                    p50[f"{kind}, {scope}"] = taken[len(taken) // 2]
                    p99[f"{kind}, {scope}"] = taken[len(taken) * 99 // 100 - 1]
                say(f"pages of {scope} are measured")
    finally:
        await office.close()
    return p50, p99


async def _taken(look: Callable[[random.Random], Awaitable[object]], times: int) -> list[float]:
    """Milliseconds in ascending order; what is asked first is not counted."""
    chance = random.Random(5)
    taken = []
    for _ in range(times // 10):
        await look(chance)
    with collected():
        for _ in range(times):
            began = time.perf_counter()
            await look(chance)
            taken.append((time.perf_counter() - began) * 1000)
    return sorted(taken)


@asynccontextmanager
async def browser(
    stand: Stand, office: Office, connection: asyncpg.Connection, districts: tuple[str, ...]
) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in which a supervisor of these districts is signed in."""
    code = OFFICERS[3]
    async with connection.transaction():
        await connection.execute(
            "INSERT INTO officers (officer_code, name, duties, districts, state, created_at, created_by, totp_step) "
            "VALUES ($1, 'bench', '{supervisor,analyst,auditor}', $2, 2, now(), 'bench', 0) "
            "ON CONFLICT (officer_code) DO UPDATE SET districts = EXCLUDED.districts",
            code, list(districts),
        )  # fmt: skip
        name = await office.sessions.begin(connection, code, "password", datetime.now(UTC))
    app: Any = create_app(stand.settings, None, office)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=_ORIGIN, headers={"accept-language": "zh"}) as client:
        client.cookies.set(LOOPBACK_NAME, name, domain="127.0.0.1")
        yield client


def _looks(client: httpx.AsyncClient, held: list[str]) -> dict[str, Callable[[random.Random], Awaitable[object]]]:
    async def get(address: str) -> httpx.Response:
        answer = await client.get(address)
        if answer.status_code != httpx.codes.OK:
            raise RuntimeError(f"{address}: {answer.status_code}")
        return answer

    def got(address: Address) -> Callable[[random.Random], Awaitable[object]]:
        return lambda chance: get(address(chance))

    looks = {kind: got(address) for kind, address in _ADDRESSES.items()}
    looks["page behind a page"] = lambda chance: _behind(get, chance)
    token: list[str] = []
    for kind, text in _SEARCHES.items():
        looks[f"search: {kind}"] = _searched(client, get, token, text)
    if held and _CASE_PAGE in console_addresses():
        looks["case page"] = got(lambda chance: f"/console/cases/{chance.choice(held)}")
    return looks


async def _behind(get: Callable[[str], Awaitable[httpx.Response]], chance: random.Random) -> object:
    """A page and the one behind it: the sum of both is measured."""
    page = (await get(_queue(trade_mode="9610")(chance))).text
    _, found, rest = page.partition('" rel="next"')
    if not found:
        return page
    address = page[: len(page) - len(found) - len(rest)].rpartition('href="')[2]
    return await get(address.replace("&amp;", "&"))


def _searched(
    client: httpx.AsyncClient,
    get: Callable[[str], Awaitable[httpx.Response]],
    token: list[str],
    text: Address,
) -> Callable[[random.Random], Awaitable[object]]:
    async def look(chance: random.Random) -> object:
        if not token:
            page = (await get("/console/search")).text
            token.append(page.partition('name="csrf" value="')[2].partition('"')[0])
        answer = await client.post("/console/search", data={"csrf": token[0], "text": text(chance)})
        if answer.status_code != httpx.codes.OK:
            raise RuntimeError(f"search: {answer.status_code}")
        return answer

    return look


def _queue(**wanted: Any) -> Address:
    """The address of a queue; a list is one of its values each time."""

    def address(chance: random.Random) -> str:
        chosen = {name: chance.choice(value) if isinstance(value, tuple) else value for name, value in wanted.items()}
        return "/console/queues?" + urlencode({"queue": chance.choice(_QUEUES)} | chosen)

    return address


def _period(chance: random.Random) -> str:
    """Up to a month that nobody asked for just now: figures are remembered for some seconds."""
    last_day = datetime.now(UTC).date() - timedelta(days=chance.randrange(6))
    first_day = last_day - timedelta(days=chance.randrange(14, 30))
    return urlencode({"first_day": first_day, "last_day": last_day})


_COMMON: Final = 3  # of each list, the first ones have most of the cases
_ADDRESSES: Final[dict[str, Address]] = {
    "queue": _queue(),
    "platform, common": _queue(platform_code=PLATFORMS[:_COMMON]),
    "platform, rare": _queue(platform_code=PLATFORMS[-20:]),
    "rule, common": _queue(rule=RULES[:_COMMON]),
    "rule, rare": _queue(rule=RULES[-20:]),
    "trade mode": _queue(trade_mode=("9610", "1210")),
    "commodity code, chapter": _queue(hs_code=tuple({code[:2] for code in CODES})),
    "commodity code, ten digits": _queue(hs_code=CODES),
    "words, common": _queue(words=WORDS[:_COMMON]),
    "words, rare or none": _queue(words=(*WORDS[-40:], "没有这样的词")),
    "value": _queue(value_from_cny=("100", "1000", "3000", "5000", "20000")),
    "older": _queue(older=("2h", "1d", "3d", "10d", "30d")),
    "younger": _queue(younger=("1h", "12h", "1d", "2d", "5d")),
    "assignee": _queue(assignee=("me", "nobody", *OFFICERS[:20])),
    "escalated": _queue(escalated="1"),
    "platform and rule": _queue(platform_code=PLATFORMS[:12], rule=RULES[:12]),
    "platform, code, value": _queue(platform_code=PLATFORMS[:6], hs_code=CODES[:40], value_from_cny="500"),
    "mode, younger, nobody": _queue(trade_mode=("9610", "1210"), younger=("1d", "2d", "4d"), assignee="nobody"),
    "words, rule, escalated": _queue(words=WORDS[:6], rule=RULES[:6], escalated="1"),
    "hand-over": lambda _: "/console/hand-over",
    "saved views": lambda _: "/console/views",
    "dashboard": lambda chance: f"/console/dashboard?{_period(chance)}",
    "profiles": lambda _: "/console/profiles",
    "profile": lambda chance: f"/console/profiles/{chance.choice(PROFILES)}",
    "audit, newest links": lambda _: "/console/audit",
    "audit, one declaration": lambda chance: f"/console/audit?declaration_id={id_of(chance.randrange(1, _SEEDED))}",
    "audit, one officer": lambda chance: f"/console/audit?actor={chance.choice(OFFICERS)}",
}
_SEEDED: Final = 40_000  # numbers up to here exist in every plan
_SEARCHES: Final[dict[str, Address]] = {
    "order number": lambda chance: f"PF{chance.randrange(1, _SEEDED)}",
    "waybill number": lambda chance: f"WB{chance.randrange(1, _SEEDED)}",
    "declaration number": lambda chance: f"B{DAY}{chance.randrange(1, _SEEDED):09}",
    "identity number": lambda _: "11010519491231002X",
    "telephone": lambda chance: f"138{chance.randrange(10**8):08}",
    "common word": lambda chance: chance.choice(WORDS[:_COMMON]),
    "rare word": lambda chance: chance.choice(WORDS[-40:]),
}


def lines(figures: PageFigures) -> list[str]:
    """What is printed."""
    rows = [
        [kind, figures.p50_ms[kind], taken, "" if taken <= GOAL_MS else "over the goal"]
        for kind, taken in figures.p99_ms.items()
    ]
    slowest = max(figures.p99_ms.values())
    return [
        f"{figures.declarations:,} declarations, {figures.open_cases:,} open cases; the slowest p99 {slowest:.0f} ms",
        *table(["Page", "p50 ms", "p99 ms", ""], rows),
    ]
