"""Attachments: papers of officers, of the parties of a declaration, and images of a site, kept sealed.

The same paper for the same request is one attachment, however often it is sent.
"""

import hashlib
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from app.domain.case_entries import PaperKind
from app.errors import Malformed, NotFound, Problem
from app.repositories import case_files as stored
from app.repositories.bulk import Connection
from app.repositories.case_files import AttachmentRow
from app.repositories.heads import Head
from app.services.case_sealing import BODY_PURPOSE, NAME_PURPOSE, Seal
from app.services.clearance.receipts import actor_of
from app.services.filings import Caller
from app.services.office.case_file.keeping import keep
from app.services.office.case_file.page import attachment_of
from app.services.office.case_file.shapes import Attachment
from app.services.office.case_file.sniffing import SUFFIXES, media_type_of
from app.settings import CaseFileSettings
from app.uuids import uuid_of

LONGEST_NAME: Final = 120


class AttachmentRefused(Malformed):
    """A paper that is not taken; the problem says why."""

    code = "attachment_refused"

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(
            f"The attachment is not taken: {en}.", zh=f"附件未被接收：{zh}。", problems=(Problem("", code, zh, en),)
        )


class Paper(msgspec.Struct, frozen=True):
    """Something that was sent."""

    content: bytes
    name: str
    kind: PaperKind = PaperKind.OTHER
    request_id: UUID | None = None


def checked(paper: Paper, limits: CaseFileSettings) -> str:
    """The media type of a paper; AttachmentRefused for one that is empty, too large, or of no kind that is taken."""
    if not paper.content:
        raise AttachmentRefused("empty", "内容为空", "it is empty")
    most = limits.attachment_limit_bytes
    if len(paper.content) > most:
        raise AttachmentRefused("too_large", f"超过 {most} 字节", f"it is larger than {most} bytes")
    media_type = media_type_of(paper.content)
    if media_type is None:
        raise AttachmentRefused(
            "type_not_taken",
            "仅接收 PDF、PNG、JPEG、TIFF、XLSX、DOCX，且不得含脚本、宏或嵌入文件",
            "only PDF, PNG, JPEG, TIFF, XLSX and DOCX are, without script, macros or embedded files",
        )
    return media_type


def attachment_id_of(declaration_id: UUID, paper: Paper) -> UUID:
    """The id of a paper: of its content, its kind, and what it answers."""
    request = paper.request_id.bytes if paper.request_id else b""
    place = declaration_id.bytes + bytes([paper.kind]) + request
    return uuid_of(hashlib.sha256(b"attachment\0" + place + hashlib.sha256(paper.content).digest()).digest())


async def attach(
    connection: Connection,
    head: Head,
    seal: Seal,
    caller: Caller,
    paper: Paper,
    at: datetime,
    limits: CaseFileSettings,
) -> tuple[Attachment, bool]:
    """Keep a paper in the caller's transaction; also says whether it is new.

    Of two that come at once the second is a UniqueViolation where they are the same; where they are not, there may be
    one more than the most, which does no harm.
    """
    media_type, name = checked(paper, limits), tidy_name(paper.name)
    attachment_id = attachment_id_of(head.declaration_id, paper)
    place = (head.declaration_id, attachment_id, caller.party_code)
    there, count, sent = await stored.attachment_there(connection, *place)
    row = AttachmentRow(
        head.declaration_id,
        attachment_id,
        at,
        paper.kind,
        head.version,
        actor_of(caller),
        paper.request_id,
        media_type,
        len(paper.content),
        hashlib.sha256(paper.content).digest(),
        seal.filing,
        seal.closed(name.encode(), NAME_PURPOSE),
        b"",
    )
    if there:
        return attachment_of(row, name), False
    if count >= limits.attachments_per_declaration:
        most = limits.attachments_per_declaration
        raise AttachmentRefused(
            "too_many", f"每票清单最多 {most} 个附件", f"a declaration takes {most} attachments at most"
        )
    if sent >= limits.attachments_per_party and not caller.is_officer:
        most = limits.attachments_per_party
        raise AttachmentRefused(
            "too_many_of_yours",
            f"每家企业对一票清单最多发送 {most} 个附件；如确需补充，请联系海关",
            f"a party sends {most} of a declaration at most; ask customs where more is needed",
        )
    await keep(connection, "attach", attachment=(row, seal.closed(paper.content, BODY_PURPOSE)))
    return attachment_of(row, name), True


def tidy_name(name: str) -> str:
    """A name without folders, control characters and marks that file systems or headers take amiss."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(letter for letter in last if letter.isprintable() and letter not in '<>:"|?*;%')
    return kept.strip(" .")[-LONGEST_NAME:] or "paper"


def file_name(attachment: Attachment) -> str:
    """The name to save it under: with the suffix of what it really is."""
    suffix = SUFFIXES.get(attachment.media_type, ".bin")
    name = attachment.name or str(attachment.attachment_id)
    return name if name.lower().endswith(suffix) else name + suffix


def no_such_attachment() -> NotFound:
    """What is answered for an attachment that is not there."""
    return NotFound("There is no such attachment of this declaration.", zh="该清单没有此附件。")
