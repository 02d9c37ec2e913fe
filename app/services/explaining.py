"""Explaining a decision: documents and facts are read as they were stored, and the rules are asked again.

What the decision on record says is never replaced by what the rules say now: where they differ, the differing rules
are named (promise P4).
"""

from collections.abc import AsyncIterator, Collection, Mapping
from uuid import UUID

import asyncpg
import msgspec

from app.domain.canonical import decode_assessment, decode_facts
from app.domain.decision import Assessment
from app.domain.dossier import Documents
from app.domain.facts import Facts
from app.errors import NotFound
from app.repositories.bulk import Connection
from app.repositories.evidence import AssessmentRow, all_assessments, latest_assessments
from app.repositories.heads import load_heads
from app.rules.explanation import RuleTrace, explain
from app.rules.replay import ReplayResult, replay
from app.rules.rulebook import RuleBook
from app.security.envelope import Envelope
from app.services.books import books_of
from app.services.clearance.stored import Library, Reader, References
from app.services.clearance.views import unseal_assessments
from app.services.database_errors import borrowed
from app.services.filings import Caller, DeclarationView, Door
from app.services.reading import demand_reader, read_declaration, visible
from app.services.registry import Registry


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """A decision rule by rule.

    `traces` are of this build's rules with the tables of the decision's book; where `replay` is not equal they are
    not the decision on record, and `replay` names the rules that differ.
    """

    view: DeclarationView
    assessment: Assessment
    facts: Facts
    traces: tuple[RuleTrace, ...]
    replay: ReplayResult


class Replayed(msgspec.Struct, frozen=True):
    """One stored assessment, asked again."""

    row: AssessmentRow
    documents: Documents
    facts: Facts
    stored: bytes
    result: ReplayResult


async def explain_declaration(
    pool: asyncpg.Pool,
    envelope: Envelope,
    registry: Registry,
    readers: Mapping[Door, Reader],
    caller: Caller,
    declaration_id: UUID,
) -> Explained:
    """The latest assessment of a declaration; NotFound where there is none yet."""
    demand_reader(caller)
    async with borrowed(pool) as connection:
        visible((await load_heads(connection, [declaration_id])).get(declaration_id), caller)
        row = (await latest_assessments(connection, [declaration_id])).get(declaration_id)
        if row is None:
            raise NotFound(
                "The declaration still waits for documents; it has not been assessed.",
                zh="清单仍缺单证，尚未审核。",
            )
        book = (await registry.refresh(connection)).book
        (again,) = await replayed(connection, envelope, readers, book, [row])
        book = (await books_of(connection, book, [row.book]))[row.book]
    seen = await read_declaration(pool, envelope, registry, caller, declaration_id)
    return Explained(
        view=seen,
        assessment=decode_assessment(again.stored),
        facts=again.facts,
        traces=explain(book.on(row.accepted_on), again.documents, again.facts),
        replay=again.result,
    )


async def replay_all(
    connection: Connection, envelope: Envelope, readers: Mapping[Door, Reader], book: RuleBook, page: int = 500
) -> AsyncIterator[list[Replayed]]:
    """Everything that is stored, asked again, a page at a time."""
    after = None
    while rows := await all_assessments(connection, after, page):
        yield await replayed(connection, envelope, readers, book, rows)
        after = (rows[-1].declaration_id, rows[-1].revision)


async def replayed(
    connection: Connection,
    envelope: Envelope,
    readers: Mapping[Door, Reader],
    book: RuleBook,
    rows: Collection[AssessmentRow],
) -> list[Replayed]:
    """Stored assessments, asked again: four statements for any number of them."""
    library = Library(envelope, readers)
    await library.fetch(connection, [filing for row in rows for filing in references_of(row).all()])
    books = await books_of(connection, book, [row.book for row in rows])
    found = []
    for row, stored in await unseal_assessments(connection, envelope, rows):
        documents, facts = library.dossier(references_of(row)), decode_facts(stored.facts)
        result = replay(books[row.book], documents, facts, row.accepted_on, stored.assessment)
        found.append(Replayed(row, documents, facts, stored.assessment, result))
    return found


def references_of(row: AssessmentRow) -> References:
    """Where the documents of an assessment lie."""
    """Where the documents of an assessment lie."""
    own, declaration = row.declaration_id, row.declaration_filing
    return References(
        (own, row.order_filing or declaration),
        (own, row.payment_filing or declaration),
        (row.waybill_subject or own, row.waybill_filing or declaration),
        (own, declaration),
    )
