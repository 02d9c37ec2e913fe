"""The rule book: the rules, the dated values and the tables, immutable, with one hash that names all of it.

`book.on(day)` resolves the law of a day once: which rules are in force, what a finding of each leads to, which values
and tables they read. Assessing a parcel then is plain calls in a loop.
"""

import hashlib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Protocol

import msgspec

from app.domain.decision import Outcome
from app.domain.identifiers import RuleId
from app.domain.velocity import NOTHING_WANTED, Wanted
from app.errors import RuleBookRefused
from app.rules.digest import digest_of, engine_digest, pack_digest, pack_of
from app.rules.kernel import Rule, RuleFunction
from app.rules.parameter_groups import FIRST_LAW_DAY, Consequences, Parameters
from app.rules.parameters import ParameterTree
from app.rules.tables.lookups import TablesOfTheDay

_DAYS_KEPT = 512  # a year of acceptance days and the days of replays; a law of a day is a few kilobytes


class DatedTables(Protocol):
    """The tables (tariff, positive list, prohibited goods) as the book needs them."""

    @property
    def hash(self) -> str:
        """A hex text that changes when any row does."""

    def on(self, day: date) -> TablesOfTheDay:
        """What rules read as `parameters.tables` on that day."""


class RuleInForce(msgspec.Struct, frozen=True):
    """A rule on one day, with what its finding leads to; `apply` stands here too because the hot loop reads it."""

    rule: Rule
    outcome: Outcome
    apply: RuleFunction


class LawOfTheDay(msgspec.Struct, frozen=True):
    """Everything that applies to parcels accepted on one day."""

    day: date
    book_hash: str
    rules: tuple[RuleInForce, ...]
    parameters: Parameters
    wanted: Wanted = NOTHING_WANTED  # by any of the rules


class RuleBook:
    """An immutable rule book; another one is made, never this one changed."""

    def __init__(self, rules: tuple[Rule, ...], parameters: ParameterTree, tables: DatedTables) -> None:
        self.rules = tuple(sorted(rules, key=lambda rule: rule.id))
        self.parameters = parameters
        self.tables = tables
        self.digests: Mapping[RuleId, str] = {rule.id: digest_of(rule) for rule in self.rules}
        packs = sorted({pack for rule in rules if (pack := pack_of(rule))})
        self.packs: Mapping[str, str] = {pack: pack_digest(pack) for pack in packs}
        self.hash = _book_hash(self.manifest)
        # A cache of this book alone: it goes when the book goes.
        self.on = lru_cache(maxsize=_DAYS_KEPT)(self._on)

    @classmethod
    def load(cls, rules: tuple[Rule, ...], parameters: ParameterTree, tables: DatedTables) -> "RuleBook":
        """A checked book; RuleBookRefused when an id is used twice or a rule has no consequence on some day."""
        _refuse_repeated_ids(rules)
        _refuse_older_than_the_law(rules)
        book = cls(rules, parameters, tables)
        for day in book.days_of_change():
            book.on(day)
        return book

    def with_tables(self, tables: DatedTables) -> "RuleBook":
        """The same rules and values with other tables: what a swap of tables puts in this book's place."""
        return RuleBook.load(self.rules, self.parameters, tables)

    def with_profiles(self, profiles: tuple[Rule, ...], tables: DatedTables) -> "RuleBook":
        """The rules that are code, with other risk profiles and tables."""
        code = tuple(rule for rule in self.rules if not rule.definition)
        return RuleBook.load((*code, *profiles), self.parameters, tables)

    @property
    def profiles(self) -> tuple[Rule, ...]:
        """The rules that officers wrote."""
        return tuple(rule for rule in self.rules if rule.definition)

    def days_of_change(self) -> tuple[date, ...]:
        """The days since `FIRST_LAW_DAY` on which a rule or a value begins or a rule has ended, oldest first."""
        days = {FIRST_LAW_DAY, *self.parameters.first_days()}
        for rule in self.rules:
            days.add(rule.in_force.first_day)
            if rule.in_force.last_day is not None:
                days.add(date.fromordinal(rule.in_force.last_day.toordinal() + 1))
        return tuple(sorted(day for day in days if day >= FIRST_LAW_DAY))

    def rule(self, rule_id: str) -> Rule | None:
        """The rule of that id, None where the book has none."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)

    @property
    def manifest(self) -> dict[str, Any]:
        """What the hash is made of; stored once a book, it lets a later build name the rules whose code differs."""
        return {
            "engine": engine_digest(),
            "parameters": self.parameters.hash,
            "tables": self.tables.hash,
            "packs": dict(self.packs),
            "rules": dict(self.digests),
        }

    def _on(self, day: date) -> LawOfTheDay:
        parameters = self.parameters.on(day, self.tables.on(day))
        rules = tuple(
            RuleInForce(rule, _consequence(rule, parameters.consequences, day), rule.apply)
            for rule in self.rules
            if day in rule.in_force
        )
        wanted = NOTHING_WANTED
        for each in rules:
            wanted |= each.rule.wanted
        return LawOfTheDay(day, self.hash, rules, parameters, wanted)


def _consequence(rule: Rule, consequences: Consequences, day: date) -> Outcome:
    if isinstance(rule.consequence, Outcome):
        return rule.consequence
    if rule.consequence not in consequences.__struct_fields__:
        raise RuleBookRefused(f"rule {rule.id} names the consequence {rule.consequence!r}, which no file declares")
    outcome: Outcome | None = getattr(consequences, rule.consequence)
    if outcome is None:
        raise RuleBookRefused(
            f"rule {rule.id} is in force on {day}, but its consequence {rule.consequence} is not; "
            f"give consequences/{rule.consequence}.yaml a value from that day on"
        )
    return outcome


def _refuse_repeated_ids(rules: tuple[Rule, ...]) -> None:
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise RuleBookRefused(f"two rules have the id {rule.id}")
        seen.add(rule.id)


def _refuse_older_than_the_law(rules: tuple[Rule, ...]) -> None:
    for rule in rules:
        last_day = rule.in_force.last_day
        if rule.in_force.first_day < FIRST_LAW_DAY and (last_day is None or last_day >= FIRST_LAW_DAY):
            begins = f"rule {rule.id} begins on {rule.in_force.first_day}"
            raise RuleBookRefused(f"{begins}, but no dated value is on record before {FIRST_LAW_DAY}")


def _book_hash(manifest: Mapping[str, Any]) -> str:
    return hashlib.sha256(msgspec.json.encode(manifest, order="sorted")).hexdigest()
