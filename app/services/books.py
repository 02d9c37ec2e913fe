"""Rule books on record: every book that decided anything is kept by its hash with what it was made of."""

from datetime import datetime

import msgspec
import zstandard

from app.repositories.bulk import Connection
from app.rules.rulebook import RuleBook


async def record_book(connection: Connection, book: RuleBook, at: datetime) -> None:
    """Keep a book's manifest when it is first used: a later build can then name the rules that differ."""
    manifest = zstandard.ZstdCompressor().compress(msgspec.json.encode(book.manifest, order="sorted"))
    await connection.execute(
        "INSERT INTO rule_books (book, first_used_at, manifest) VALUES ($1, $2, $3) ON CONFLICT (book) DO NOTHING",
        bytes.fromhex(book.hash),
        at,
        manifest,
    )
