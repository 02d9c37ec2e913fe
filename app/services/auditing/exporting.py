"""Exports: the links of all lanes with what was found of their evidence, as lines of JSON in a file.

An export is verified without any database. It says of evidence which digest it had when it was exported; the sealed
rows themselves stay where they are. A name that ends in .zst is compressed.
"""

import io
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import asyncpg
import msgspec
import zstandard

from app.errors import Malformed, NotFound
from app.repositories.bulk import Connection
from app.security.envelope import Envelope
from app.security.keyring import KeyRing
from app.security.signing import Signer
from app.services.auditing.discrepancies import Discrepancies, Kind
from app.services.auditing.heads import signed_line, take_heads
from app.services.auditing.reading import Start, counts_of, lanes_of, one_moment, strayed
from app.services.auditing.records import Begin, End, Progress, Record, untold

SUFFIXES = (".jsonl", ".jsonl.zst")
_encode = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(Record)


async def records_of(
    connection: Connection, starts: Mapping[int, Start], envelope: Envelope | None
) -> AsyncIterator[list[Record]]:
    """Everything that a verification looks at, a page at a time; needs a transaction that sees one moment.

    Behind `starts` only a part of the evidence is spoken of, so it is not counted then.
    """
    async for page in lanes_of(connection, starts):
        yield page
    if not starts:
        yield await counts_of(connection)
    async for page in strayed(connection, envelope):
        yield page


async def export_to(
    connection: asyncpg.Connection,
    path: Path,
    instance: str,
    keyring: KeyRing,
    starts: Mapping[int, Start],
    progress: Progress = untold,
) -> int:
    """Write a new export of one moment; answers how many records. What cannot be finished is taken away again."""
    with _new(path) as file:
        async with one_moment(connection):
            heads = await take_heads(connection, instance, datetime.now(UTC))
            begin = Begin(signed_line(heads, Signer(keyring.signing_key)), whole=not starts)
            envelope = Envelope(keyring.master_keys, keyring.current)
            return await _write(records_of(connection, starts, envelope), file, begin, progress)


async def _write(pages: AsyncIterator[list[Record]], file: IO[bytes], begin: Begin, progress: Progress) -> int:
    file.write(_encode(begin) + b"\n")
    written = 0
    async for page in pages:
        file.write(b"".join(_encode(record) + b"\n" for record in page))
        written += len(page)
        progress(written)
    file.write(_encode(End()) + b"\n")
    return written


def read_export(path: Path, found: Discrepancies) -> Iterator[Record]:
    """The records of a file, or of all files of a folder in the order of their names; NotFound where there is none."""
    files = [path]
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.name.endswith(SUFFIXES))
    if not files or not all(file.is_file() for file in files):
        raise NotFound(f"There is no export in {path}: name the file that `tongguan audit export` wrote.")
    for file in files:
        yield from _records(file, found)


@contextmanager
def opened(path: Path, mode: str) -> Iterator[IO[bytes]]:
    """The plain bytes of an export file."""
    with path.open(mode) as file:
        if path.suffix != ".zst":
            yield file
        elif mode == "rb":
            with zstandard.ZstdDecompressor().stream_reader(file) as plain:
                yield io.BufferedReader(plain)
        else:
            with zstandard.ZstdCompressor(level=6).stream_writer(file) as plain:
                yield plain


@contextmanager
def _new(path: Path) -> Iterator[IO[bytes]]:
    """A file that did not exist, and does not where it could not be finished."""
    with opened(path, "xb") as file:
        try:
            yield file
        except BaseException:
            path.unlink()
            raise


def _records(path: Path, found: Discrepancies) -> Iterator[Record]:
    begun = False
    with opened(path, "rb") as lines:
        for number, line in enumerate(_until_damaged(lines, path, found), 1):
            try:
                record = _decoder.decode(line)
            except msgspec.MsgspecError as problem:
                found.add(Kind.EXPORT_UNREADABLE, f"{path.name}, line {number}", str(problem))
                continue
            begun = begun or isinstance(record, Begin)
            if begun:
                yield record
    if not begun:
        raise Malformed(f"{path} is no export, or nothing is left of it: name what `tongguan audit export` wrote.")


def _until_damaged(lines: IO[bytes], path: Path, found: Discrepancies) -> Iterator[bytes]:
    try:
        yield from lines
    except zstandard.ZstdError as problem:
        found.add(Kind.EXPORT_UNREADABLE, path.name, str(problem))
