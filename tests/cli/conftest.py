"""Commands run as a user types them, on a fresh database that DATABASE_URL names."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from app.cli import app
from app.security.keyring import KeyRing
from tests.conftest import FreshDatabase

Command = Callable[..., Awaitable[Result]]


@pytest.fixture
def variables(database: FreshDatabase, tmp_path: Path) -> dict[str, str]:
    """The environment of an installation on a named database."""
    KeyRing.create(tmp_path / "ring.json")
    return {
        "TONGGUAN_HOME": str(tmp_path),
        "DATABASE_URL": database.owner_url,
        "TONGGUAN_SERVICE_DATABASE_URL": database.service_url,
        "TONGGUAN_KEYRING": str(tmp_path / "ring.json"),
    }


@pytest.fixture
def tongguan(variables: dict[str, str]) -> Command:
    """Run one command; in a thread, for it brings an event loop of its own."""
    foreign = {name: None for name in os.environ if name.startswith("TONGGUAN_") or name.endswith("DATABASE_URL")}

    async def run(*arguments: str, **changed: str) -> Result:
        environment = {**foreign, **variables, **changed}
        return await asyncio.to_thread(CliRunner().invoke, app, arguments, env=environment)

    return run


@pytest.fixture
async def connection(database: FreshDatabase) -> AsyncIterator[asyncpg.Connection]:
    """A connection with the rights of the service."""
    connection = await asyncpg.connect(database.service_url)
    yield connection
    await connection.close()


async def done(command: Awaitable[Result]) -> Result:
    """The result of a command that is expected to succeed."""
    result = await command
    assert result.exit_code == 0, result.output
    return result


async def refused(command: Awaitable[Result]) -> str:
    """What a command says that is expected to find its input wrong: one sentence, no trace, exit code 2."""
    result = await command
    assert result.exit_code == 2, result.output
    assert isinstance(result.exception, SystemExit)
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    return result.stderr.strip()


def creating(**changed: str) -> list[str]:
    """`keys create` for a platform, with some options changed."""
    options = {"party": "3101960P01", "name": "Order system", "role": "platform"} | changed
    return ["keys", "create", *(word for name, value in options.items() for word in (f"--{name}", value))]
