"""What the recordings are played against: the real application on a database of its own, with its parties and tables.

The parties are those of the demonstration and of parties.csv; README.md lists who calls by which name.
"""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import asyncpg
import httpx
from fastapi import FastAPI

from app.demo.filing import Door
from app.demo.recording import ServiceUnderTest
from app.main import create_app
from app.security.keyring import KeyRing, _as_json
from app.services.clerk import changing_registers
from app.services.demo_keys import read_demo_keys
from app.services.demo_parties import load_demo
from app.services.reference_import import ImportRequest, import_file
from app.services.register_keys import KeyRequest, create_key
from app.services.starter_tables import load_starter
from app.settings import Settings
from tests.conftest import FreshDatabase

HERE = Path(__file__).parent
# Callers beside those of the demonstration: their codes and roles, as in README.md.
OTHERS = {
    "platform-2": ("3301960P02", "platform"),
    "merchant-2": ("3101960M02", "merchant"),
    "merchant-3": ("3101960M03", "merchant"),
    "payment-2": ("4403960Y02", "payment"),
    "payment-3": ("3101960Y03", "payment"),
    "logistics-2": ("3101960L02", "logistics"),
    "declarant-2": ("3101980D02", "declarant"),
    "declarant-3": ("3101980D03", "declarant"),
    "officer-2": ("OFFICER2", "officer"),
}
_OFFICER_2_DISTRICT = "51"
_VARIABLE = re.compile(r"([A-Z]+)_KEY")


@dataclass(frozen=True)
class World:
    """A running service, and its doors with the keys of everybody who calls."""

    app: FastAPI
    door: Door
    database: FreshDatabase


async def furnish(database: FreshDatabase, tables: str, folder: Path) -> dict[str, str]:
    """Load what a service has before its first parcel; the keys by caller."""
    connection = await asyncpg.connect(database.service_url)
    try:
        now = datetime.now(UTC)
        await load_starter(connection, now)
        await load_demo(connection, folder / "demo-keys.env", now)
        keys = {_caller(variable): key for variable, key in read_demo_keys(folder / "demo-keys.env").items()}
        async with changing_registers(connection, "test", now) as clerk:
            await import_file(clerk, ImportRequest(table="parties", file=HERE / "parties.csv"))
            for caller, (code, role) in OTHERS.items():
                districts = (_OFFICER_2_DISTRICT,) if role == "officer" else ()
                request = KeyRequest(
                    party_code=code, name=caller, role=role, districts=districts, first_day=_first_day(code)
                )
                keys[caller] = (await create_key(clerk, request)).key
        if tables != "starter":
            async with changing_registers(connection, "test", now) as clerk:
                await _import_tables(clerk, HERE / "tables" / tables)
    finally:
        await connection.close()
    return keys


@asynccontextmanager
async def running(variables: dict[str, str], database: FreshDatabase, keys: dict[str, str]) -> AsyncIterator[World]:
    """The application of one worker, opened and closed as the server does it."""
    app = create_app(Settings.from_environment(variables))
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://recorded") as client:
            yield World(app, Door(client, keys), database)


def variables_of(service: ServiceUnderTest, database: FreshDatabase, keyring: KeyRing, folder: Path) -> dict[str, str]:
    """The environment of a worker of this service."""
    return {
        "TONGGUAN_HOME": str(folder),
        "TONGGUAN_SERVICE_DATABASE_URL": database.service_url,
        "TONGGUAN_KEYRING": str(saved(keyring, folder)),
        "TONGGUAN_TEST_CLOCK": "1",
        "TONGGUAN_INSPECTION_RATE": service.inspection_rate,
    }


def saved(keyring: KeyRing, folder: Path) -> Path:
    """The key ring as a file, as a worker reads it."""
    path = folder / "keyring.json"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(json.dumps(_as_json(keyring)))
    return path


def _caller(variable: str) -> str:
    found = _VARIABLE.fullmatch(variable)
    assert found is not None, variable
    return found[1].lower()


def _first_day(code: str) -> date | None:
    return date(2016, 1, 1) if code.startswith("OFFICER") else None


async def _import_tables(clerk: object, folder: Path) -> None:
    for file in sorted(folder.glob("*.csv")):
        table = file.stem.replace("_", "-")
        request = ImportRequest(
            table=table, file=file, complete=table == "positive-list", keep_earlier=False, first_day=None
        )
        await import_file(clerk, request)  # type: ignore[arg-type]
