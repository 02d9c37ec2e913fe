"""Replaying a decision on record: the same documents, facts, book and day must give the same bytes (P4).

A build whose rules differ names them; its new result is never shown as the old one.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import msgspec

from app.domain.canonical import decode_assessment, encode_assessment
from app.domain.decision import Assessment, DecidedFinding
from app.domain.dossier import Documents
from app.domain.facts import Facts
from app.rules.evaluation import assess
from app.rules.rulebook import RuleBook

_BESIDE_FINDINGS: Final = ("outcome", "accepted_on", "dutiable_value_cny", "annual_reserved_cny", "tax")


class RuleDifference(msgspec.Struct, frozen=True):
    """A rule that does not say what it said; None stands for no finding."""

    rule_id: str
    stored: DecidedFinding | None
    now: DecidedFinding | None


class ReplayResult(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a decision on record can be had again.

    `equal`: byte for byte, apart from the name of the book where this build's book is another one (`same_book`).
    `rules` are those that differ, `fields` the other parts of the assessment that do; ``format``: the stored bytes
    cannot be read by this build at all.
    """

    equal: bool
    same_book: bool
    rules: tuple[RuleDifference, ...] = ()
    fields: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The result in one sentence, for logs and officers."""
        if self.equal:
            return "the same assessment, byte for byte" + ("" if self.same_book else " (under another rule book)")
        differing = [difference.rule_id for difference in self.rules] + list(self.fields)
        return f"not the same assessment; different are {', '.join(differing)}"


def replay(book: RuleBook, documents: Documents, facts: Facts, day: date, stored: bytes) -> ReplayResult:
    """Assess again and compare with the bytes on record."""
    now = assess(book.on(day), documents, facts)
    try:
        then = decode_assessment(stored)
    except msgspec.DecodeError:
        return ReplayResult(equal=False, same_book=False, fields=("format",))
    same_book = then.book == now.book
    if encode_assessment(msgspec.structs.replace(now, book=then.book)) == stored:
        return ReplayResult(equal=True, same_book=same_book)
    rules, fields = _rules_that_differ(then, now), _fields_that_differ(then, now)
    return ReplayResult(equal=False, same_book=same_book, rules=rules, fields=fields or (() if rules else ("format",)))


def changed_rules(stored: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    """Where two manifests of rule books differ: ids of rules, and engine, parameters, tables, packs."""
    parts = tuple(part for part in ("engine", "parameters", "tables", "packs") if stored[part] != now[part])
    before, after = stored["rules"], now["rules"]
    rules = (rule_id for rule_id in before.keys() | after.keys() if before.get(rule_id) != after.get(rule_id))
    return (*sorted(rules), *parts)


def _rules_that_differ(then: Assessment, now: Assessment) -> tuple[RuleDifference, ...]:
    before = {finding.rule_id: finding for finding in then.findings}
    after = {finding.rule_id: finding for finding in now.findings}
    return tuple(
        RuleDifference(rule_id, before.get(rule_id), after.get(rule_id))
        for rule_id in sorted(before.keys() | after.keys())
        if before.get(rule_id) != after.get(rule_id)
    )


def _fields_that_differ(then: Assessment, now: Assessment) -> tuple[str, ...]:
    return tuple(name for name in _BESIDE_FINDINGS if getattr(then, name) != getattr(now, name))
