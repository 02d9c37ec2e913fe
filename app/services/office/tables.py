"""Tables for officers: what is in force, drafts of what shall be, their difference, rehearsal and approval.

An uploaded file with a fault is refused with all of them and nothing is stored. A good one becomes a draft, which
somebody else approves after a rehearsal of it passed. What belongs here: proposing and looking. What does not: answers
(`tables_answers`) and rehearsing (`tables_chore`).
"""

import asyncio
import hashlib
import secrets
from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid4

from app.domain.duties import Permission, demand
from app.errors import Conflict, Malformed, NotFound, ReferenceRefused
from app.models.table_drafts import STEP_BACK, UPLOAD
from app.repositories import reference, table_drafts
from app.repositories.reference import Version
from app.repositories.table_drafts import DraftRow, PartRow, RequestRow
from app.rules.parameter_groups import FIRST_LAW_DAY
from app.rules.tables.specifications import SPECIFICATIONS
from app.services.audit import Act, Fact, record_acts
from app.services.clerk import checked_reason
from app.services.database_errors import borrowed
from app.services.filings import Caller
from app.services.office.backing import Backing
from app.services.office.tables_difference import KINDS, Difference, DifferencePage, page_of
from app.services.office.tables_law import difference_made, difference_with
from app.services.office.tables_parties import registers_digest
from app.services.office.tables_reading import MOST_BYTES, Part, Upload, read_upload, subject_of
from app.services.office.tables_rehearsal import MOST_SAMPLED, USUAL_SAMPLE, Progress
from app.services.office.tables_views import DraftPage, DraftView, Rehearsal, TableState, newest_of, rehearsal_of
from app.services.reference_import import PARTIES
from app.services.reference_rows import MOST_FAULTS
from app.services.reference_tables import export_table, specification_of, unit_codes, version_before

_LAST_DAY: Final = date(2199, 12, 31)
_DIFFERENCES_KEPT: Final = 4
_LISTS_KEPT: Final = 20
_FAULTS_KEPT: Final = 2 * MOST_FAULTS  # of all lists together, some 10 MB; the newest is kept in any case
Faults = tuple[tuple[int, str, str], ...]  # row, column, what is wrong and what to do


