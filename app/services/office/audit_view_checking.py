"""Verifying the whole record for an auditor: one walk at a time, in a thread and on a connection of its own.

The walk is that of `tongguan audit verify`. Exported heads are compared where the service keeps a folder of them.
"""

import asyncio
import logging
from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg
import msgspec

from app.database_url import for_asyncpg
from app.domain.duties import Permission, demand
from app.errors import Conflict, NotFound, TongguanError, Unavailable
from app.repositories import audit_links
from app.repositories.table_drafts import packed, unpacked
from app.security.envelope import Envelope
from app.security.signing import Signer
from app.services.audit import Act, record_acts
from app.services.auditing.discrepancies import Discrepancies
from app.services.auditing.known_heads import KnownHeads
from app.services.auditing.reading import one_moment
from app.services.auditing.verifying import verify_database
from app.services.database_errors import borrowed
from app.services.filings import Caller
from app.services.office.backing import Backing

log = logging.getLogger(__name__)
_KEPT: int = 200


class FindingShown(msgspec.Struct, frozen=True):
    """One finding: what, where, what was seen, and what it means."""

    kind: str
    where: str
    seen: str
    meaning: str


class VerificationReport(msgspec.Struct, frozen=True):
    """What a walk found beside its figures."""

    findings: tuple[FindingShown, ...] = ()
    counts: dict[str, int] = {}
    exports: int = 0  # exported heads that were compared
    broken: str = ""  # why it came to no end


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """A walk that came to its end."""

    verification_id: UUID
    asked_by: str
    started_at: datetime
    finished_at: datetime
    lanes: int
    links: int
    evidence_rows: int
    findings: int
    report: VerificationReport

    @property
    def state(self) -> str:
        """clean, found or broken."""
        return "broken" if self.report.broken else "found" if self.findings else "clean"


class Walk(msgspec.Struct):
    """A walk under way."""

    asked_by: str
    started_at: datetime
    links: int = 0
    stopped: bool = False


class Verifier:
    """Walks when asked, one walk at a time."""

    def __init__(self, backing: Backing) -> None:
        self._backing = backing
        self._task: asyncio.Task[None] | None = None
        self.walk: Walk | None = None

    async def begin(self, caller: Caller, at: datetime) -> None:
        """Begin a walk; Conflict while one is under way."""
        demand(caller.duties, Permission.VIEW_AUDIT)
        if self.walk is not None:
            raise Conflict("A verification is under way: wait for its result.", zh="核验正在进行，请等待结果。")
        if not self._backing.service_url:
            raise Unavailable("This office has no connection of its own to verify with.")
        self.walk = Walk(caller.party_code, at)
        try:
            async with borrowed(self._backing.pool) as connection, connection.transaction():
                await record_acts(connection, [Act("audit.verify", {})], caller.party_code, at)
        except BaseException:
            self.walk = None
            raise
        self._task = asyncio.create_task(self._run(self.walk), name="audit verification")

    def stop(self) -> None:
        """End the walk that is under way: the office closes, and a thread would keep it open for minutes."""
        if self.walk is not None:
            self.walk.stopped = True

    async def finish(self) -> None:
        """Wait for the walk that is under way, if there is one."""
        if self._task is not None:
            await self._task

    async def last(self, caller: Caller, limit: int = 10) -> list[Verification]:
        """The last results, newest first."""
        demand(caller.duties, Permission.VIEW_AUDIT)
        async with borrowed(self._backing.pool) as connection:
            rows = await audit_links.verifications(connection, limit)
        decode = msgspec.json.Decoder(VerificationReport).decode
        names = Verification.__struct_fields__
        return [Verification(**dict(zip(names, [*row[:-1], decode(unpacked(row[-1]))], strict=True))) for row in rows]

    async def _run(self, walk: Walk) -> None:
        try:
            figures, report = await asyncio.to_thread(asyncio.run, self._walked(walk))
        except Exception as problem:
            log.exception("a verification came to no end")
            told = str(problem) if isinstance(problem, TongguanError) else type(problem).__name__
            figures, report = (0, walk.links, 0, 0), VerificationReport(broken=told)
        try:
            values = (uuid4(), walk.asked_by, walk.started_at, datetime.now(UTC), *figures)
            async with borrowed(self._backing.pool) as connection:
                await audit_links.add_verification(connection, [*values, packed(msgspec.json.encode(report))])
        except Exception:
            log.exception("the result of a verification could not be stored")
        finally:
            self.walk = None

    async def _walked(self, walk: Walk) -> tuple[tuple[int, int, int, int], VerificationReport]:
        keyring, found = self._backing.keyring, Discrepancies()
        known = KnownHeads([Signer(keyring.signing_key).public_key], found)
        folder = self._backing.settings.security.heads_export_folder
        if folder is not None and folder.is_dir():
            try:
                known.load(folder)
            except NotFound:
                log.info("no heads were exported yet", extra={"folder": str(folder)})

        def progress(links: int) -> None:
            walk.links = links
            if walk.stopped:
                raise Unavailable("The office was closed before the end.")

        connection = await asyncpg.connect(for_asyncpg(self._backing.service_url), timeout=10)
        try:
            async with one_moment(connection):
                envelope = Envelope(keyring.master_keys, keyring.current)
                check = await verify_database(connection, known, found, envelope=envelope, progress=progress)
        finally:
            await connection.close()
        shown = tuple(
            FindingShown(each.kind.value, each.where, each.seen, each.kind.meaning) for each in found.kept[:_KEPT]
        )
        counts = {kind.value: count for kind, count in found.counts.items()}
        return (check.lanes, check.links, check.rows, found.total), VerificationReport(shown, counts, known.exports)
