"""Changing the registers: one transaction, audited, after which every worker reads them again."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Final

import asyncpg

from app.domain.identity import mentions_identity_number
from app.domain.period import EARLIEST, LATEST, shanghai_day
from app.errors import Malformed, NotFound
from app.repositories import registers
from app.services.audit import Act, Fact, record_acts

_CODE: Final = re.compile(r"[0-9A-Za-z]{1,18}")  # C..18 of the message specification
_NAME_LENGTH: Final = 100  # C..100
_REASON_LENGTH: Final = 500
_CHINESE: Final = {"name": "名称", "reason": "理由"}


class Clerk:
    """Who changes the registers, and when; notes what is done until it is stored with the change."""

    def __init__(self, connection: asyncpg.Connection, actor: str, at: datetime) -> None:
        self.connection = connection
        self.actor = actor
        self.at = at
        self.acts: list[Act] = []

    @property
    def today(self) -> date:
        """The day in Shanghai."""
        return shanghai_day(self.at)

    def note(self, act: str, **facts: Fact | date) -> None:
        """Note an act for the audit; never with names of people."""
        plain = {name: str(fact) if isinstance(fact, date) else fact for name, fact in facts.items()}
        self.acts.append(Act(act, plain))


@asynccontextmanager
async def changing_registers(connection: asyncpg.Connection, actor: str, at: datetime) -> AsyncIterator[Clerk]:
    """One change: all of it is committed with its audit entries when the block ends, or nothing."""
    async with connection.transaction():
        await registers.raise_epoch(connection)  # first: it locks, so that changes come one after the other
        clerk = Clerk(connection, actor, at)
        yield clerk
        await record_acts(connection, clerk.acts, actor, at)


async def demand_known(clerk: Clerk, code: str) -> None:
    """NotFound unless the party is in the register."""
    if not await registers.is_known(clerk.connection, code):
        raise NotFound(
            f"No party has the code {code}; `tongguan parties list` shows all, "
            f"`tongguan keys create` registers a new one."
        )


def checked_code(code: str) -> str:
    """A party's code as messages carry it."""
    if not _CODE.fullmatch(code):
        raise Malformed(f"{code!r} is no party code: use 1 to 18 letters and digits, the customs registration code.")
    return code


def checked_name(name: str) -> str:
    """A name of up to 100 characters."""
    return _plain(name, "name", _NAME_LENGTH)


def checked_reason(reason: str) -> str:
    """A reason of up to 500 characters. It is kept in the clear for ever: identity numbers are refused."""
    text = _plain(reason, "reason", _REASON_LENGTH)
    if mentions_identity_number(text):
        raise Malformed(
            "The reason holds an identity number and would keep it in the clear: leave it out.",
            zh="理由含有身份证号码，会以明文永久保存：请勿填写。",
        )
    return text


def checked_days(first_day: date, last_day: date | None) -> None:
    """Malformed unless the days are in order and within two centuries."""
    for day in (first_day, last_day or first_day):
        if not EARLIEST <= day <= LATEST:
            raise Malformed(f"{day} is out of range: give a day from {EARLIEST} to {LATEST}.")
    if last_day is not None and last_day < first_day:
        raise Malformed(f"The last day {last_day} lies before the first day {first_day}: give a later one.")


def _plain(text: str, what: str, length: int) -> str:
    stripped = text.strip()
    if not stripped or len(stripped) > length or not stripped.isprintable():
        raise Malformed(
            f"The {what} is empty, too long or holds control characters: give 1 to {length} characters.",
            zh=f"{_CHINESE[what]}应为 1 至 {length} 个字符，不含控制字符。",
        )
    return stripped
