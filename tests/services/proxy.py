"""The way to the database, which a test may cut, mend or freeze."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit, urlunsplit

_SOCKET = ".s.PGSQL.5432"


class Way:
    """Passes bytes between a socket of its own and the server's."""

    def __init__(self, real: Path, folder: Path) -> None:
        self._real = real
        self._own = folder / _SOCKET
        self._server: asyncio.Server | None = None
        self._passing: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._open = asyncio.Event()
        self._open.set()

    async def mend(self) -> None:
        """Take connections again."""
        self._open.set()
        self._server = await asyncio.start_unix_server(self._connected, self._own)

    async def cut(self) -> None:
        """Break every connection and take no more."""
        if self._server:
            self._server.close()
        self._own.unlink(missing_ok=True)
        for writer in self._writers:
            writer.transport.abort()
        for task in self._passing:
            task.cancel()
        await asyncio.gather(*self._passing, return_exceptions=True)

    def freeze(self) -> None:
        """Leave every connection whole, and pass nothing on."""
        self._open.clear()

    def thaw(self) -> None:
        """Pass on what was held up, and what comes."""
        self._open.set()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_unix_connection(self._real)
        self._writers |= {writer, there[1]}
        for source, target in ((reader, there[1]), (there[0], writer)):
            task = asyncio.create_task(self._pass(source, target))
            self._passing.add(task)
            task.add_done_callback(self._passing.discard)

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while passed := await source.read(65536):
                await self._open.wait()
                target.write(passed)
                await target.drain()
        target.close()


@asynccontextmanager
async def way_to(url: str, folder: Path) -> AsyncIterator[tuple[Way, str]]:
    """A way to the server of a plain address, and the address that goes this way."""
    parts = urlsplit(url)
    (socket_folder,) = parse_qs(parts.query)["host"]
    way = Way(next(Path(socket_folder).glob(".s.PGSQL.*[0-9]")), folder)
    await way.mend()
    try:
        yield way, urlunsplit(parts._replace(query=f"host={quote(str(folder))}"))
    finally:
        await way.cut()
