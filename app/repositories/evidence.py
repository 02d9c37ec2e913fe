"""Evidence: written once, read to assess, to explain and to replay. Sealed values stay sealed here."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from app.models.declarations import number_claims
from app.models.evidence import assessments, deliveries, documents, events, signed_messages, transitions
from app.models.registers import data_keys
from app.repositories.bulk import Connection, by_key_sql, insert_sql, transposed
from app.repositories.numbers import claim_of
from app.repositories.together import Statement, together


class DocumentRow(msgspec.Struct, gc=False):
    """One filing as it was received."""

    month: date
    received_at: datetime
    subject_id: UUID
    filing_id: UUID
    door: int
    kinds: int
    filed_at: str
    sender_code: str
    sealed: bytes


class StoredKey(msgspec.Struct, gc=False):
    """A wrapped data key, and where its filing lies."""

    subject_id: UUID
    filing_id: UUID
    received_at: datetime
    month: date
    master: int
    wrapped: bytes


class AssessmentRow(msgspec.Struct, gc=False):
    """One assessment with the filings it was made from; `sealed` holds facts and result.

    A document without a filing of its own came in the declaration's, as all do in a dossier.
    """

    month: date
    assessed_at: datetime
    declaration_id: UUID
    revision: int
    version: int
    outcome: int
    accepted_on: date
    order_filing: UUID | None
    payment_filing: UUID | None
    waybill_subject: UUID | None
    waybill_filing: UUID | None
    declaration_filing: UUID
    book: bytes
    sealed: bytes


class TransitionRow(msgspec.Struct, gc=False):
    """One change of state; unique by (declaration, number)."""

    declaration_id: UUID
    at: datetime
    month: date
    number: int
    version: int
    revision: int | None
    from_status: int
    to_status: int
    act: int
    actor: str | None
    reason: bytes | None
    proposal: UUID | None = None
    proposed_by: str | None = None
    decided_by: str | None = None
    decided_with: int | None = None


class EventRow(msgspec.Struct, gc=False):
    """One link of a lane's chain."""

    month: date
    lane: int
    position: int
    clock: int
    declaration_id: UUID | None
    sequence: int | None
    at: datetime
    payload: bytes
    chain: bytes


class DeliveryRow(msgspec.Struct, gc=False):
    """What one unit of work has for one party: the links at `first_position` plus each offset."""

    party_code: str
    lane: int
    last_position: int
    month: date
    first_position: int
    offsets: list[int]


_INSERT_DOCUMENTS = insert_sql(documents)
_INSERT_KEYS = insert_sql(data_keys)
_INSERT_ASSESSMENTS = insert_sql(assessments)
_INSERT_TRANSITIONS = insert_sql(transitions)
_INSERT_EVENTS = insert_sql(events)
_INSERT_DELIVERIES = insert_sql(deliveries)
_INSERT_SIGNED = insert_sql(signed_messages, "ON CONFLICT DO NOTHING")
_INSERT_CLAIMS = insert_sql(number_claims)
_DOCUMENTS = by_key_sql(documents)
_ASSESSMENTS = by_key_sql(assessments)
_KEYS = (
    "SELECT k.subject_id, k.filing_id, k.received_at, k.month, k.master, k.wrapped FROM data_keys k "
    "JOIN unnest($1::uuid[], $2::uuid[]) AS wanted (subject_id, filing_id) USING (subject_id, filing_id)"
)
_ASSESSMENT_COLUMNS = ", ".join(f"stored.{column.name}" for column in assessments.columns)


def documents_added(rows: Sequence[DocumentRow], keys: Sequence[StoredKey]) -> list[Statement | None]:
    """Files documents with their keys. A filing that exists already is a UniqueViolation: somebody was faster."""
    return [_added(_INSERT_KEYS, keys), _added(_INSERT_DOCUMENTS, rows)]


def assessments_added(rows: Sequence[AssessmentRow]) -> Statement | None:
    """Adds assessments."""
    return _added(_INSERT_ASSESSMENTS, rows)


def transitions_added(rows: Sequence[TransitionRow]) -> Statement | None:
    """Adds changes of state."""
    return _added(_INSERT_TRANSITIONS, rows)


