"""Checking what people say before it is kept: words, requests, numbers of reports."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from app.domain.case_entries import ASKABLE, Asked, PaperKind
from app.domain.personal_numbers import personal_number_in
from app.errors import Malformed, Problem
from app.services.desk.judging import LONGEST_WAIT
from app.services.filings import Caller
from app.uuids import uuid_of

LONGEST_NOTE: Final = 4000
LONGEST_REQUEST: Final = 500  # it stands in the receipt
SHORTEST_REASON: Final = 4
CHINESE: Final = {
    PaperKind.OTHER: "其他材料",
    PaperKind.INVOICE: "发票",
    PaperKind.PAYMENT_PROOF: "支付证明",
    PaperKind.CONTRACT: "合同",
    PaperKind.LICENCE: "许可证件",
    PaperKind.IDENTITY_PROOF: "身份证明",
    PaperKind.PHOTO: "商品照片",
    PaperKind.SITE_IMAGE: "机检图像",
}


def told(text: str, pointer: str, *, longest: int = LONGEST_NOTE, shortest: int = 1) -> str:
    """Words that say something; Malformed for none, or too many."""
    stripped = text.strip()
    if not stripped and shortest:
        raise unfit(pointer, "too_short", "请填写", "write something")
    if len(stripped) < shortest:
        raise unfit(pointer, "too_short", f"至少填写 {shortest} 个字符", f"write at least {shortest} characters")
    if len(stripped) > longest:
        raise unfit(pointer, "too_long", f"最多 {longest} 个字符", f"write {longest} characters at most")
    return stripped


def asked_for(kinds: Sequence[PaperKind], until: datetime, text: str, at: datetime) -> Asked:
    """A request that parties can answer; Malformed with what is wrong with it."""
    if not kinds or any(kind not in ASKABLE for kind in kinds):
        raise unfit("/kinds", "no_kind", "请选择需要补充的单证", "say which papers are wanted")
    if not at < until <= at + LONGEST_WAIT:
        days = LONGEST_WAIT.days
        raise unfit("/until", "not_ahead", f"期限应在现在之后、{days} 天之内", f"must be ahead, within {days} days")
    words = told(text, "/text", longest=LONGEST_REQUEST, shortest=0 if PaperKind.OTHER not in kinds else 1)
    number = personal_number_in(words)
    if number == "identity_number":
        raise unfit("/text", number, "不得包含身份证件号码", "must hold no identity number: parties read it")
    if number:
        raise unfit("/text", number, "不得包含手机号码", "must hold no mobile telephone number: parties read it")
    return Asked(tuple(dict.fromkeys(kind.word for kind in kinds)), until, words)


def wanted_words(asked: Asked) -> str:
    """What is asked for, as it stands in receipts."""
    kinds = "、".join(CHINESE[PaperKind.from_word(word)] for word in asked.kinds)
    return f"{kinds}。{asked.text}" if asked.text else kinds


def report_id_of(declaration_id: UUID, caller: Caller, report_no: str) -> UUID:
    """The id of a site's report: sent again, it is the same."""
    place = declaration_id.bytes + f"{caller.party_code}\0{report_no}".encode()
    return uuid_of(hashlib.sha256(b"report\0" + place).digest())


def unfit(pointer: str, code: str, zh: str, en: str) -> Malformed:
    """Something that was sent cannot be used."""
    return Malformed(f"{pointer.strip('/')}: {en}.", zh=f"{zh}。", problems=(Problem(pointer, code, zh, en),))
