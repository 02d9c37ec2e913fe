"""Rule books: the one in force, and those that decided something before, by their hash.

A book is kept on record with what it was made of. A later build has other code perhaps, but the tables of then are
still stored, and so are the versions of risk profiles: a replay asks today's rules with the tables and profiles of the
day of the decision, and names what differs.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec
import zstandard

from app.errors import NotFound
from app.repositories import profiles as profile_rows
from app.repositories.bulk import Connection
from app.repositories.reference import load_tables
from app.rules.catalogue import all_rules
from app.rules.kernel import Rule
from app.rules.parameters import read_tree
from app.rules.profiles.compiling import compiled
from app.rules.profiles.definition import decode_profile
from app.rules.rulebook import RuleBook
from app.rules.tables.dated import Tables
from app.services.reference_tables import load_tables_of


class BookRecord(msgspec.Struct, frozen=True):
    """What is kept of a book: its manifest (rules and their digests), the SHA-256 of each table, its profiles."""

    manifest: dict[str, Any]
    table_digests: dict[str, str]
    profiles: dict[str, int] = {}  # which version of each


_decoder = msgspec.json.Decoder(BookRecord)


async def load_book(connection: Connection, current: RuleBook | None) -> RuleBook:
    """The rule book with the tables and profiles in force; the same object again where neither has changed."""
    tables = await load_tables(connection)
    profiles = _compiled(await profile_rows.in_force(connection))
    if current is None:
        book = RuleBook.load((*all_rules(), *profiles), read_tree(), tables)
    elif current.tables.hash == tables.hash and _named(current.profiles) == _named(profiles):
        return current
    else:
        book = current.with_profiles(profiles, tables)
    await _record(connection, book, tables)
    return book


async def books_of(connection: Connection, current: RuleBook, hashes: Collection[bytes]) -> dict[bytes, RuleBook]:
    """For each book on record: this build's rules with the tables and the profiles of that book.

    A book whose tables are gone is answered with the current one: the replay then names what differs.
    """
    own = bytes.fromhex(current.hash)
    others = [book for book in set(hashes) if book != own]
    records = await _records(connection, others)
    found = {own: current}
    for book in others:
        found[book] = await _as_of(connection, current, records.get(book))
    return found


async def _as_of(connection: Connection, current: RuleBook, record: BookRecord | None) -> RuleBook:
    if record is None:
        return current
    profiles = _compiled(await profile_rows.definitions_of(connection, record.profiles))
    if record.manifest.get("tables") == current.tables.hash:
        same = _named(profiles) == _named(current.profiles)
        return current if same else current.with_profiles(profiles, current.tables)
    try:
        return current.with_profiles(profiles, await load_tables_of(connection, record.table_digests))
    except NotFound:
        return current


def _compiled(rows: Iterable[profile_rows.Defined]) -> tuple[Rule, ...]:
    return tuple(compiled(profile_id, version, decode_profile(content)) for profile_id, version, content in rows)


def _named(profiles: Iterable[Rule]) -> dict[str, tuple[str, str]]:
    return {str(rule.id): (rule.version, rule.definition) for rule in profiles}


async def _records(connection: Connection, hashes: list[bytes]) -> dict[bytes, BookRecord]:
    if not hashes:
        return {}
    rows = await connection.fetch("SELECT book, manifest FROM rule_books WHERE book = ANY($1)", hashes)
    unpack = zstandard.ZstdDecompressor().decompress
    return {row[0]: _decoder.decode(unpack(row[1])) for row in rows}


async def _record(connection: Connection, book: RuleBook, tables: Tables) -> None:
    profiles = {str(rule.id): int(rule.version) for rule in book.profiles}
    record = msgspec.json.encode(BookRecord(book.manifest, tables.digests, profiles), order="sorted")
    await connection.execute(
        "INSERT INTO rule_books (book, first_used_at, manifest) VALUES ($1, $2, $3) ON CONFLICT (book) DO NOTHING",
        bytes.fromhex(book.hash),
        datetime.now(UTC),
        zstandard.ZstdCompressor().compress(record),
    )
