"""Every recording is played once; the tests look at what came of it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.demo.comparing import receipts_in
from app.demo.recording import FOLDER, Recording, read_recording
from app.embedded.server import EmbeddedServer
from app.security.keyring import KeyRing
from tests.conftest import fresh_copy
from tests.recorded.playing import entries_of, play
from tests.recorded.world import HERE, World, furnish, running, variables_of

SCENARIOS = HERE / "scenarios"
NUMBERS = ("orderNo", "payTransactionId", "logisticsNo", "copNo")  # what a receipt is about, of each kind


def recording_files() -> dict[str, Path]:
    """All recordings by name; those that the demonstration files are kept with it."""
    files = [*FOLDER.rglob("*.yaml"), *SCENARIOS.rglob("*.yaml")]
    return {f"{file.parent.name}/{file.stem}": file for file in sorted(files)}


Receipts = dict[str, list[dict[str, str]]]  # by the number that they are about, each with its fields


@dataclass
class Played:
    """What came of all recordings: differences by name, the receipt messages, and the services they were played on."""

    recordings: dict[str, Recording] = field(default_factory=dict)
    differences: dict[str, list[str]] = field(default_factory=dict)
    messages: list[bytes] = field(default_factory=list)
    worlds: dict[tuple[str, str], World] = field(default_factory=dict)
    _feeds: dict[tuple[tuple[str, str], str], Receipts] = field(default_factory=dict)

    def world_of(self, recording: Recording) -> World:
        """The service that a recording was played on."""
        return self.worlds[recording.service.tables, recording.service.inspection_rate]

    async def feed(self, recording: Recording, caller: str) -> Receipts:
        """Everything in a caller's feed; read once, when all recordings have been played."""
        key = (recording.service.tables, recording.service.inspection_rate)
        if (key, caller) not in self._feeds:
            entries = await entries_of(self.worlds[key], caller)
            self.messages += [entry["xml"].encode() for entry in entries]
            self._feeds[key, caller] = by_number(entries)
        return self._feeds[key, caller]


def by_number(entries: list[dict[str, str]]) -> Receipts:
    """The receipts of a feed by the number that they are about, in their order."""
    found: Receipts = {}
    for entry in entries:
        for receipt in receipts_in(entry["xml"].encode())[1]:
            about = next(receipt[name] for name in NUMBERS if name in receipt)
            found.setdefault(about, []).append(receipt)
    return found


@pytest.fixture(scope="package")
async def played(
    database_server: EmbeddedServer, template_database: str, keyring: KeyRing, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Played]:
    """Play everything. The numbers and persons of a recording are its own, so many share one database.

    The services end with this folder: their chores would go on beside the tests of others.
    """
    done = Played()
    async with AsyncExitStack() as stack:
        for name, file in recording_files().items():
            recording = read_recording(file.read_text("utf-8"))
            service = recording.service
            key = (service.tables, service.inspection_rate)
            if key not in done.worlds:
                folder = tmp_path_factory.mktemp("-".join(key))
                database = await stack.enter_async_context(fresh_copy(database_server, template_database))
                keys = await furnish(database, service.tables, folder)
                variables = variables_of(service, database, keyring, folder)
                done.worlds[key] = await stack.enter_async_context(running(variables, database, keys))
            done.recordings[name] = recording
            done.differences[name], messages = await play(recording, done.worlds[key])
            done.messages += messages
        yield done
