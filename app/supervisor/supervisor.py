"""The order of starting and stopping: address, secrets, database, schema, workers and office; and back.

What belongs here: `serve`, the main function of the supervisor process.
"""

import asyncio
import os
import shutil
import signal
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import structlog

from app.database_url import DatabaseUrls
from app.embedded.layout import Layout, prepare_office_socket
from app.embedded.lock import HomeLock
from app.security.keyring import KeyRing
from app.security.signing import Signer
from app.services.auditing.keeping import keep_exporting
from app.settings import Settings
from app.supervisor.access import named_urls
from app.supervisor.database import Database, NamedDatabase, OwnDatabase
from app.supervisor.key_ring_choice import keyring_for
from app.supervisor.port import reserve_port
from app.supervisor.preparation import first_administrator_link, prepare_database
from app.supervisor.worker_process import OFFICE, WorkerProcess

# A predecessor that was killed lets go at once; a command line that uses the database is done soon.
LOCK_PATIENCE_SECONDS = 3.0
OFFICE_SOCKET_VARIABLE = "TONGGUAN_OFFICE_SOCKET"  # app.worker and app.office_worker read it
OWNER_VARIABLES = ("DATABASE_URL", "TONGGUAN_DATABASE_URL")

# Told the settings, and the secret of a link that makes the first administrator while there is none.
Ready = Callable[[Settings, str | None], None]

log = structlog.get_logger(__name__)


async def serve(settings: Settings, ready: Ready) -> None:
    """Run the service until SIGINT or SIGTERM; `ready` is called once, when every worker answers.

    Raises `CannotStart` with a sentence when it cannot; whatever had been started is stopped again.
    """
    layout = Layout(settings.service.home)
    with ExitStack() as held:
        held.enter_context(reserve_port(settings.api.host, settings.api.port))
        layout.prepare()
        held.enter_context(HomeLock(layout.lock, "tongguan serve", LOCK_PATIENCE_SECONDS))
        keyring = keyring_for(settings)
        await Supervisor(settings, keyring, layout).run(ready)


class Supervisor:
    """Everything that is started together and stopped together."""

    def __init__(self, settings: Settings, keyring: KeyRing, layout: Layout) -> None:
        self._settings = settings
        self._keyring = keyring
        self._layout = layout
        self._database: Database = (
            OwnDatabase(settings.service.home, keyring)
            if settings.embedded
            else NamedDatabase(named_urls(settings, keyring))
        )
        self._workers: list[WorkerProcess] = []
        self._stopping = asyncio.Event()

    async def run(self, ready: Ready) -> None:
        """Start, watch until told to stop, stop."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stopping.set)
        work = asyncio.create_task(self._start_and_keep(ready))
        told = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait((work, told), return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                work.result()  # it never returns, so this raises what went wrong
        finally:
            work.cancel()
            told.cancel()
            await asyncio.gather(work, told, return_exceptions=True)
            await self._stop()

    async def _start_and_keep(self, ready: Ready) -> None:
        urls = await self._database.start()
        await prepare_database(self._settings, self._keyring, urls)
        self._renew_metrics()
        environment = self._worker_environment(urls)
        numbers = (*range(1, self._settings.service.workers + 1), OFFICE)
        self._workers = [WorkerProcess(number, environment) for number in numbers]
        await asyncio.gather(*(worker.first_start() for worker in self._workers))
        ready(self._settings, await first_administrator_link(urls))
        async with asyncio.TaskGroup() as keepers:
            keepers.create_task(self._database.keep())
            if self._settings.security.heads_export_folder:
                keepers.create_task(self._export_heads(urls, self._settings.security.heads_export_folder))
            for worker in self._workers:
                silence_seconds = self._settings.service.worker_silence_seconds
                keepers.create_task(worker.keep(self._layout.metrics, silence_seconds))

    async def _export_heads(self, urls: DatabaseUrls, folder: Path) -> None:
        """Once for all workers; as the service's role, which only has to read."""
        signer = Signer(self._keyring.signing_key)
        every_seconds = self._settings.security.heads_export_seconds
        await keep_exporting(urls.service, self._settings.service.instance, signer, folder, every_seconds)

    async def _stop(self) -> None:
        """Workers first, so that what they have begun still finds the database."""
        for worker in self._workers:
            worker.ask_to_stop()
        limit_seconds = self._settings.api.shutdown_seconds
        await asyncio.gather(*(worker.ended(limit_seconds) for worker in self._workers))
        self._database.stop()

    def _renew_metrics(self) -> None:
        """Counters of an earlier run would be added to ours."""
        shutil.rmtree(self._layout.metrics, ignore_errors=True)
        self._layout.metrics.mkdir(mode=0o700)

    def _worker_environment(self, urls: DatabaseUrls) -> dict[str, str]:
        """Workers get the service role's address only; the owner's stays here."""
        inherited = {name: value for name, value in os.environ.items() if name not in OWNER_VARIABLES}
        return inherited | {
            "TONGGUAN_SERVICE_DATABASE_URL": urls.service,
            "TONGGUAN_KEYRING": str(self._settings.keyring_path),
            "TONGGUAN_HOME": str(self._settings.service.home),
            "TONGGUAN_DEMO": str(int(self._settings.demo_wanted)),
            "PROMETHEUS_MULTIPROC_DIR": str(self._layout.metrics),
            OFFICE_SOCKET_VARIABLE: str(prepare_office_socket(self._layout)),
        }