def events_added(rows: Sequence[EventRow], addressed: Sequence[DeliveryRow]) -> list[Statement | None]:
    """Adds links and whom they are addressed to."""
    return [_added(_INSERT_EVENTS, rows), _added(_INSERT_DELIVERIES, addressed)]


def signed_messages_added(rows: Sequence[tuple[date, UUID, datetime, str, bytes]]) -> Statement | None:
    """Keeps whole signed messages; one whose nodes fall into several units is stored by the first."""
    return _added_tuples(_INSERT_SIGNED, rows)


def number_claims_added(claims: Sequence[tuple[str, UUID]]) -> Statement | None:
    """Claims allotted numbers for ever; a number given twice is a UniqueViolation."""
    return _added_tuples(_INSERT_CLAIMS, [(claim_of(number), declaration_id) for number, declaration_id in claims])


def keys_wanted(filings: Collection[tuple[UUID, UUID]]) -> Statement | None:
    """Reads the wrapped keys that exist among (subject, filing): also tells which filings are known."""
    return Statement(_KEYS, transposed(list(filings))) if filings else None


def keys_from(rows: Iterable[Any]) -> dict[tuple[UUID, UUID], StoredKey]:
    """The keys that `keys_wanted` reads, by filing."""
    return {(row[0], row[1]): StoredKey(*row) for row in rows}


async def load_keys(
    connection: Connection, filings: Collection[tuple[UUID, UUID]]
) -> dict[tuple[UUID, UUID], StoredKey]:
    """The wrapped keys that exist among (subject, filing)."""
    (rows,) = await together(connection, [keys_wanted(filings)])
    return keys_from(rows)


async def any_key(connection: Connection) -> StoredKey | None:
    """One wrapped key, whichever comes first: enough to see whether a key ring is the one of this database."""
    row = await connection.fetchrow(
        "SELECT subject_id, filing_id, received_at, month, master, wrapped FROM data_keys LIMIT 1"
    )
    return StoredKey(*row) if row else None


async def load_documents(connection: Connection, keys: Iterable[StoredKey]) -> list[DocumentRow]:
    """The sealed documents of keys."""
    (rows,) = await together(connection, [documents_wanted(keys)])
    return [DocumentRow(*row) for row in rows]


def documents_wanted(keys: Iterable[StoredKey]) -> Statement | None:
    """Reads the sealed documents of keys."""
    wanted = [(key.month, key.received_at, key.subject_id, key.filing_id) for key in keys]
    return Statement(_DOCUMENTS, transposed(wanted)) if wanted else None


def assessments_wanted(keys: Sequence[tuple[date, datetime, UUID, int]]) -> Statement | None:
    """Reads the assessments of (month, instant, declaration, revision)."""
    return Statement(_ASSESSMENTS, transposed(keys)) if keys else None


async def latest_assessments(connection: Connection, ids: Collection[UUID]) -> dict[UUID, AssessmentRow]:
    """The newest assessment of each declaration that has one."""
    rows = await connection.fetch(
        f"SELECT {_ASSESSMENT_COLUMNS} FROM ("
        "  SELECT DISTINCT ON (declaration_id) declaration_id, revision, month, at AS assessed_at FROM transitions"
        "  WHERE declaration_id = ANY($1) AND revision IS NOT NULL ORDER BY declaration_id, number DESC"
        ") AS latest JOIN assessments AS stored USING (declaration_id, revision, month, assessed_at)",
        list(ids),
    )
    return {row[2]: AssessmentRow(*row) for row in rows}


async def all_assessments(connection: Connection, after: tuple[UUID, int] | None, limit: int) -> list[AssessmentRow]:
    """Assessments in the order of their declarations, for replaying everything that is stored."""
    rows = await connection.fetch(
        f"SELECT {_ASSESSMENT_COLUMNS} FROM assessments AS stored "
        "WHERE (declaration_id, revision) > ($1::uuid, $2::smallint) ORDER BY declaration_id, revision LIMIT $3",
        *(after or (UUID(int=0), 0)),
        limit,
    )
    return [AssessmentRow(*row) for row in rows]


def _added(text: str, rows: Sequence[msgspec.Struct]) -> Statement | None:
    return _added_tuples(text, [msgspec.structs.astuple(row) for row in rows])


def _added_tuples(text: str, rows: Sequence[tuple[Any, ...]]) -> Statement | None:
    return Statement(text, (rows,), answers=False) if rows else None
