"""A day of work on record, copied for every test, and the two ways to verify it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import pytest

from app.database_url import with_database
from app.domain.lifecycle import Status
from app.embedded.server import EmbeddedServer
from app.security.envelope import Envelope
from app.security.keyring import KeyRing
from app.security.signing import Signer
from app.services.auditing import exporting
from app.services.auditing.checking import Check
from app.services.auditing.discrepancies import Discrepancies, Kind
from app.services.auditing.exporting import opened, records_of
from app.services.auditing.heads import signed_line, take_heads
from app.services.auditing.known_heads import KnownHeads
from app.services.auditing.reading import Start, one_moment
from app.services.auditing.records import Begin, untold
from app.services.auditing.verifying import verify_database, verify_export
from app.services.clerk import changing_registers
from app.services.filings import Door, OfficerAction
from app.services.register_parties import PartyEdit, edit
from app.services.service import ClearanceServices
from app.settings import Settings
from tests import builders
from tests.conftest import FreshDatabase, fresh_copy
from tests.services.conftest import AT, DECLARANT, OFFICER, dossier, filed, read_content, submission
from tests.services.parcels import parcel


class Auditor:
    """Verifies a database, or an export of it, as the commands do."""

    def __init__(self, connection: asyncpg.Connection, keyring: KeyRing, folder: Path) -> None:
        self.connection = connection
        self.signer = Signer(keyring.signing_key)
        self.envelope = Envelope(keyring.master_keys, keyring.current)
        self.folder = folder
        self.found = Discrepancies()

    @property
    def kinds(self) -> set[Kind]:
        """What the latest verification found."""
        return set(self.found.counts)

    def known(self, *lines: str) -> KnownHeads:
        """Exported heads; every verification begins with them."""
        self.found = Discrepancies()
        known = KnownHeads([self.signer.public_key], self.found)
        for line in lines:
            known.add(line.encode(), "heads")
        return known

    async def heads(self, at: datetime | None = None) -> str:
        """The signed heads of now."""
        async with self._moment():
            return signed_line(await take_heads(self.connection, "test", at or datetime.now(UTC)), self.signer)

    async def verify(self, *heads: str, **options: Any) -> Check:
        """Verify the database."""
        known = self.known(*heads)
        async with self._moment():
            return await verify_database(self.connection, known, self.found, envelope=self.envelope, **options)

    async def export(self, name: str = "export.jsonl", starts: dict[int, Start] | None = None) -> Path:
        """Export everything, or what was written since `starts`."""
        begin = Begin(await self.heads(), whole=not starts)
        async with self._moment():
            pages = records_of(self.connection, starts or {}, self.envelope)
            with opened(self.folder / name, "xb") as file:
                await exporting._write(pages, file, begin, untold)
        return self.folder / name

    def verify_export(self, path: Path, *heads: str, **options: Any) -> Check:
        """Verify an export."""
        return verify_export(path, self.known(*heads), self.found, **options)

    @asynccontextmanager
    async def _moment(self) -> AsyncIterator[None]:
        """One moment of the database; a test that changes it is within one already, and takes it back at its end."""
        if self.connection.is_in_transaction():
            yield
            return
        async with one_moment(self.connection):
            yield


async def a_day_of_work(services: ClearanceServices) -> None:
    """Whole dossiers and single documents, signed ones, a late waybill, a lone one, officers and withdrawals."""
    await filed(services, *[dossier(parcel(n)) for n in range(6)])
    late, lone = parcel(10), parcel(11)
    for document in (late.order, late.payment, late.declaration, late.waybill, lone.waybill):
        await filed(services, submission(document))
    signed = msgspec.structs.replace(dossier(parcel(12)), signed_message=b"<CEB621Message>signed</CEB621Message>")
    await filed(services, signed)
    for number, act in ((20, "release"), (21, "refuse"), (22, "cancel")):
        documents = parcel(number)
        heavy = msgspec.structs.replace(documents.waybill, gross_weight_kg=Decimal("9.9"))
        (answer,) = await filed(services, dossier(msgspec.structs.replace(documents, waybill=heavy)))
        assert answer.declaration
        assert answer.declaration.status is Status.HELD
        key = answer.declaration.declaration_id
        if act == "cancel":
            await services.cancel(DECLARANT, key, "买家退单", AT)
        else:
            await services.decide(OFFICER, key, OfficerAction(act), "称重复核", AT)


async def worker(url: str, keyring: KeyRing, number: int = 1) -> ClearanceServices:
    """A worker that stays until it is closed."""
    variables = {
        "TONGGUAN_INSPECTION_RATE": "0",
        "TONGGUAN_WORKER_NUMBER": str(number),
        "TONGGUAN_INSTANCE": "test",
        "TONGGUAN_LANES_PER_WORKER": "1",
    }
    return await ClearanceServices.open(Settings.from_environment(variables), keyring, url, {Door.JSON: read_content})


@pytest.fixture(scope="session")
async def recorded_template(
    database_server: EmbeddedServer, registered_template: str, keyring: KeyRing
) -> AsyncIterator[str]:
    """A database with a day of work, to be copied."""
    async with fresh_copy(database_server, registered_template) as fresh:
        services = await worker(fresh.service_url, keyring)
        await a_day_of_work(services)
        await services.close()
        connection = await asyncpg.connect(fresh.service_url)
        for name in ("First", "Second"):
            async with changing_registers(connection, "cli:test", datetime.now(UTC)) as clerk:
                await edit(clerk, builders.PLATFORM, PartyEdit(name=name))
        await connection.close()
        yield fresh.name


@pytest.fixture
async def recorded(database_server: EmbeddedServer, recorded_template: str) -> AsyncIterator[FreshDatabase]:
    """A fresh database with a day of work."""
    async with fresh_copy(database_server, recorded_template) as fresh:
        yield fresh


@pytest.fixture
async def auditor(recorded: FreshDatabase, keyring: KeyRing, tmp_path: Path) -> AsyncIterator[Auditor]:
    """Verifies a day of work, with the rights of the service, while others may write."""
    connection = await asyncpg.connect(recorded.service_url)
    yield Auditor(connection, keyring, tmp_path)
    await connection.close()


@pytest.fixture
async def owner(database_server: EmbeddedServer, recorded_template: str) -> AsyncIterator[asyncpg.Connection]:
    """With the rights of the owner, who may change everything, in a transaction that is taken back at the end."""
    connection = await asyncpg.connect(with_database(database_server.urls.owner, recorded_template))
    transaction = connection.transaction()
    await transaction.start()
    yield connection
    await transaction.rollback()
    await connection.close()


@pytest.fixture
def tampered(owner: asyncpg.Connection, keyring: KeyRing, tmp_path: Path) -> Auditor:
    """Verifies what the owner has changed."""
    return Auditor(owner, keyring, tmp_path)
