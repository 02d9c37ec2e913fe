"""Case files: what officers, parties and sites may do with them. The console and the addresses call this.

What belongs here: who may, and the transaction. What does not: statements, pages, sealing (modules beside this one).
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import asyncpg
import msgspec

from app.domain.case_entries import EntryKind, Note, Opened, PaperKind, Reported, Said
from app.domain.duties import Permission
from app.domain.identity import mentions_identity_number
from app.domain.lifecycle import Act, Status, allowed
from app.domain.party import SITE
from app.errors import Conflict, Forbidden, NotFound, Unavailable
from app.repositories import case_files as stored
from app.repositories.bulk import Connection
from app.repositories.case_files import EntryRow
from app.repositories.case_work import add_words
from app.repositories.evidence import load_keys
from app.repositories.heads import Head, load_heads
from app.services.asked_papers import load_requests
from app.services.case_sealing import BODY_PURPOSE, NAME_PURPOSE, Seal, Seals, seal_of
from app.services.clearance.receipts import person_of
from app.services.clearance.stored import Library
from app.services.database_errors import borrowed
from app.services.desk.judging import wrong_state
from app.services.explaining import Explained, explain_declaration
from app.services.filings import Caller
from app.services.office.backing import Backing
from app.services.office.case_file.keeping import entry_of, keep
from app.services.office.case_file.loading import LoadedCase, load_case
from app.services.office.case_file.page import attachment_of, attachments_of, page_of, request_of, requests_of
from app.services.office.case_file.papers import Paper, attach, no_such_attachment
from app.services.office.case_file.shapes import Attachment, CasePage, DocumentRequest, SiteReport
from app.services.office.case_file.telling import SHORTEST_REASON, asked_for, report_id_of, told, unfit, wanted_words
from app.services.office.rights import demand_right
from app.services.reading import visible

_Kept = TypeVar("_Kept")
# What parties may send papers for: later nobody would look at them, and they would only fill the disk.
_TAKES_PAPERS = frozenset({Status.WAITING, Status.HELD, Status.INSPECTION, Status.SUSPENDED})


class CaseFiles:
    """The case files of all declarations."""

    def __init__(self, backing: Backing) -> None:
        self._backing = backing
        self._envelope = backing.means.envelope

    async def page(self, caller: Caller, declaration_id: UUID) -> CasePage:
        """The page of one declaration, personal values masked."""
        demand_right(caller, Permission.VIEW_CASES)
        async with borrowed(self._backing.pool) as connection:
            return page_of(await self._load(connection, caller, declaration_id), caller, clear=False)

    async def explanation(self, caller: Caller, declaration_id: UUID) -> Explained:
        """Every rule of the day asked again, personal values to be masked by whoever shows it."""
        demand_right(caller, Permission.VIEW_CASES)
        means = self._backing.means
        return await explain_declaration(
            self._backing.pool, means.envelope, means.registry, means.readers, caller, declaration_id
        )

    async def unmask(self, caller: Caller, declaration_id: UUID, reason: str, at: datetime) -> CasePage:
        """The page with personal values in the clear; that it was shown, to whom and why, is on record before."""
        demand_right(caller, Permission.VIEW_CASES)
        demand_right(caller, Permission.UNMASK)
        text = told(reason, "/reason", shortest=SHORTEST_REASON)
        async with self._adding(caller, declaration_id) as (connection, head, seal):
            entry = entry_of(head, seal, caller, EntryKind.UNMASKED, Note(text), at)
            await keep(connection, EntryKind.UNMASKED.word, entry)
        async with borrowed(self._backing.pool) as connection:
            return page_of(await self._load(connection, caller, declaration_id), caller, clear=True)

    async def note(self, caller: Caller, declaration_id: UUID, text: str, at: datetime) -> EntryRow:
        """Put a note to the case."""
        demand_right(caller, Permission.WORK_CASES)
        said = Note(told(text, "/text"))
        if mentions_identity_number(said.text):
            raise unfit("/text", "identity_number", "不得包含身份证件号码", "must hold no identity number")
        async with self._adding(caller, declaration_id) as (connection, head, seal):
            entry = entry_of(head, seal, caller, EntryKind.NOTE, said, at)
            await stored.touch_case(connection, declaration_id, caller.party_code, at)
            await add_words(connection, declaration_id, self._backing.means.tags.words(said.text))
            await keep(connection, EntryKind.NOTE.word, entry)
        return entry

    async def attach(self, caller: Caller, declaration_id: UUID, paper: Paper, at: datetime) -> tuple[Attachment, bool]:
        """Put a paper to a declaration: an officer, or a party of it. Also says whether it is new."""
        if caller.is_officer:
            demand_right(caller, Permission.WORK_CASES)
        if paper.kind is PaperKind.SITE_IMAGE:
            raise unfit("/kind", "site_only", "仅监管场所可提交机检图像", "only a site sends images of its equipment")
        kept = await _once(lambda: self._attached(caller, declaration_id, paper, at))
        if paper.request_id is not None:
            await self._note_arrival(caller, declaration_id, at)
        return kept

    async def _attached(
        self, caller: Caller, declaration_id: UUID, paper: Paper, at: datetime
    ) -> tuple[Attachment, bool]:
        async with self._adding(caller, declaration_id) as (connection, head, seal):
            if not caller.is_officer and head.state not in _TAKES_PAPERS:
                raise Conflict(
                    f"The status of the declaration is {head.state.word}; it takes no more papers.",
                    zh=f"清单当前状态为“{head.state.chinese}”，不再接收材料。",
                )
            if paper.request_id is not None:
                await self._demand_asked(connection, head, paper.request_id)
            if caller.is_officer:
                await stored.touch_case(connection, declaration_id, caller.party_code, at)
            return await attach(connection, head, seal, caller, paper, at, self._backing.settings.case_files)

    async def attachments(self, caller: Caller, declaration_id: UUID) -> tuple[Attachment, ...]:
        """The attachments: all of them for an officer, for a party those that it sent itself."""
        if caller.is_officer:
            demand_right(caller, Permission.VIEW_CASES)
        async with borrowed(self._backing.pool) as connection:
            loaded = await self._load(connection, caller, declaration_id)
        found = attachments_of(loaded)
        if caller.is_officer:
            return found
        return tuple(each for each in found if person_of(each.actor) == caller.party_code)

    async def opened(
        self, caller: Caller, declaration_id: UUID, attachment_id: UUID, at: datetime
    ) -> tuple[Attachment, bytes]:
        """An attachment with its content. It shows personal data, so that it was opened is on record."""
        demand_right(caller, Permission.VIEW_CASES)
        demand_right(caller, Permission.UNMASK)
        async with self._adding(caller, declaration_id) as (connection, head, seal):
            found = await stored.attachment(connection, declaration_id, attachment_id)
            if found is None:
                raise no_such_attachment()
            row, body = found
            of_row = seal if row.filing == seal.filing else await self._seal_of_filing(connection, head, row.filing)
            content = self._envelope.unseal(of_row.key, body, BODY_PURPOSE)
            name = self._envelope.unseal(of_row.key, row.name, NAME_PURPOSE).decode()
            entry = entry_of(head, seal, caller, EntryKind.OPENED, Opened(attachment_id), at)
            await keep(connection, EntryKind.OPENED.word, entry)
        return attachment_of(row, name), content

    async def ask(
        self, caller: Caller, declaration_id: UUID, kinds: Sequence[PaperKind], until: datetime, text: str, at: datetime
    ) -> DocumentRequest:
        """Ask the parties for papers until an instant; they get a receipt, see it, and the case awaits them.

        The entry comes first and counts once the desk has moved the case at the same instant.
        """
        demand_right(caller, Permission.WORK_CASES)
        asked = asked_for(kinds, until, text, at)
        async with self._adding(caller, declaration_id) as (connection, head, seal):
            if not allowed(head.state, Act.REQUEST_DOCUMENTS):
                raise wrong_state(head.state, Act.REQUEST_DOCUMENTS)
            entry = entry_of(head, seal, caller, EntryKind.ASKED, asked, at)
            await keep(connection, EntryKind.ASKED.word, entry)
        await self._backing.desk.request_documents(caller, declaration_id, wanted_words(asked), until, at)
        return request_of(entry, asked, frozenset())

    async def report(self, caller: Caller, declaration_id: UUID, reported: Reported, at: datetime) -> SiteReport:
        """A site says what its equipment or inspection found; the same report number is the same report.

        It moves nothing: an officer reads it and decides.
        """
        return await _once(lambda: self._reported(caller, declaration_id, reported, at))

    async def _reported(self, caller: Caller, declaration_id: UUID, reported: Reported, at: datetime) -> SiteReport:
        async with self._at_site(caller, declaration_id) as (connection, head, seal):
            if reported.image is not None:
                found = await stored.attachment_there(connection, declaration_id, reported.image, caller.party_code)
                if not found[0]:
                    raise no_such_attachment()
            entry_id = report_id_of(declaration_id, caller, reported.report_no)
            entry = await stored.entry(connection, declaration_id, entry_id)
            if entry is None:
                entry = entry_of(head, seal, caller, EntryKind.REPORTED, reported, at, entry_id)
                await keep(connection, EntryKind.REPORTED.word, entry)
            elif await self._said(connection, entry) != reported:
                raise Conflict(
                    "A report of this number is here already and says something else; a correction has its own number.",
                    zh="该编号的报告已存在且内容不同；更正请使用新的编号。",
                )
        return SiteReport(report_id=entry.entry_id, at=entry.at, actor=entry.actor, report=reported)

    async def image(self, caller: Caller, declaration_id: UUID, paper: Paper, at: datetime) -> tuple[Attachment, bool]:
        """A picture of a site's equipment, to be named by its report."""
        image = msgspec.structs.replace(paper, kind=PaperKind.SITE_IMAGE, request_id=None)
        return await _once(lambda: self._pictured(caller, declaration_id, image, at))

    async def _pictured(
        self, caller: Caller, declaration_id: UUID, image: Paper, at: datetime
    ) -> tuple[Attachment, bool]:
        async with self._at_site(caller, declaration_id) as (connection, head, seal):
            return await attach(connection, head, seal, caller, image, at, self._backing.settings.case_files)

    async def requests(self, caller: Caller, declaration_id: UUID) -> tuple[DocumentRequest, ...]:
        """What officers asked for of a declaration."""
        async with borrowed(self._backing.pool) as connection:
            loaded = await self._load(connection, caller, declaration_id)
        return requests_of(loaded)

    async def _note_arrival(self, caller: Caller, declaration_id: UUID, at: datetime) -> None:
        """Where everything that was asked for has come, the case goes back to its officer."""
        async with borrowed(self._backing.pool) as connection:
            head = (await load_heads(connection, [declaration_id]))[declaration_id]
            asked = await load_requests(connection, self._envelope, declaration_id)
        if any(each.missing for each in asked if each.row.version == head.version):
            return
        with suppress(Conflict):  # nothing is awaited any more: an officer was faster, or it was the same paper again
            await self._backing.desk.documents_arrived(caller, declaration_id, at)

    async def _load(self, connection: Connection, caller: Caller, declaration_id: UUID) -> LoadedCase:
        return await load_case(connection, self._backing.means, caller, declaration_id)

    @asynccontextmanager
    async def _adding(
        self, caller: Caller, declaration_id: UUID
    ) -> AsyncIterator[tuple[asyncpg.Connection, Head, Seal]]:
        """A transaction on a declaration that the caller may see, with the seal of what is added."""
        async with borrowed(self._backing.pool) as connection, connection.transaction():
            head = visible((await load_heads(connection, [declaration_id])).get(declaration_id), caller)
            yield connection, head, await seal_of(connection, self._envelope, head)

    @asynccontextmanager
    async def _at_site(
        self, caller: Caller, declaration_id: UUID
    ) -> AsyncIterator[tuple[asyncpg.Connection, Head, Seal]]:
        """As `_adding`, for the site or warehouse that the declaration names; for nobody else it does not exist."""
        if caller.role != SITE:
            raise Forbidden("Only a supervised site reports on a parcel.", zh="只有监管场所可以提交报告。")
        async with borrowed(self._backing.pool) as connection, connection.transaction():
            head = (await load_heads(connection, [declaration_id])).get(declaration_id)
            if head is None or not await self._lies_at(connection, head, caller.party_code):
                raise NotFound("There is no such declaration at your site.", zh="您的监管场所没有此清单。")
            yield connection, head, await seal_of(connection, self._envelope, head)

    async def _lies_at(self, connection: Connection, head: Head, site: str) -> bool:
        """Whether the declaration names this site (loctNo) or warehouse (areaCode)."""
        if head.declaration_filing is None:
            return False
        where = (head.declaration_id, head.declaration_filing)
        library = Library(self._envelope, self._backing.means.readers)
        try:
            await library.fetch(connection, [where])
        except Unavailable:
            return False
        declaration = library.declaration(where)
        return site in (declaration.site_code, declaration.warehouse_code)

    async def _seal_of_filing(self, connection: Connection, head: Head, filing: UUID) -> Seal:
        """The seal of an earlier version's filing."""
        former = Head(*(getattr(head, name) for name in head.__struct_fields__))
        former.declaration_filing = filing
        return await seal_of(connection, self._envelope, former)

    async def _said(self, connection: Connection, entry: EntryRow) -> Said | None:
        """What a stored entry says; None where its key was shredded."""
        place = (entry.declaration_id, entry.filing)
        return Seals(self._envelope, (await load_keys(connection, [place])).values()).said(entry)

    async def _demand_asked(self, connection: Connection, head: Head, request_id: UUID) -> None:
        row = await stored.entry(connection, head.declaration_id, request_id)
        if row is None or row.kind != EntryKind.ASKED:
            raise NotFound("No such documents were asked for of this declaration.", zh="该清单没有此补单要求。")
        if row.version != head.version:
            raise Conflict(
                "They were asked for of an earlier version; read the declaration again.",
                zh="该要求针对清单的旧版本，请重新查看清单。",
            )


async def _once(work: Callable[[], Awaitable[_Kept]]) -> _Kept:
    """What has an id of its content; where the very same was added at the same time, it is there on the second try."""
    try:
        return await work()
    except asyncpg.UniqueViolationError:
        return await work()
