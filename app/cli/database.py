"""How a command reaches the registers: the database of this installation, as the service's own role."""

import asyncio
import os
import pwd
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from app.errors import CannotStart, Unavailable

if TYPE_CHECKING:
    import asyncpg

    from app.services.clerk import Clerk

T = TypeVar("T")


def look_up(work: "Callable[[asyncpg.Connection], Awaitable[T]]") -> T:
    """Read from the database."""

    async def reading() -> T:
        async with connected() as connection:
            return await work(connection)

    return asyncio.run(reading())


def change(work: "Callable[[Clerk], Awaitable[T]]") -> T:
    """Change the registers: all of it with its audit entries, or nothing."""

    async def changing() -> T:
        from app.services.clerk import changing_registers

        async with connected() as connection, changing_registers(connection, os_user(), datetime.now(UTC)) as clerk:
            return await work(clerk)

    return asyncio.run(changing())


def os_user() -> str:
    """Who acts, as the audit names it; the real user, whatever the environment says."""
    try:
        return f"cli:{pwd.getpwuid(os.getuid()).pw_name}"
    except KeyError:
        return f"cli:{os.getuid()}"


@asynccontextmanager
async def connected() -> "AsyncIterator[asyncpg.Connection]":
    """A connection as the service's role; what goes wrong with the database is said in one sentence."""
    import asyncpg

    from app.database_url import for_asyncpg
    from app.settings import Settings
    from app.supervisor.access import open_database

    settings = Settings.from_environment()
    _demand_installation(settings.embedded, settings.service.home)
    async with open_database(settings) as access:
        try:
            connection = await asyncpg.connect(for_asyncpg(access.urls.service), timeout=10)
        except (OSError, TimeoutError, asyncpg.PostgresError) as problem:
            raise CannotStart(
                f"The database cannot be reached ({problem}); `tongguan doctor` says what is wrong."
            ) from problem
        try:
            yield connection
        except asyncpg.UndefinedTableError as problem:
            raise CannotStart("The database has no tables yet: `tongguan serve` makes them at its start.") from problem
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as problem:
            raise Unavailable(f"The database refused ({problem}): nothing was changed; try again.") from problem
        finally:
            await connection.close()


def _demand_installation(embedded: bool, home: os.PathLike[str]) -> None:  # noqa: FBT001 - a fact, not a mode
    """In a wrong folder a new database would be made, and the key would open nothing."""
    from pathlib import Path

    from app.embedded.layout import Layout

    if embedded and not Layout(Path(home)).data.exists():
        raise CannotStart(
            f"There is no database below {home} yet. Start the service once with `make run`, or name its folder by "
            f"TONGGUAN_HOME or its database by DATABASE_URL."
        )
