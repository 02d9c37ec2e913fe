"""Keeping heads outside the database: one line an export, appended to a file, by command or on a schedule.

A file that lies on the same machine shows what others did to the database. Against somebody who has the machine, the
folder must be one that is carried elsewhere.
"""

import asyncio
import logging
import os
import re
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from app.database_url import for_asyncpg
from app.security.signing import Signer
from app.services.auditing.heads import Heads, signed_line, take_heads
from app.services.auditing.reading import one_moment

log = logging.getLogger(__name__)
_CONNECT_SECONDS = 10


async def export_heads(connection: asyncpg.Connection, instance: str, signer: Signer, path: Path) -> Heads:
    """Add the signed heads of now to a file, or to this month's file of a folder."""
    at = datetime.now(UTC)
    async with one_moment(connection):
        heads = await take_heads(connection, instance, at)
    await asyncio.to_thread(_keep, path, heads, signed_line(heads, signer))
    return heads


async def keep_exporting(service_url: str, instance: str, signer: Signer, folder: Path, every_seconds: int) -> None:
    """Export into a folder now and every so often; one that fails is told in the log, and the next one is tried."""
    while True:
        try:
            await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
            connection = await asyncpg.connect(for_asyncpg(service_url), timeout=_CONNECT_SECONDS)
            try:
                heads = await export_heads(connection, instance, signer, folder)
            finally:
                await connection.close(timeout=_CONNECT_SECONDS)
            log.info("audit heads exported", extra={"lanes": len(heads.lanes), "folder": str(folder)})
        except Exception:
            # Whatever it is (no disk, no database), the service goes on; that nothing is exported must be seen.
            log.exception("audit heads could not be exported")
        await asyncio.sleep(every_seconds)


def append_line(file: Path, line: str) -> None:
    """Add one line that is on the disk when this returns; what a crash left of an earlier one stays a line alone."""
    descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        size = os.fstat(descriptor).st_size
        torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        os.write(descriptor, (b"\n" if torn else b"") + line.encode() + b"\n")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _keep(path: Path, heads: Heads, line: str) -> None:
    """In a folder each installation has a file a month, so that none grows for ever."""
    if path.is_dir():
        instance = re.sub(r"[^0-9A-Za-z.-]", "_", heads.instance)
        path = path / f"heads-{instance}-{heads.exported_at:%Y-%m}.jsonl"
    append_line(path, line)
