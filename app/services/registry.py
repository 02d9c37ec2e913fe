"""The registers as one immutable snapshot: parties, mandates and the rule book in force.

Every worker keeps one and compares its epoch in each unit of work, so a suspended party or a new table counts from the
next unit on, in all workers, without a message between them.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from typing import TypeVar

from app.domain.facts import PartyStanding
from app.repositories import registers
from app.repositories.bulk import Connection
from app.repositories.registers import Mandate, PartyPeriod, PartyRole
from app.rules.rulebook import RuleBook

# A guarantor is registered in whatever it is: the role is a part played in a declaration, not a register of its own.
ANY_ROLE = "guarantor"
# The same few parties are asked for in every parcel of a day; this many answers are remembered.
_ANSWERS_KEPT = 4096
_Asked = TypeVar("_Asked")
_Answer = TypeVar("_Answer")


class Snapshot:
    """What the registers said at one epoch."""

    def __init__(
        self,
        epoch: int,
        book: RuleBook,
        roles: list[PartyRole],
        periods: list[PartyPeriod],
        mandates: list[Mandate],
    ) -> None:
        self.epoch = epoch
        self.book = book
        self._roles = _grouped(roles)
        self._periods: dict[str, list[PartyPeriod]] = {}
        for period in periods:
            self._periods.setdefault(period.party_code, []).append(period)
        self._mandates: dict[tuple[str, str, int], list[Mandate]] = {}
        for mandate in mandates:
            key = (mandate.grantor_code, mandate.holder_code, mandate.document_kind)
            self._mandates.setdefault(key, []).append(mandate)
        self._standings: dict[tuple[str, str, date], PartyStanding] = {}
        self._mandated: dict[tuple[str, str, int, date], bool] = {}

    def standing(self, role: str, code: str, day: date) -> PartyStanding:
        """What is known of a party in a role on a day."""
        found = self._standings.get((role, code, day))
        if found is None:
            found = _remembered(self._standings, (role, code, day), self._looked_up(role, code, day))
        return found

    def _looked_up(self, role: str, code: str, day: date) -> PartyStanding:
        registered = any(
            registration.first_day <= day and (registration.last_day is None or day <= registration.last_day)
            for registration in self._roles.get(code, ())
            if role in (ANY_ROLE, registration.role)
        )
        suspended, credit_class = False, None
        for period in self._periods.get(code, ()):
            if period.first_day <= day and (period.last_day is None or day <= period.last_day):
                suspended, credit_class = period.suspended, period.credit_class
        return PartyStanding(
            role=role, code=code, registered=registered, suspended=suspended, credit_class=credit_class
        )

    def mandated(self, grantor_code: str, holder_code: str, kind: int, day: date) -> bool:
        """Whether `holder_code` may file this kind of document for `grantor_code` on a day."""
        asked = (grantor_code, holder_code, kind, day)
        found = self._mandated.get(asked)
        if found is None:
            mandates = self._mandates.get((grantor_code, holder_code, kind), ())
            found = any(
                mandate.first_day <= day and (mandate.last_day is None or day <= mandate.last_day)
                for mandate in mandates
            )
            _remembered(self._mandated, asked, found)
        return found


def _remembered(answers: dict[_Asked, _Answer], asked: _Asked, answer: _Answer) -> _Answer:
    """Keep an answer. Codes come from outside, so what is kept is bounded."""
    if len(answers) >= _ANSWERS_KEPT:
        answers.clear()
    answers[asked] = answer
    return answer


class Registry:
    """The current snapshot, read again when the epoch has moved."""

    def __init__(self, load_book: Callable[[Connection, RuleBook | None], Awaitable[RuleBook]]) -> None:
        self._load_book = load_book
        self._current: Snapshot | None = None
        self._reading = asyncio.Lock()

    @property
    def current(self) -> Snapshot:
        """The latest snapshot; RuntimeError before the first `refresh`."""
        if self._current is None:
            raise RuntimeError("the registry was not read yet: refresh it at start")
        return self._current

    async def refresh(self, connection: Connection) -> Snapshot:
        """The snapshot of the epoch that is committed now."""
        epoch = await registers.epoch(connection)
        if self._current is not None and self._current.epoch == epoch:
            return self._current
        async with self._reading:
            # Another one than ours, not only a later one: a restored database goes back.
            epoch = await registers.epoch(connection)
            if self._current is None or self._current.epoch != epoch:
                self._current = await self._read(connection, epoch)
        return self._current

    async def _read(self, connection: Connection, epoch: int) -> Snapshot:
        # What is read after the epoch may be newer than it: then the next unit reads once more, and nothing is missed.
        book = await self._load_book(connection, self._current.book if self._current else None)
        return Snapshot(
            epoch,
            book,
            await registers.party_roles(connection),
            await registers.party_periods(connection),
            await registers.mandates(connection),
        )


def _grouped(roles: list[PartyRole]) -> dict[str, list[PartyRole]]:
    grouped: dict[str, list[PartyRole]] = {}
    for role in roles:
        grouped.setdefault(role.party_code, []).append(role)
    return grouped
