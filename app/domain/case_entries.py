"""What is put to a case: notes, unmaskings, requests for documents, reports of a site; and kinds of papers.

What belongs here: the words and their shapes. What does not: sealing and keeping (`app.services.office.case_file`).
"""

import enum
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

import msgspec


class EntryKind(enum.IntEnum):
    """Stored as the number; a number is never given twice."""

    NOTE = 1  # 备注: an officer's words
    UNMASKED = 2  # 查看明文: personal data were shown in the clear, and why
    ASKED = 3  # 要求补单: documents were asked for
    REPORTED = 4  # 监管场所报告: a machine or an inspection of the site says something
    OPENED = 5  # 打开附件: an attachment was opened

    @property
    def word(self) -> str:
        """The word of JSON: ``note``."""
        return self.name.lower()


class PaperKind(enum.IntEnum):
    """What a paper is; stored as the number, a number is never given twice."""

    OTHER = 0  # 其他
    INVOICE = 1  # 发票
    PAYMENT_PROOF = 2  # 支付证明
    CONTRACT = 3  # 合同
    LICENCE = 4  # 许可证件
    IDENTITY_PROOF = 5  # 身份证明
    PHOTO = 6  # 商品照片
    SITE_IMAGE = 7  # 机检图像: of the site's equipment

    @property
    def word(self) -> str:
        """The word of JSON and addresses: ``payment_proof``."""
        return self.name.lower()

    @classmethod
    def from_word(cls, word: str) -> "PaperKind":
        """The inverse of `word`; ValueError for another word."""
        try:
            return cls[word.upper()]
        except KeyError:
            raise ValueError(f"{word!r} is not a kind of paper") from None


# What an officer may ask for: a site's image comes by itself.
ASKABLE: Final = tuple(kind for kind in PaperKind if kind is not PaperKind.SITE_IMAGE)
REPORT_KINDS: Final = ("xray", "weighing", "inspection")
VERDICTS: Final = ("clear", "suspicious", "unreadable")


class Note(msgspec.Struct, frozen=True):
    """An officer's words; of an unmasking its reason."""

    text: str


class Asked(msgspec.Struct, frozen=True):
    """Documents that an officer asked for, until when."""

    kinds: tuple[str, ...]
    until: datetime
    text: str


class Reported(msgspec.Struct, frozen=True):
    """What a site's equipment or inspection found. It moves nothing: an officer decides."""

    kind: str  # REPORT_KINDS
    report_no: str
    verdict: str  # VERDICTS
    measured: dict[str, Decimal]  # name with its unit last: gross_weight_kg
    taken_at: datetime
    text: str = ""
    image: UUID | None = None  # an attachment


class Opened(msgspec.Struct, frozen=True):
    """Which attachment was opened."""

    attachment_id: UUID


Said = Note | Asked | Reported | Opened
SHAPES: Final[dict[EntryKind, type[Said]]] = {
    EntryKind.NOTE: Note,
    EntryKind.UNMASKED: Note,
    EntryKind.ASKED: Asked,
    EntryKind.REPORTED: Reported,
    EntryKind.OPENED: Opened,
}
