"""Case files: what officers, parties and sites may do with them. The console and the addresses call this.

What belongs here: who may, and the transaction. What does not: statements, pages, sealing (modules beside this one).
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

import asyncpg

from app.domain.case_entries import EntryKind, Note, Opened, PaperKind
from app.domain.duties import Permission, demand
from app.errors import Conflict, Malformed, NotFound, Problem
from app.repositories import case_files as stored
from app.repositories.bulk import Connection
from app.repositories.case_files import EntryRow
from app.repositories.heads import Head, load_heads
from app.services.database_errors import borrowed
from app.services.filings import Caller
from app.services.office.backing import Backing
from app.services.office.case_file.keeping import entry_of, keep
from app.services.office.case_file.loading import LoadedCase, load_case
from app.services.office.case_file.page import attachment_of, attachments_of, page_of, requests_of
from app.services.office.case_file.papers import Paper, attach, no_such_attachment
from app.services.office.case_file.sealing import BODY_PURPOSE, NAME_PURPOSE, Seal, seal_of
from app.services.office.case_file.shapes import Attachment, CasePage, DocumentRequest
from app.services.reading import visible

LONGEST_NOTE = 4000
SHORTEST_REASON = 4


class CaseFiles:
    """The case files of all declarations."""

    def __init__(self, backing: Backing) -> None:
        self._backing = backing
        self._envelope = backing.means.envelope

    async def page(self, caller: Caller, declaration_id: UUID) -> CasePage:
        """The page of one declaration, personal values masked."""
        demand(caller.duties, Permission.VIEW_CASES)
        async with borrowed(self._backing.pool) as connection:
            return page_of(await self._load(connection, caller, declaration_id), caller, clear=False)

    async def unmask(self, caller: Caller, declaration_id: UUID, reason: str, at: datetime) -> CasePage:
        """The page with personal values in the clear; that it was shown, to whom and why, is on record before."""
        demand(caller.duties, Permission.VIEW_CASES)
        demand(caller.duties, Permission.UNMASK)
        text = told(reason, "/reason", shortest=SHORTEST_REASON)
        async with self._adding(caller, declaration_id) as (connection, head, seal):
            entry = entry_of(head, seal, caller, EntryKind.UNMASKED, Note(text), at)
            await keep(connection, EntryKind.UNMASKED.word, entry)
        async with borrowed(self._backing.pool) as connection:
            return page_of(await self._load(connection, caller, declaration_id), caller, clear=True)

    async def note(self, caller: Caller, declaration_id: UUID, text: str, at: datetime) -> EntryRow:
        """Put a note to the case."""
        demand(caller.duties, Permission.WORK_CASES)
        said = Note(told(text, "/text"))
        async with self._adding(caller, declaration_id) as (connection, head, seal):
            entry = entry_of(head, seal, caller, EntryKind.NOTE, said, at)
            await stored.touch_case(connection, declaration_id, caller.party_code, at)
            await keep(connection, EntryKind.NOTE.word, entry)
        return entry

    async def attach(self, caller: Caller, declaration_id: UUID, paper: Paper, at: datetime) -> tuple[Attachment, bool]:
        """Put a paper to a declaration: an officer, or a party of it. Also says whether it is new."""
        if caller.is_officer:
            demand(caller.duties, Permission.WORK_CASES)
        if paper.kind is PaperKind.SITE_IMAGE:
            raise _unfit("/kind", "site_only", "仅监管场所可提交机检图像", "only a site sends images of its equipment")
        async with self._adding(caller, declaration_id) as (connection, head, seal):
            if paper.request_id is not None:
                await self._demand_asked(connection, head, paper.request_id)
            kept = await attach(connection, head, seal, caller, paper, at, self._backing.settings.case_files)
            if caller.is_officer:
                await stored.touch_case(connection, declaration_id, caller.party_code, at)
        return kept

    async def attachments(self, caller: Caller, declaration_id: UUID) -> tuple[Attachment, ...]:
        """The attachments: all of them for an officer, for a party those that it sent itself."""
        if caller.is_officer:
            demand(caller.duties, Permission.VIEW_CASES)
        async with borrowed(self._backing.pool) as connection:
            loaded = await self._load(connection, caller, declaration_id)
        found = attachments_of(loaded)
        if caller.is_officer:
            return found
        return tuple(each for each in found if each.actor.split(":")[1] == caller.party_code)

    async def opened(
        self, caller: Caller, declaration_id: UUID, attachment_id: UUID, at: datetime
    ) -> tuple[Attachment, bytes]:
        """An attachment with its content. It shows personal data, so that it was opened is on record."""
        demand(caller.duties, Permission.VIEW_CASES)
        demand(caller.duties, Permission.UNMASK)
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

    async def requests(self, caller: Caller, declaration_id: UUID) -> tuple[DocumentRequest, ...]:
        """What officers asked for of a declaration."""
        async with borrowed(self._backing.pool) as connection:
            loaded = await self._load(connection, caller, declaration_id)
        return requests_of(loaded, attachments_of(loaded))

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

    async def _seal_of_filing(self, connection: Connection, head: Head, filing: UUID) -> Seal:
        """The seal of an earlier version's filing."""
        former = Head(*(getattr(head, name) for name in head.__struct_fields__))
        former.declaration_filing = filing
        return await seal_of(connection, self._envelope, former)

    async def _demand_asked(self, connection: Connection, head: Head, request_id: UUID) -> None:
        row = await stored.entry(connection, head.declaration_id, request_id)
        if row is None or row.kind != EntryKind.ASKED:
            raise NotFound("No such documents were asked for of this declaration.", zh="该清单没有此补单要求。")
        if row.version != head.version:
            raise Conflict(
                "They were asked for of an earlier version; read the declaration again.",
                zh="该要求针对清单的旧版本，请重新查看清单。",
            )


def told(text: str, pointer: str, *, longest: int = LONGEST_NOTE, shortest: int = 1) -> str:
    """Words that say something; Malformed for none, or too many."""
    stripped = text.strip()
    if len(stripped) < shortest:
        raise _unfit(pointer, "too_short", f"至少填写 {shortest} 个字符", f"write at least {shortest} characters")
    if len(stripped) > longest:
        raise _unfit(pointer, "too_long", f"最多 {longest} 个字符", f"write {longest} characters at most")
    return stripped


def _unfit(pointer: str, code: str, zh: str, en: str) -> Malformed:
    return Malformed(f"{pointer.strip('/')}: {en}.", zh=f"{zh}。", problems=(Problem(pointer, code, zh, en),))
