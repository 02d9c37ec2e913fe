"""What `tongguan doctor` looks at, check by check; nothing is changed by looking.

What belongs here: small checks, each with what it found and what to do about it. What does not: printing.
"""

import importlib.metadata
import re
import shutil
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import asyncpg
from alembic.script import ScriptDirectory

from app.database_url import for_asyncpg, without_password
from app.embedded.layout import Layout
from app.errors import CannotStart, KeyRingRefused
from app.migrations import alembic_config
from app.models import EVIDENCE
from app.security.keyring import KeyRing
from app.services.own_key_ring import demand_own_key_ring
from app.settings import Settings
from app.supervisor.access import Access, open_database
from app.supervisor.preparation import SERVICE_ROLE_ADVICE

OLDEST_PYTHON = (3, 11)
OLDEST_POSTGRESQL = 150000
LITTLE_DISK_BYTES = 2 * 1024**3
NO_DISK_BYTES = 256 * 1024**2
CLOCK_TOLERANCE_SECONDS = 5.0

# Every table of ours that the service may change although it is evidence, partitions included.
CHANGEABLE_EVIDENCE = """
SELECT relname FROM pg_class
WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND relname ~ $1
  AND has_table_privilege(current_user, oid, 'UPDATE, DELETE, TRUNCATE')
ORDER BY relname
"""
WRONG_OWNER = "DATABASE_URL, or with the embedded database the key ring, must belong to this database."
NO_SERVICE_ROLE = "Before the first start there is none: `tongguan serve` makes it."
ROLE = "SELECT rolsuper OR rolcreaterole OR rolbypassrls FROM pg_roles WHERE rolname = current_user"


class State(StrEnum):
    """How a check ended."""

    OK = "ok"
    NOTE = "note"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor's table; `advice` says what to do unless all is well."""

    name: str
    state: State
    found: str
    advice: str = ""


async def examine(variables: dict[str, str] | None = None) -> AsyncIterator[Check]:
    """Every check in order; what depends on a failed one is left out."""
    yield _python()
    yield _packages()
    try:
        settings = Settings.from_environment(variables)
    except CannotStart as problem:
        yield Check("settings", State.FAILED, str(problem).replace("\n", "; "), "docs/settings.md lists every setting.")
        return
    for look in (_settings, _disk, _keyring):
        yield look(settings)
    if settings.embedded and not Layout(settings.service.home).data.exists():
        yield Check("database", State.NOTE, "not made yet", "The first `make run` makes it.")
        return
    try:
        async with open_database(settings, prepare=False) as access:
            async for check in _database(access):
                yield check
    except (CannotStart, OSError, asyncpg.PostgresError, TimeoutError) as problem:
        refused = isinstance(problem, asyncpg.InvalidAuthorizationSpecificationError)
        advice = WRONG_OWNER if refused else "Is it running, and DATABASE_URL right?"
        yield Check("database", State.FAILED, str(problem) or type(problem).__name__, advice)


def _python() -> Check:
    found = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info >= OLDEST_PYTHON:
        return Check("python", State.OK, found)
    return Check("python", State.FAILED, found, "Install Python 3.11 or newer, remove .venv, and `make install`.")


def _packages() -> Check:
    wanted = [re.split(r"[^\w.-]", line)[0] for line in importlib.metadata.requires("tongguan") or []]
    missing = [name for name in wanted if not _installed(name)]
    if missing:
        return Check("packages", State.FAILED, f"missing: {', '.join(missing)}", "Run `make install`.")
    return Check("packages", State.OK, f"{len(wanted)} installed")


def _installed(name: str) -> bool:
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def _settings(settings: Settings) -> Check:
    unusual = {
        "TONGGUAN_TEST_CLOCK=1 lets every caller choose the acceptance day": settings.service.test_clock,
        "TONGGUAN_INSPECTION_RATE replaces the lawful rate": settings.rules.inspection_rate is not None,
        "TONGGUAN_DEMO=1 puts demo parties into a real database": settings.demo_wanted and not settings.embedded,
    }
    notes = [note for note, given in unusual.items() if given]
    if notes:
        return Check("settings", State.NOTE, "; ".join(notes), "Fit for trying out; unset for real parcels.")
    return Check("settings", State.OK, "readable")


def _disk(settings: Settings) -> Check:
    folder = next(folder for folder in (settings.service.home, *settings.service.home.parents) if folder.exists())
    free_bytes = shutil.disk_usage(folder).free
    found = f"{free_bytes / 1024**3:.1f} GiB free in {folder}"
    if free_bytes < NO_DISK_BYTES:
        return Check("disk", State.FAILED, found, "Free some space: a database without space stops.")
    if free_bytes < LITTLE_DISK_BYTES:
        return Check("disk", State.NOTE, found, "Free some space soon.")
    return Check("disk", State.OK, found)


