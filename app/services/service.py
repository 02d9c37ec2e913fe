"""The services of one worker, opened once and wired to each other: what `app.main` puts behind the routers."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import asyncpg

from app.database_url import for_asyncpg
from app.domain.identity import county_codes
from app.security.blind_index import BlindIndexes
from app.security.envelope import Envelope
from app.security.keyring import KeyRing
from app.security.tags import Tags
from app.services.books import load_book
from app.services.callers import Callers
from app.services.chores import begun, each_in_turn
from app.services.clearance.admission import Admission
from app.services.clearance.intake import Bounds, Intake
from app.services.clearance.stored import Reader
from app.services.clearance.unit import Means
from app.services.clearance.writer import Writer
from app.services.database_errors import Unanswered
from app.services.desk import Desk
from app.services.explaining import Explained, explain_declaration
from app.services.feed import read_feed
from app.services.filings import (
    Caller,
    DeclarationFilter,
    DeclarationView,
    Door,
    FeedEntry,
    OfficerAction,
    Page,
    Submission,
    SubmissionAnswer,
)
from app.services.idempotency import IdempotencyKeys
from app.services.office.standing_behind import behind
from app.services.reading import read_declaration, read_page
from app.services.registry import Registry
from app.settings import Settings

log = logging.getLogger(__name__)

_PPM = Decimal(1_000_000)
_LONGEST_QUEUE_UNITS = 64
_SWEEP_SECONDS = 20
_CATCH_UP_SECONDS = 0.5
_PATIENCE_SECONDS = 1
# Units of work send the same few statements for ever, each row found by its key. Without this the server plans most of
# them anew (half of its time for a lone parcel), and a plan made for empty tables would read large ones as a whole.
_BY_KEY = {
    "plan_cache_mode": "force_generic_plan",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_seqscan": "off",
}
_AS_IT_COMES: dict[str, str] = {}
# What officers narrow a queue to differs from page to page, and so does its best plan; none is worth compiling.
_EACH_ANEW = {"plan_cache_mode": "force_custom_plan", "jit": "off"}


class ClearanceServices:
    """Everything a router may call; implements `app.services.contract.Services`."""

    def __init__(
        self, pool: asyncpg.Pool, side_pool: asyncpg.Pool, means: Means, intake: Intake, desk: Desk, writer: Writer
    ) -> None:
        self._pool = pool
        self._side = side_pool
        self._means = means
        self._intake = intake
        self._desk = desk
        self.idempotency = IdempotencyKeys(pool, means.envelope, writer)
        self._callers = Callers(pool)
        self._chores: list[asyncio.Task[None]] = []

    @classmethod
    async def open(
        cls, settings: Settings, keyring: KeyRing, service_url: str, readers: Mapping[Door, Reader]
    ) -> "ClearanceServices":
        """Connect, read the registers, take the lanes, begin."""
        pool = await unit_pool(service_url, settings)
        side = await side_pool(service_url, settings)
        means = means_of(settings, keyring, readers)
        worker = f"{settings.service.instance}/{settings.service.worker_number}"
        writers = [Writer(pool, f"{worker}/intake-{n}") for n in range(settings.intake.lanes_per_worker)]
        desk_writer = Writer(pool, f"{worker}/desk")
        size = settings.intake.unit_size
        bounds = Bounds(size, size * _LONGEST_QUEUE_UNITS, settings.intake.longest_wait_seconds)
        intake = Intake(writers, means, bounds)
        services = cls(pool, side, means, intake, Desk(desk_writer, means), desk_writer)
        async with pool.acquire() as connection:
            await means.registry.refresh(connection)
        county_codes()  # read once now (about 50 ms), not in somebody's first declaration
        await services._desk.start()
        await intake.start()
        services._chores = [
            begun("sweep", services._sweep, _SWEEP_SECONDS, at_once=False),
            catching_up(services.idempotency),
        ]
        return services

    async def close(self) -> None:
        """Finish what was accepted, then let go of the database."""
        for chore in self._chores:
            chore.cancel()
        await asyncio.gather(*self._chores, return_exceptions=True)
        await self._intake.stop()
        with contextlib.suppress(Unanswered):
            await self.idempotency.catch_up()
        await self._side.close()
        await self._pool.close()

    @property
    def lane_lost(self) -> bool:
        """Whether another process writes one of our lanes now: then this worker must end."""
        return self._intake.lane_lost or self._desk.lane_lost

    async def ready(self) -> tuple[str, ...]:
        """What keeps this worker from taking filings now: a lost lane, a database that does not answer."""
        return await missing_of(self._pool, lane_lost=self.lane_lost)

    async def authenticate(self, key: str) -> Caller:
        """The caller of an API key; Unauthenticated for an unknown or revoked one."""
        return await self._callers.authenticate(key)

    @property
    def admission(self) -> Admission:
        """The bound on lone filings under way."""
        return self._intake.admission

    def demand_room(self) -> None:
        """Unavailable when the intake takes nothing more now."""
        self._intake.demand_room()

    async def file(self, submissions: Sequence[Submission]) -> list[SubmissionAnswer | Exception]:
        """File, assess and commit; one result each, in order."""
        return await self._intake.file(submissions)

    async def declaration(self, caller: Caller, declaration_id: UUID) -> DeclarationView:
        """One declaration."""
        return await read_declaration(self._side, self._means.envelope, self._means.registry, caller, declaration_id)

    async def declarations(self, caller: Caller, narrowed: DeclarationFilter, cursor: str | None, limit: int) -> Page:
        """The caller's declarations, newest first."""
        return await read_page(self._side, self._means.envelope, self._means.registry, caller, narrowed, cursor, limit)

    async def explanation(self, caller: Caller, declaration_id: UUID) -> Explained:
        """The full trace of the latest assessment by replay."""
        means = self._means
        return await explain_declaration(
            self._side, means.envelope, means.registry, means.readers, caller, declaration_id
        )

    async def cancel(self, caller: Caller, declaration_id: UUID, reason: str, at: datetime) -> DeclarationView:
        """Withdraw a declaration."""
        return await self._desk.cancel(caller, declaration_id, reason, at)

    async def decide(
        self, caller: Caller, declaration_id: UUID, action: OfficerAction, reason: str, at: datetime
    ) -> DeclarationView:
        """An officer's decision on a held parcel."""
        return await self._desk.decide(caller, declaration_id, action, reason, at)

    async def receipts(self, caller: Caller, after: str | None, limit: int) -> list[FeedEntry]:
        """The receipts addressed to the caller after a cursor."""
        return await read_feed(self._side, caller, after, limit)

    async def _sweep(self) -> None:
        """What has to be done without being asked: overdue dossiers, forgotten keys."""
        swept = await each_in_turn({
            "held": self._desk.hold_overdue,
            "papers_overdue": self._desk.documents_overdue,
            "forgotten": self.idempotency.tidy,
        })  # fmt: skip
        if any(swept.values()):
            log.info("swept", extra=swept)


