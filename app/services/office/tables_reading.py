"""From an uploaded file to the parts of a draft, or to all of its faults; nothing is stored here."""

import hashlib
import io
import re
import tempfile
import zipfile
from datetime import date
from pathlib import Path
from typing import Final

import msgspec

from app.errors import Malformed, ReferenceRefused
from app.repositories.table_drafts import packed
from app.rules.tables.canonical import rows_of, to_bytes
from app.rules.tables.specifications import SPECIFICATIONS, Reading
from app.services.party_import import SPECIFICATION as PARTIES_SPECIFICATION
from app.services.party_import import Parties, read_parties
from app.services.reference_files import EXCEL, Sheet, read_sheet
from app.services.reference_import import CODES, PARTIES, read_drafts, stored_name
from app.services.reference_rows import Draft, named_rows

SUBJECTS: Final = ("tariff", "positive_list", "prohibited_goods", CODES, PARTIES)
MOST_BYTES: Final = 32 * 1024 * 1024
_EXCEL_BEGINS: Final = b"PK"
_MOST_UNPACKED: Final = 400 * 1024 * 1024  # a workbook of the whole tariff unpacks to about 20 MB
_UNSAFE: Final = re.compile(r"[^\w.\-() ]")


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """A file as an officer sent it, and how it is to be understood."""

    table: str
    file_name: str
    content: bytes
    sheet: str | None = None
    first_day: date | None = None
    complete: bool = False
    keep_earlier: bool = True
    note: str = ""


class Part(msgspec.Struct, frozen=True):
    """What a file says of one table, in canonical bytes."""

    table_name: str
    row_count: int
    sha256: bytes
    packed: bytes
    first_day: date | None


def subject_of(table: str) -> str:
    """The name under which a table is drafted; Malformed for a word that is none."""
    name = stored_name(table)
    if name not in SUBJECTS and name not in SPECIFICATIONS:
        raise Malformed(
            f"There is no table {table}; upload one of {', '.join(SUBJECTS)}, or a table of codes.",
            zh=f"没有表 {table}；可上传：{'、'.join(SUBJECTS)}，或单个代码表。",
        )
    return name


def read_upload(upload: Upload, unit_codes: dict[str, str]) -> list[Part]:
    """The parts of a file without fault; ReferenceRefused carries every fault. Takes seconds for a whole tariff."""
    subject = subject_of(upload.table)
    if upload.complete and subject != "positive_list":
        raise ReferenceRefused("Only the positive list can be said to be complete: take the mark away.")
    sheet = _sheet(upload)
    if subject == PARTIES:
        return [_parties_part(sheet, upload.first_day)]
    reading = Reading(first_day=upload.first_day, complete=upload.complete, unit_codes=unit_codes)
    return [_part(draft) for draft in read_drafts(subject, sheet, reading)]


def draft_of(table_name: str, content: bytes) -> Draft:
    """The rows of a part, as the import takes them."""
    return Draft(SPECIFICATIONS[table_name], tuple(rows_of(content)))


def parties_of(content: bytes) -> Parties:
    """The parties of a part, as the import takes them."""
    columns = PARTIES_SPECIFICATION.columns
    lines = [tuple(row[column] for column in columns) for row in rows_of(content)]
    return read_parties(Sheet(((1, columns), *enumerate(lines, start=2))))


def stated_days(parties: Parties) -> list[date]:
    """The first days that the rows name."""
    days = [one.first_day for one in parties.registrations] + [one.first_day for one in parties.standings]
    return [day for day in days if day is not None]


def _sheet(upload: Upload) -> Sheet:
    """The reader of files wants a file; its name stands in what it says."""
    name = _UNSAFE.sub("_", Path(upload.file_name or "upload").name)[:100] or "upload"
    is_excel = name.lower().endswith(EXCEL)
    if upload.content.startswith(_EXCEL_BEGINS) and not is_excel:
        name += ".xlsx"
    elif not upload.content.startswith(_EXCEL_BEGINS) and is_excel:
        raise ReferenceRefused(f"{name} is no Excel workbook: save it as .xlsx, or as CSV UTF-8.")
    if upload.content.startswith(_EXCEL_BEGINS):
        _demand_moderate(upload.content, name)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(upload.content)
        return read_sheet(file, upload.sheet)


def _demand_moderate(content: bytes, name: str) -> None:
    """A workbook is a zip file: a small one can hold gigabytes, which nobody has to unpack to say so."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed_parts:
            unpacked = sum(part.file_size for part in packed_parts.infolist())
    except zipfile.BadZipFile as problem:
        raise ReferenceRefused(f"{name} is no workbook that can be read ({problem}).") from problem
    if unpacked > _MOST_UNPACKED:
        raise ReferenceRefused(f"{name} unpacks to {unpacked // 2**20:,} MB: leave out what is no table.")


def _part(draft: Draft) -> Part:
    content = to_bytes(draft.specification, draft.rows)
    digest = hashlib.sha256(content).digest()
    return Part(draft.specification.name, len(draft.rows), digest, packed(content), draft.first_day)


def _parties_part(sheet: Sheet, first_day: date | None) -> Part:
    parties = read_parties(sheet, first_day)
    given = first_day.isoformat() if first_day else ""  # a row that names no day speaks from the approval on
    rows = [
        {**row, "first_day": row.get("first_day", "").strip() or given}
        for _, row in named_rows(sheet, PARTIES_SPECIFICATION)
    ]
    content = to_bytes(PARTIES_SPECIFICATION, rows)
    first = min(stated_days(parties), default=None)
    return Part(PARTIES, len(rows), hashlib.sha256(content).digest(), packed(content), first)