def _keyring(settings: Settings) -> Check:
    path = settings.keyring_path
    if settings.embedded and not path.exists() and not Layout(settings.service.home).data.exists():
        return Check("key ring", State.NOTE, "not made yet", "The first `make run` makes it.")
    try:
        ring = KeyRing.load(path)
    except CannotStart as problem:
        return Check("key ring", State.FAILED, str(problem), "See above.")
    return Check("key ring", State.OK, f"{path}, master key {ring.current} of {len(ring.master_keys)}")


async def _database(access: Access) -> AsyncIterator[Check]:
    owner = await asyncpg.connect(for_asyncpg(access.urls.owner), timeout=10)
    try:
        yield await _server(owner, access)
        yield await _durability(owner)
        yield await _clock(owner)
        yield await _schema(owner, access)
    finally:
        await owner.close()
    try:
        service = await asyncpg.connect(for_asyncpg(access.urls.service), timeout=10)
    except asyncpg.InvalidAuthorizationSpecificationError as refusal:
        yield Check("service role", State.FAILED, str(refusal), f"{NO_SERVICE_ROLE} {SERVICE_ROLE_ADVICE}")
        return
    try:
        yield await _service_role(service)
        yield await _own_key_ring(service, access)
    finally:
        await service.close()


async def _own_key_ring(service: asyncpg.Connection, access: Access) -> Check:
    try:
        await demand_own_key_ring(service, access.keyring)
    except KeyRingRefused as refusal:
        return Check("stored data", State.FAILED, "does not open", str(refusal))
    except asyncpg.UndefinedTableError:
        return Check("stored data", State.NOTE, "no tables yet", "The first start makes them.")
    return Check("stored data", State.OK, "opens with this key ring")


async def _server(owner: asyncpg.Connection, access: Access) -> Check:
    number = int(await owner.fetchval("SHOW server_version_num"))
    found = f"PostgreSQL {await owner.fetchval('SHOW server_version')} at {without_password(access.urls.owner)}"
    if number < OLDEST_POSTGRESQL:
        return Check("database", State.FAILED, found, "Use PostgreSQL 15 or newer.")
    return Check("database", State.OK, found)


async def _durability(owner: asyncpg.Connection) -> Check:
    names = ("fsync", "full_page_writes", "synchronous_commit")
    values = {name: await owner.fetchval(f"SHOW {name}") for name in names}
    wrong = [f"{name} = {value}" for name, value in values.items() if value in ("off", "local")]
    if wrong:
        return Check("durability", State.FAILED, ", ".join(wrong), "Switch them on: acknowledged must mean stored.")
    return Check("durability", State.OK, ", ".join(f"{name} = {value}" for name, value in values.items()))


async def _clock(owner: asyncpg.Connection) -> Check:
    before = time.time()
    theirs: datetime = await owner.fetchval("SELECT clock_timestamp()")
    apart_seconds = abs(theirs.timestamp() - (before + time.time()) / 2)
    found = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC, {apart_seconds:.1f} s from the database"
    if apart_seconds > CLOCK_TOLERANCE_SECONDS:
        return Check("clock", State.FAILED, found, "Set both clocks by NTP: the acceptance day depends on them.")
    return Check("clock", State.OK, found)


async def _schema(owner: asyncpg.Connection, access: Access) -> Check:
    heads = set(ScriptDirectory.from_config(alembic_config(access.urls.owner)).get_heads())
    known = await owner.fetchval("SELECT to_regclass('public.alembic_version') IS NOT NULL")
    rows = await owner.fetch("SELECT version_num FROM alembic_version") if known else []
    found = {row["version_num"] for row in rows}
    if found != heads:
        advice = (
            "Start the service: `tongguan serve` migrates. If it is newer than this release, install the newer one."
        )
        return Check("schema", State.FAILED, f"at {', '.join(found) or 'nothing'}, not {', '.join(heads)}", advice)
    return Check("schema", State.OK, f"at head ({', '.join(heads)})")


async def _service_role(service: asyncpg.Connection) -> Check:
    name = await service.fetchval("SELECT current_user")
    if await service.fetchval(ROLE):
        return Check(
            "service role", State.FAILED, f"{name} is too powerful", "Give it NOSUPERUSER NOCREATEROLE NOBYPASSRLS."
        )
    pattern = "^(" + "|".join(EVIDENCE) + r")(_\d{4}_\d{2}|_rest)?$"
    changeable = [row["relname"] for row in await service.fetch(CHANGEABLE_EVIDENCE, pattern)]
    if changeable:
        advice = f"REVOKE UPDATE, DELETE, TRUNCATE ON {', '.join(changeable)} FROM {name};"
        return Check("service role", State.FAILED, f"{name} can change evidence", advice)
    return Check("service role", State.OK, f"{name} can add evidence, not change it")
