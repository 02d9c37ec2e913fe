"""The server's back ends of the office stand behind those of the intake, as the office's process does behind workers.

Only where the server runs on this machine and is reached over its socket, as the embedded one is; elsewhere its
operator decides. A back end at a lower priority that holds a short lock is let run as soon as whoever waits for it
sleeps, so nothing is turned round by it.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import asyncpg

from app.priority import step_behind


def behind(url: str, niceness: int) -> Callable[[asyncpg.Connection], Awaitable[None]] | None:
    """What is done with each new connection; None where the server may be another machine's."""
    hosts = parse_qs(urlsplit(url).query).get("host", [])
    if not hosts or not all(host.startswith("/") for host in hosts):
        return None

    async def stand_behind(connection: asyncpg.Connection) -> None:
        # Not ours to change: then it stays beside the others.
        with suppress(PermissionError, ProcessLookupError):
            await step_behind(niceness, connection.get_server_pid())

    return stand_behind
