"""The whole rule language on one page: what a rule is, what it may answer, how one is written.

A rule is a pure function of (dossier, facts, parameters). It does no I/O, reads no clock, logs nothing and changes
nothing. `@rule` returns a `Rule` value and registers nothing: `catalogue.py` lists the rules.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import msgspec

from app.domain.decision import Outcome
from app.domain.dossier import Dossier
from app.domain.facts import Facts
from app.domain.identifiers import RuleId
from app.domain.money import canonical_amount
from app.domain.period import InForce
from app.domain.velocity import NOTHING_WANTED, Wanted


class Text(msgspec.Struct, frozen=True, gc=False):
    """A text in both languages."""

    zh: str
    en: str


class Law(msgspec.Struct, frozen=True, gc=False):
    """Where a rule stands: the provision, or the specification's table, and an address where there is one.

    Every finding is recorded with `provision`, and a replay compares it: it stays as it is. `zh` and `en` are how
    people read it, where that text mixes languages or is in the other one. `verified` is False where a part of it
    (a day, an article) is known in the trade and was not compared with the published text.
    """

    provision: str
    source: str | None = None
    zh: str = ""
    en: str = ""
    verified: bool = True

    @property
    def told(self) -> Text:
        """The provision as people read it."""
        return Text(self.zh or self.provision, self.en or self.provision)


class Passed(msgspec.Struct, frozen=True, gc=False):
    """The rule was applied and found nothing."""


class NotApplicable(msgspec.Struct, frozen=True, gc=False):
    """The rule does not concern this parcel."""


class Undetermined(msgspec.Struct, frozen=True, gc=False):
    """Something the rule needs is unknown; `missing` names it by path. Ends with an officer."""

    missing: tuple[str, ...]
    values: dict[str, str] = {}


class Finding(msgspec.Struct, frozen=True, gc=False):
    """The rule found something. Placeholders ``{path}`` of the text stand for `values`."""

    text: Text
    values: dict[str, str]


class Crashed(msgspec.Struct, frozen=True, gc=False):
    """The rule raised; `error` is the type of the exception, never its message (it may hold personal data)."""

    error: str


Result = Passed | NotApplicable | Undetermined | Finding | Crashed
# `Any`: the tree of parameters is typed in parameters.py, which imports this module; packs may bring their own.
RuleFunction = Callable[[Dossier, Facts, Any], Result]

PASSED: Final = Passed()
NOT_APPLICABLE: Final = NotApplicable()


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule: a function with its name in law.

    `consequence` is the name of a dated parameter group (``triple_check`` is
    ``law/parameters/consequences/triple_check.yaml``), or for packs a fixed `Outcome`. `official_code` is the customs
    business code that receipts carry for it, where there is one. `version` changes when the meaning of the code does.
    `wanted` names facts that are loaded only for rules that read them. `definition` is what a rule was compiled from
    that officers wrote (a risk profile); empty for rules that are code.
    """

    id: RuleId
    title: Text
    law: Law
    in_force: InForce
    consequence: str | Outcome
    official_code: str | None
    version: str
    provision: str
    apply: RuleFunction
    wanted: Wanted = NOTHING_WANTED
    definition: str = ""

    def __call__(self, dossier: Dossier, facts: Facts, parameters: Any) -> Result:
        """Ask the rule; whatever its function raises is raised."""
        return self.apply(dossier, facts, parameters)


def rule(
    *,
    id: str,  # noqa: A002 - the word that every rule file uses
    title: Text,
    law: Law,
    in_force: InForce,
    consequence: str | Outcome,
    official_code: str | None = None,
    version: str = "1",
) -> Callable[[RuleFunction], Rule]:
    """Turn a function into a `Rule`; its docstring says the provision. ValueError without a docstring."""

    def named(function: RuleFunction) -> Rule:
        if not function.__doc__:
            raise ValueError(f"rule {id} has no docstring: it says the provision")
        return Rule(
            id=RuleId(id),
            title=title,
            law=law,
            in_force=in_force,
            consequence=consequence,
            official_code=official_code,
            version=version,
            provision=function.__doc__,
            apply=function,
        )

    return named


def finding(*, zh: str, en: str, **values: object) -> Finding:
    """A finding with the values it read. Keys use ``__`` for the dot of a path: ``order__actual_paid_cny``."""
    return Finding(Text(zh, en), {_path(key): canonical(value) for key, value in values.items()})


def undetermined(*missing: str, **values: object) -> Undetermined:
    """Something named by path (``tariff.vat_rate_percent``) is unknown."""
    return Undetermined(missing, {_path(key): canonical(value) for key, value in values.items()})


def canonical(value: object) -> str:
    """One text per value: equal amounts print equally, None as nothing, parts of a tuple or set with commas."""
    if isinstance(value, Decimal):
        return format(canonical_amount(value), "f")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple | frozenset):
        parts = [canonical(part) for part in value]
        return ", ".join(parts if isinstance(value, tuple) else sorted(parts))
    return "" if value is None else str(value)


def _path(key: str) -> str:
    return key.replace("__", ".", 1)
