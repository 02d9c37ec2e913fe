"""The services of tables on a fresh database, without a running chore: tests rehearse when they say so."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from uuid import UUID

import asyncpg

from app.domain.period import SHANGHAI
from app.security.keyring import KeyRing
from app.services.clearance.writer import Writer
from app.services.desk import Desk
from app.services.filings import Caller, Door
from app.services.office.backing import Backing
from app.services.office.tables import Tables
from app.services.office.tables_answers import TableAnswers
from app.services.office.tables_chore import Rehearser
from app.services.office.tables_reading import Upload
from app.services.office.tables_views import DraftView
from app.services.service import means_of, side_pool
from app.settings import Settings
from tests.office.officers import ANALYST
from tests.services.conftest import read_content

AT = datetime(2024, 6, 20, 9, tzinfo=SHANGHAI)
DAYS = (date(2024, 6, 1), date(2099, 12, 31))  # assessments are made now, whatever the day of the parcel
LIST_COLUMNS = "hs8,name,first_day"


class Tabling:
    """What a test needs of tables."""

    def __init__(self, backing: Backing) -> None:
        self.backing = backing
        self.tables = Tables(backing)
        self.answers = TableAnswers(backing, self.tables)
        self.rehearser = Rehearser(backing, self.tables)

    async def uploaded(
        self, table: str, lines: Sequence[str], caller: Caller = ANALYST, **options: object
    ) -> DraftView:
        """A draft of a CSV."""
        content = "\n".join(lines).encode()
        upload = Upload(table=table, file_name="table.csv", content=content, **options)  # type: ignore[arg-type]
        return await self.tables.upload(caller, upload, AT)

    async def rehearsed(self, draft_id: UUID, days: tuple[date, date] = DAYS, caller: Caller = ANALYST) -> DraftView:
        """The draft after a rehearsal."""
        await self.tables.ask_rehearsal(caller, draft_id, *days, AT)
        await self.rehearser.work_off()
        return await self.tables.draft(caller, draft_id)


@asynccontextmanager
async def tabling_on(url: str, keyring: KeyRing, **environment: str) -> AsyncIterator[Tabling]:
    """The services of tables on a database."""
    settings = Settings.from_environment({"TONGGUAN_INSTANCE": "test", "TONGGUAN_INSPECTION_RATE": "0"} | environment)
    pool: asyncpg.Pool = await side_pool(url, settings)
    try:
        means = means_of(settings, keyring, {Door.JSON: read_content})
        async with pool.acquire() as connection:
            await means.registry.refresh(connection)
        yield Tabling(Backing(pool, means, keyring, settings, Desk(Writer(pool, "test/office"), means)))
    finally:
        await pool.close()