class Tables:
    """The tables and their drafts."""

    def __init__(self, backing: Backing) -> None:
        self._backing = backing
        self._pool = backing.pool
        self.progress: dict[UUID, Progress] = {}
        self.asked = asyncio.Event()
        self._differences: dict[tuple[UUID, str], Difference] = {}
        self._faults: dict[str, tuple[str, Faults]] = {}

    @property
    def limit_ppm(self) -> int:
        """The share of what is released now above which a draft is stopped."""
        return int(self._backing.settings.rules.table_held_percent * 10_000)

    async def in_force(self, caller: Caller) -> list[TableState]:
        """Every table with its version in force."""
        demand(caller.duties, Permission.VIEW_TABLES)
        async with borrowed(self._pool) as connection:
            current = {version.table_name: version for version in await reference.current_versions(connection)}
        return [TableState(name, current.get(name)) for name in SPECIFICATIONS]

    async def versions(self, caller: Caller, table: str) -> list[Version]:
        """All versions of a table, newest first."""
        demand(caller.duties, Permission.VIEW_TABLES)
        specification_of(subject_of(table))
        async with borrowed(self._pool) as connection:
            return await reference.versions_of(connection, subject_of(table))

    async def content(self, caller: Caller, table: str, version: int | None) -> bytes:
        """The canonical CSV of a version, or of the one in force."""
        demand(caller.duties, Permission.VIEW_TABLES)
        async with borrowed(self._pool) as connection:
            return await export_table(connection, subject_of(table), version)

    async def upload(self, caller: Caller, upload: Upload, at: datetime) -> DraftView:
        """Store a file as a draft; ReferenceRefused carries all faults of a file, and then nothing is stored."""
        demand(caller.duties, Permission.EDIT_TABLES)
        subject, note = subject_of(upload.table), _note(upload.note)
        if len(upload.content) > MOST_BYTES:
            raise Malformed(f"The file has more than {MOST_BYTES // 2**20} MB: leave out what is no table.")
        async with borrowed(self._pool) as connection:
            units = await unit_codes(connection)
        try:
            parts = await asyncio.to_thread(read_upload, upload, units)
        except ReferenceRefused as refusal:
            await self._note_refused(caller, subject, refusal, at)
            raise
        draft = DraftRow(
            draft_id=uuid4(),
            proposed_by=caller.party_code,
            proposed_at=at,
            kind=UPLOAD,
            subject=subject,
            file_name=upload.file_name[:200],
            file_sha256=hashlib.sha256(upload.content).digest(),
            first_day=_first_day(parts, upload),
            complete=upload.complete,
            keep_earlier=upload.keep_earlier,
            note=note,
        )
        return await self._propose(caller, draft, [_row(draft, part) for part in parts])

    def keep_faults(self, caller: Caller, faults: Faults) -> str:
        """Keep the faults of a refused file for a download soon after; they are in memory only. Answers their name."""
        room = _FAULTS_KEPT - len(faults)
        while self._faults and (
            len(self._faults) >= _LISTS_KEPT or sum(len(kept) for _, kept in self._faults.values()) > room
        ):
            self._faults.pop(next(iter(self._faults)))
        name = secrets.token_urlsafe(12)
        self._faults[name] = (caller.party_code, faults)
        return name

    def kept_faults(self, caller: Caller, name: str) -> Faults:
        """The faults kept under a name for this officer; NotFound when they are gone."""
        owner, faults = self._faults.get(name, ("", ()))
        if owner != caller.party_code:
            raise NotFound("These faults are not kept any more: upload the file again.", zh="请重新上传文件。")
        return faults

    async def step_back(self, caller: Caller, table: str, note: str, at: datetime) -> DraftView:
        """Propose that the version that the one in force replaced counts again."""
        demand(caller.duties, Permission.EDIT_TABLES)
        subject = subject_of(table)
        specification_of(subject)
        async with borrowed(self._pool) as connection:
            before = await version_before(connection, subject)
        draft = DraftRow(
            draft_id=uuid4(),
            proposed_by=caller.party_code,
            proposed_at=at,
            kind=STEP_BACK,
            subject=subject,
            file_name="",
            file_sha256=b"",
            first_day=None,
            complete=before.complete,
            keep_earlier=False,
            note=_note(note),
        )
        part = PartRow(
            draft_id=draft.draft_id,
            table_name=subject,
            row_count=before.row_count,
            sha256=before.sha256,
            to_version=before.version,
            content=b"",
        )
        return await self._propose(caller, draft, [part])

    async def ask_rehearsal(
        self, caller: Caller, draft_id: UUID, first_day: date, last_day: date, at: datetime, sample: int = USUAL_SAMPLE
    ) -> RequestRow:
        """Ask for a rehearsal on the assessments made on these days; it runs behind."""
        demand(caller.duties, Permission.EDIT_TABLES)
        if not FIRST_LAW_DAY <= first_day <= last_day <= _LAST_DAY or not 1 <= sample <= MOST_SAMPLED:
            raise Malformed(
                f"Give a first day that is not after the last one, both from {FIRST_LAW_DAY} to {_LAST_DAY}, "
                f"and a sample of 1 to {MOST_SAMPLED}.",
                zh=f"首日不得晚于末日（{FIRST_LAW_DAY} 至 {_LAST_DAY}），样本数应为 1 至 {MOST_SAMPLED}。",
            )
        draft = await self.draft(caller, draft_id)
        demand_open(draft)
        if any(each.result is None for each in draft.rehearsals):
            raise Conflict(
                "A rehearsal of this draft is under way: wait for its result.", zh="试算正在进行，请等待结果。"
            )
        request = RequestRow(
            draft_id=draft_id,
            rehearsal_id=uuid4(),
            requested_by=caller.party_code,
            requested_at=at,
            first_day=first_day,
            last_day=last_day,
            sample=sample,
        )
        facts: dict[str, Fact] = {
            "draft": str(draft_id), "first_day": str(first_day), "last_day": str(last_day), "sample": sample
        }  # fmt: skip
        async with borrowed(self._pool) as connection, connection.transaction():
            await table_drafts.add_request(connection, request)
            await record_acts(connection, [Act("table.rehearse", facts)], caller.party_code, at)
        self.asked.set()
        return request

    async def drafts(
        self, caller: Caller, before: tuple[datetime, UUID] | None = None, limit: int = 50, *, only_open: bool = False
    ) -> DraftPage:
        """Drafts, newest first."""
        demand(caller.duties, Permission.VIEW_TABLES)
        async with borrowed(self._pool) as connection:
            rows = await table_drafts.drafts_before(connection, before, limit + 1, only_open=only_open)
            ids = [row.draft_id for row in rows]
            parts = await table_drafts.parts_of(connection, ids)
            answers = await table_drafts.answers_of(connection, ids)
        views = [DraftView(row, tuple(parts.get(row.draft_id, ())), answers.get(row.draft_id)) for row in rows[:limit]]
        last = (rows[limit - 1].proposed_at, rows[limit - 1].draft_id) if len(rows) > limit else None
        return DraftPage(tuple(views), last)

    async def draft(self, caller: Caller, draft_id: UUID) -> DraftView:
        """One draft with its rehearsals; NotFound where there is none."""
        demand(caller.duties, Permission.VIEW_TABLES)
        async with borrowed(self._pool) as connection:
            row = await table_drafts.draft(connection, draft_id)
            if row is None:
                raise NotFound("There is no such draft; the list of tables shows all.", zh="没有该草稿。")
            parts = (await table_drafts.parts_of(connection, [draft_id])).get(draft_id, [])
            answer = (await table_drafts.answers_of(connection, [draft_id])).get(draft_id)
            requests = await table_drafts.requests_of(connection, draft_id)
            results = await table_drafts.rehearsals_of(connection, draft_id)
            book = (await self._backing.means.registry.refresh(connection)).book.hash
            digest = await registers_digest(connection) if row.subject == PARTIES else None
        rehearsals = tuple(
            rehearsal_of(caller, each, results.get(each.rehearsal_id), self.progress.get(each.rehearsal_id))
            for each in requests
        )
        newest = newest_of(rehearsals)
        outdated = newest is not None and not is_of(newest, book, digest)
        return DraftView(row, tuple(parts), answer, rehearsals, outdated and answer is None)

    async def difference(self, caller: Caller, draft_id: UUID, at: datetime) -> Difference:
        """What the draft would change of what is in force now; of an approved one, what it did change."""
        view = await self.draft(caller, draft_id)
        if view.status == "approved" and view.row.subject != PARTIES:
            before = {made.table: made.before for made in view.made if made.before is not None}
            async with borrowed(self._pool) as connection:
                return await difference_made(connection, view.row, view.parts, before)
        async with borrowed(self._pool) as connection:
            current = (await self._backing.means.registry.refresh(connection)).book.tables.hash
            known = None if view.row.subject == PARTIES else self._differences.get((draft_id, current))
            if known is None:
                known = await difference_with(connection, view.row, view.parts, at)
        while len(self._differences) >= _DIFFERENCES_KEPT:
            self._differences.pop(next(iter(self._differences)))
        self._differences[draft_id, current] = known
        return known

    async def difference_page(
        self,
        caller: Caller,
        draft_id: UUID,
        at: datetime,
        *,
        kind: str | None = None,
        words: str | None = None,
        after: tuple[str, str, str] | None = None,
        limit: int = 100,
    ) -> tuple[Difference, DifferencePage]:
        """The difference with its counts, and a page of its rows."""
        if kind is not None and kind not in KINDS:
            raise Malformed(f"{kind!r} is no kind of difference; use {', '.join(KINDS)}.", zh="没有这种差异。")
        found = await self.difference(caller, draft_id, at)
        return found, page_of(found, kind, words, after, limit)

    async def _propose(self, caller: Caller, draft: DraftRow, parts: list[PartRow]) -> DraftView:
        act = "table.step_back" if draft.kind == STEP_BACK else "table.draft"
        facts: dict[str, Fact] = {
            "draft": str(draft.draft_id),
            "subject": draft.subject,
            "rows": sum(part.row_count for part in parts),
            "file_sha256": draft.file_sha256.hex(),
            "content_sha256": [f"{part.table_name} {part.sha256.hex()}" for part in parts],
            "first_day": str(draft.first_day or ""),
            "note": draft.note,
        }
        async with borrowed(self._pool) as connection, connection.transaction():
            await table_drafts.add_draft(connection, draft, parts)
            await record_acts(connection, [Act(act, facts)], caller.party_code, draft.proposed_at)
        return DraftView(draft, tuple(parts), None)

    async def _note_refused(self, caller: Caller, subject: str, refusal: ReferenceRefused, at: datetime) -> None:
        act = Act("table.upload_refused", {"subject": subject, "faults": len(refusal.places) or 1})
        async with borrowed(self._pool) as connection, connection.transaction():
            await record_acts(connection, [act], caller.party_code, at)


def is_of(rehearsal: Rehearsal, book: str, registers: bytes | None) -> bool:
    """Whether a rehearsal was of this rule book and, for a register, of these registers."""
    result = rehearsal.result
    return result is not None and result.book.hex() == book and registers in (None, result.registers)


def demand_open(draft: DraftView) -> None:
    """Conflict where somebody has answered already."""
    if draft.answer is not None:
        raise Conflict(
            f"The draft was {draft.status} by {draft.answer.answered_by}; upload another one.",
            zh="该草稿已有结论，请重新上传。",
        )


def _note(note: str) -> str:
    return checked_reason(note) if note.strip() else ""


def _first_day(parts: list[Part], upload: Upload) -> date | None:
    days = [part.first_day for part in parts]
    if upload.first_day is not None and not any(days):
        return upload.first_day
    return min((day for day in days if day is not None), default=None)


def _row(draft: DraftRow, part: Part) -> PartRow:
    return PartRow(
        draft_id=draft.draft_id,
        table_name=part.table_name,
        row_count=part.row_count,
        sha256=part.sha256,
        to_version=None,
        content=part.packed,
    )
