"""Rule books: the one in force, and those that decided something before, by their hash.

A book is kept on record with what it was made of. A later build has other code perhaps, but the tables of then are
still stored, so a replay asks today's rules with the tables of the day of the decision, and names what differs.
"""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

import msgspec
import zstandard

from app.errors import NotFound
from app.repositories.bulk import Connection
from app.repositories.reference import load_tables
from app.rules.catalogue import all_rules
from app.rules.parameters import read_tree
from app.rules.rulebook import RuleBook
from app.rules.tables.dated import Tables
from app.services.reference_tables import load_tables_of


class BookRecord(msgspec.Struct, frozen=True):
    """What is kept of a book: its manifest (rules and their digests) and the SHA-256 of each table."""

    manifest: dict[str, Any]
    table_digests: dict[str, str]


_decoder = msgspec.json.Decoder(BookRecord)


async def load_book(connection: Connection, current: RuleBook | None) -> RuleBook:
    """The rule book with the tables in force; the same object again where the tables have not changed."""
    tables = await load_tables(connection)
    if current is not None and current.tables.hash == tables.hash:
        return current
    book = current.with_tables(tables) if current else RuleBook.load(all_rules(), read_tree(), tables)
    await _record(connection, book, tables)
    return book


async def books_of(connection: Connection, current: RuleBook, hashes: Collection[bytes]) -> dict[bytes, RuleBook]:
    """For each book on record: this build's rules with the tables of that book.

    A book whose tables are gone is answered with the current one: the replay then names what differs.
    """
    own = bytes.fromhex(current.hash)
    others = [book for book in set(hashes) if book != own]
    records = await _records(connection, others)
    found = {own: current}
    for book in others:
        found[book] = await _with_tables_of(connection, current, records.get(book))
    return found


async def _with_tables_of(connection: Connection, current: RuleBook, record: BookRecord | None) -> RuleBook:
    if record is None or record.manifest.get("tables") == current.tables.hash:
        return current
    try:
        return current.with_tables(await load_tables_of(connection, record.table_digests))
    except NotFound:
        return current


async def _records(connection: Connection, hashes: list[bytes]) -> dict[bytes, BookRecord]:
    if not hashes:
        return {}
    rows = await connection.fetch("SELECT book, manifest FROM rule_books WHERE book = ANY($1)", hashes)
    unpack = zstandard.ZstdDecompressor().decompress
    return {row[0]: _decoder.decode(unpack(row[1])) for row in rows}


async def _record(connection: Connection, book: RuleBook, tables: Tables) -> None:
    record = msgspec.json.encode(BookRecord(book.manifest, tables.digests), order="sorted")
    await connection.execute(
        "INSERT INTO rule_books (book, first_used_at, manifest) VALUES ($1, $2, $3) ON CONFLICT (book) DO NOTHING",
        bytes.fromhex(book.hash),
        datetime.now(UTC),
        zstandard.ZstdCompressor().compress(record),
    )