async def missing_of(pool: asyncpg.Pool, *, lane_lost: bool) -> tuple[str, ...]:
    """What keeps a process from working now: a lost lane, a database that does not answer."""
    if lane_lost:
        return ("lane",)
    try:
        async with asyncio.timeout(2), pool.acquire() as connection:
            await connection.fetchval("SELECT true")
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return ("database",)
    return ()


def catching_up(keys: IdempotencyKeys) -> asyncio.Task[None]:
    """Keys whose answers could not be kept, or that could not be freed, block their senders: see to them soon."""
    return begun("keys", keys.catch_up, _CATCH_UP_SECONDS, at_once=False)


def means_of(settings: Settings, keyring: KeyRing, readers: Mapping[Door, Reader]) -> Means:
    """What units of work need, from settings and key ring."""
    rate = settings.rules.inspection_rate
    return Means(
        registry=Registry(load_book),
        envelope=Envelope(keyring.master_keys, keyring.current),
        indexes=BlindIndexes(keyring.blind_index_key, keyring.identity_index_key),
        tags=Tags(keyring.blind_index_key),
        readers=readers,
        sampling_key=keyring.sampling_key,
        inspection_rate_ppm=None if rate is None else int(rate * _PPM),
        deadline_hours=settings.intake.document_deadline_hours,
    )


async def unit_pool(url: str, settings: Settings) -> asyncpg.Pool:
    """The connections of units of work."""
    return await _pool(url, settings.database.pool_size, settings, _BY_KEY)


async def side_pool(url: str, settings: Settings) -> asyncpg.Pool:
    """The connections of everything that only looks on, or may wait."""
    return await _pool(url, settings.database.side_pool_size, settings, _AS_IT_COMES)


async def office_pool(url: str, settings: Settings) -> asyncpg.Pool:
    """The connections of everything that officers do."""
    first = behind(for_asyncpg(url), settings.office.niceness)
    return await _pool(url, settings.database.side_pool_size, settings, _EACH_ANEW, first)


async def _pool(
    url: str,
    size: int,
    settings: Settings,
    planning: Mapping[str, str],
    first: Callable[[asyncpg.Connection], Awaitable[None]] | None = None,
) -> asyncpg.Pool:
    seconds = settings.database.statement_timeout_seconds
    milliseconds = str(seconds * 1000)
    return await asyncpg.create_pool(
        for_asyncpg(url),
        min_size=1,
        max_size=size,
        max_inactive_connection_lifetime=0,
        init=first,
        reset=_leave_as_it_is,
        # The server ends a statement in time; where the server itself hangs, we stop waiting a little later.
        command_timeout=seconds + _PATIENCE_SECONDS,
        timeout=seconds + _PATIENCE_SECONDS,
        server_settings={
            "application_name": "tongguan",
            "statement_timeout": milliseconds,
            "lock_timeout": milliseconds,
            "idle_in_transaction_session_timeout": milliseconds,
            **planning,
        },
    )


async def _leave_as_it_is(_connection: asyncpg.Connection) -> None:
    """Nothing of ours outlives a transaction (no SET, LISTEN, cursor or session lock), so nothing has to be reset.

    Measured: asyncpg's own reset was a twelfth of the processor time of a single filing.
    """
