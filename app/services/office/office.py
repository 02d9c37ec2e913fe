"""The office: every service for officers, opened once and wired to each other. What `app.main` puts behind the pages.

What belongs here: opening, closing, chores. Each service has a module of its own beside this one.
"""

import asyncio
import contextlib
from collections.abc import Mapping

import asyncpg

from app.security.keyring import KeyRing
from app.services.callers import Callers
from app.services.clearance.stored import Reader
from app.services.clearance.writer import Writer
from app.services.database_errors import Unanswered
from app.services.desk import Desk
from app.services.filings import Caller, Door
from app.services.idempotency import IdempotencyKeys
from app.services.office.acts import Acts
from app.services.office.assignment import Assignment
from app.services.office.audit_view import AuditView
from app.services.office.audit_view_checking import Verifier
from app.services.office.backing import Backing
from app.services.office.case_file.files import CaseFiles
from app.services.office.enrolling import Enrolling
from app.services.office.hand_over import HandOver
from app.services.office.lockout import Lockout
from app.services.office.officers import Officers
from app.services.office.oidc import OpenId
from app.services.office.profiles.profiles import Profiles
from app.services.office.proposals import Proposals
from app.services.office.queue_pages import QueuePages
from app.services.office.queues import Queues
from app.services.office.sampling import Sampling
from app.services.office.saved_views import SavedViews
from app.services.office.search import Search
from app.services.office.sessions import Sessions
from app.services.office.signing_in import SigningIn
from app.services.office.snoozes import Snoozes
from app.services.office.statistics.statistics import Statistics
from app.services.office.tables import Tables
from app.services.office.tables_answers import TableAnswers
from app.services.office.tables_chore import Rehearser
from app.services.service import catching_up, means_of, missing_of, office_pool
from app.settings import Settings


class Office:
    """Everything that a page or an address for officers may call."""

    def __init__(self, backing: Backing, callers: Callers, idempotency: IdempotencyKeys) -> None:
        self.backing = backing
        self.idempotency = idempotency
        self.statistics = Statistics(backing)
        self.queues = Queues(backing)
        self.acts = Acts(backing)
        self.proposals = Proposals(backing.pool, backing.means.envelope, backing.desk)
        self.search = Search(backing)
        self.assignment = Assignment(backing)
        self.snoozes = Snoozes(backing)
        self.saved_views = SavedViews(backing)
        self.queue_pages = QueuePages(backing, self.queues, self.saved_views)
        self.hand_over = HandOver(backing)
        self.case_files = CaseFiles(backing)
        self.tables = Tables(backing)
        self.table_answers = TableAnswers(backing, self.tables)
        self.rehearser = Rehearser(backing, self.tables)
        self.profiles = Profiles(backing)
        self.sampling = Sampling(backing)
        self.audit_view = AuditView(backing)
        self.verifier = Verifier(backing)
        self._callers = callers
        lockout = Lockout(backing)
        self.sessions = Sessions(backing)
        self.signing_in = SigningIn(backing, self.sessions, lockout)
        self.enrolling = Enrolling(backing, self.sessions)
        self.openid = OpenId(backing, self.sessions, lockout)
        self.officers = Officers(backing, self.sessions, lockout)
        self._chores: list[asyncio.Task[None]] = []

    @classmethod
    async def open(
        cls, settings: Settings, keyring: KeyRing, service_url: str, readers: Mapping[Door, Reader]
    ) -> "Office":
        """Connect, read the registers, take the lane, begin."""
        pool: asyncpg.Pool = await office_pool(service_url, settings)
        means = means_of(settings, keyring, readers)
        lane = f"{settings.service.instance}/{settings.service.worker_number}/office"
        writer = Writer(pool, lane)
        desk = Desk(writer, means)
        async with pool.acquire() as connection:
            await means.registry.refresh(connection)
        await desk.start()
        keys = IdempotencyKeys(pool, means.envelope, writer)
        office = cls(Backing(pool, means, keyring, settings, desk, service_url), Callers(pool), keys)
        office._chores = [
            office.statistics.gathering(),
            office.sessions.tidying(),
            office.assignment.doing_chores(),
            asyncio.create_task(office.rehearser.run(), name="rehearsals of tables"),
            catching_up(keys),
            *office.profiles.working(),
            office.sampling.publishing(),
        ]
        return office

    async def close(self) -> None:
        """Let go of the database."""
        self.verifier.stop()
        for chore in self._chores:
            chore.cancel()
        await asyncio.gather(*self._chores, return_exceptions=True)
        with contextlib.suppress(Unanswered):
            await self.idempotency.catch_up()
        await self.backing.pool.close()

    @property
    def lane_lost(self) -> bool:
        """Whether another process writes our lane now: then this one must end."""
        return self.backing.desk.lane_lost

    async def ready(self) -> tuple[str, ...]:
        """What keeps the office from working now: a lost lane, a database that does not answer."""
        return await missing_of(self.backing.pool, lane_lost=self.lane_lost)

    async def authenticate(self, key: str) -> Caller:
        """The caller of an API key; Unauthenticated for an unknown or revoked one."""
        return await self._callers.authenticate(key)
