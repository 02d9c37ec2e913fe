"""One box that finds a declaration by whatever an officer was told, and says what it took that for.

Order number, waybill number, declaration number (preNo, invtNo), our id, an identity number or a telephone (by their
blind indexes: neither is stored in the clear), or words of goods names and case notes. Also declarations that never
had a case. Always within the officer's districts.
"""

import enum
import re
from datetime import UTC, date, datetime
from typing import Final
from unicodedata import normalize
from uuid import UUID

import msgspec

from app.domain.duties import Permission, demand
from app.domain.folding import telephone_digits
from app.domain.identity import is_valid_identity_number
from app.errors import Malformed, Problem
from app.repositories import case_search as stored
from app.repositories.bulk import Connection
from app.repositories.case_search import Found
from app.repositories.numbers import claim_of
from app.security.blind_index import BlindIndexes
from app.security.tags import Tags
from app.services.audit import Act, record_acts
from app.services.clearance.receipts import actor_of
from app.services.database_errors import borrowed
from app.services.filings import Caller
from app.services.office.backing import Backing

LONGEST: Final = 100
MOST: Final = 50
_CANDIDATES: Final = 300  # cases with the words, before the newest are chosen
_MENTION_DAY: Final = date(2199, 12, 31)
_DECLARATION_NO: Final = re.compile(r"B[0-9]{17}|[0-9]{8}I[0-9]{9}")
_TELEPHONE: Final = re.compile(
    r"(?:\+?(?:00)?86[ -]?)?(?:1[0-9]{2}[ -]?[0-9]{4}[ -]?[0-9]{4}|0[0-9]{2,3}[ -]?[0-9]{7,8})"
)
_PASSPORT: Final = re.compile(r"[A-Za-z]{1,3}[0-9]{6,10}")
_NUMBER: Final = re.compile(r"[0-9A-Za-z._/-]{4,60}")


class Meaning(enum.StrEnum):
    """What was typed was taken for."""

    ID = "id"
    DECLARATION_NO = "declaration_no"
    PERSON = "person"
    TELEPHONE = "telephone"
    ORDER_NO = "order_no"
    WAYBILL_NO = "waybill_no"
    WORDS = "words"


_PERSONAL: Final = (Meaning.PERSON, Meaning.TELEPHONE)


class SearchResult(msgspec.Struct, frozen=True, kw_only=True):
    """What was found, newest first; `more`: there are others, say more to see them. `tried`: what was looked for."""

    tried: tuple[Meaning, ...]
    meaning: Meaning | None
    found: tuple[Found, ...]
    more: bool


class Search:
    """Finding declarations."""

    def __init__(self, backing: Backing) -> None:
        self._backing = backing
        self._tags = Tags(backing.keyring.blind_index_key)
        self._indexes: BlindIndexes = backing.means.indexes

    async def find(self, caller: Caller, text: str) -> SearchResult:
        """The first meaning that finds anything is the answer.

        A search for a person is audited, with how many were found; never what was typed.
        """
        demand(caller.duties, Permission.VIEW_CASES)
        wanted = normalize("NFKC", text).strip()
        if not wanted or len(wanted) > LONGEST or not wanted.isprintable():
            problem = Problem(
                "/text", "invalid_text", f"请输入 1 至 {LONGEST} 个字符", f"type 1 to {LONGEST} characters"
            )
            raise Malformed("There is nothing to look for in this.", zh="无法按此内容查找。", problems=(problem,))
        tried = meanings_of(wanted)
        async with borrowed(self._backing.pool) as connection:
            for meaning in tried:
                found = await self._by(connection, meaning, wanted, caller)
                if meaning in _PERSONAL:
                    await self._audit(connection, caller, meaning, len(found))
                if found:
                    return SearchResult(tried=tried, meaning=meaning, found=tuple(found[:MOST]), more=len(found) > MOST)
        return SearchResult(tried=tried, meaning=None, found=(), more=False)

    async def _by(self, connection: Connection, meaning: Meaning, text: str, caller: Caller) -> list[Found]:
        own, most = caller.districts, MOST + 1
        match meaning:
            case Meaning.ID:
                return await stored.by_ids(connection, [UUID(text)], own, most)
            case Meaning.DECLARATION_NO:
                claimant = await stored.claimant(connection, claim_of(text.upper()))
                return await stored.by_ids(connection, [claimant], own, most) if claimant else []
            case Meaning.PERSON:
                return await stored.by_column(connection, "person", self._indexes.identity(text), own, most)
            case Meaning.TELEPHONE:
                return await stored.by_column(connection, "telephone", self._indexes.telephone(text), own, most)
            case Meaning.ORDER_NO:
                return await stored.by_column(connection, "order", text, own, most)
            case Meaning.WAYBILL_NO:
                return await stored.by_column(connection, "waybill", text, own, most)
            case Meaning.WORDS:
                return await self._by_words(connection, text, own)

    async def _by_words(self, connection: Connection, text: str, own: tuple[str, ...]) -> list[Found]:
        """Open cases first: closed ones only where there is room for them."""
        tags = self._tags.wanted(text)
        if not tags:
            return []
        ids = await stored.with_tags(connection, tags, own, is_open=True, most=_CANDIDATES)
        if len(ids) <= MOST:
            ids += await stored.with_tags(connection, tags, own, is_open=False, most=_CANDIDATES)
        return await stored.by_ids(connection, ids, own, MOST + 1)

    async def _audit(self, connection: Connection, caller: Caller, meaning: Meaning, found: int) -> None:
        async with connection.transaction():  # type: ignore[attr-defined] # a driver's connection
            act = Act("search.person", {"by": meaning.value, "found": found})
            await record_acts(connection, [act], actor_of(caller), datetime.now(UTC))


def meanings_of(text: str) -> tuple[Meaning, ...]:
    """What a text may be, the most telling first."""
    if is_valid_identity_number(text.upper(), _MENTION_DAY) is not False:
        return (Meaning.PERSON,)
    if _is_id(text):
        return (Meaning.ID,)
    if _DECLARATION_NO.fullmatch(text.upper()):
        return (Meaning.DECLARATION_NO, Meaning.ORDER_NO, Meaning.WAYBILL_NO)
    found = []
    if _NUMBER.fullmatch(text):
        found += [Meaning.ORDER_NO, Meaning.WAYBILL_NO]
    if _PASSPORT.fullmatch(text):
        found.append(Meaning.PERSON)
    if _TELEPHONE.fullmatch(text) and telephone_digits(text):
        found.append(Meaning.TELEPHONE)
    return (*found, Meaning.WORDS)


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
