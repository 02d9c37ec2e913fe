"""The list of our rules, and the packs that other people's packages add; an id is used once and for ever.

To add a rule: write it in a file of its own in the folder of its chapter and name it in that folder's `RULES`.
To retire one: end its `in_force`; when its code goes at last, its id goes to `RETIRED`.
"""

import functools
import re
from collections.abc import Iterable
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from app.errors import RuleBookRefused
from app.rules import (
    codes,
    declaration,
    identity,
    law_on_record,
    limits,
    parties,
    positive_list,
    prohibition,
    reuse,
    risk,
    tax,
    times,
    triple_check,
    weights,
)
from app.rules.kernel import Rule

PACKS: Final = "tongguan.rules"  # the entry point group

OUR_RULES: Final[tuple[Rule, ...]] = (
    law_on_record.law_on_record,
    *triple_check.RULES,
    *declaration.RULES,
    *codes.RULES,
    *identity.RULES,
    *parties.RULES,
    *limits.RULES,
    *positive_list.RULES,
    *prohibition.RULES,
    *tax.RULES,
    *weights.RULES,
    *times.RULES,
    *reuse.RULES,
    *risk.RULES,
)

# Ids that were used once: decisions on record name them, so none may mean something else. VAL-00 is the engine's own.
RETIRED: Final[frozenset[str]] = frozenset({"VAL-00"})
_ID: Final = re.compile(r"[A-Z][A-Z0-9]{1,11}-[0-9]{2,3}")


def all_rules(packs: Iterable[EntryPoint] | None = None) -> tuple[Rule, ...]:
    """Our rules and those of the packs (default: every installed one); RuleBookRefused names the pack that is wrong."""
    owners: dict[str, str] = {}
    rules: list[Rule] = []
    _add(rules, owners, OUR_RULES, "our catalogue")
    for pack in _installed() if packs is None else packs:
        _add(rules, owners, rules_of(pack), f"the rule pack {pack.name!r} ({pack.value})")
    return tuple(rules)


def rules_of(pack: EntryPoint) -> tuple[Rule, ...]:
    """The rules that one pack brings."""
    name = f"the rule pack {pack.name!r} ({pack.value})"
    try:
        # A pack is other people's code: it may fail in any way, also while its rules are counted.
        brought = pack.load()
        rules = tuple(brought() if callable(brought) else brought)
    except (Exception, SystemExit) as error:
        raise RuleBookRefused(f"{name} cannot be loaded: {type(error).__name__}: {error}") from error
    for rule in rules:
        if not isinstance(rule, Rule):
            raise RuleBookRefused(f"{name} brings {rule!r}, which is no rule; use @rule of app.rules.kernel")
    return rules


@functools.cache
def _installed() -> list[EntryPoint]:
    # Every installed distribution is looked through, 20 ms; books are made in the middle of the work of a process.
    return sorted(entry_points(group=PACKS), key=lambda pack: (pack.name, pack.value))


def _add(rules: list[Rule], owners: dict[str, str], added: Iterable[Rule], owner: str) -> None:
    for rule in added:
        if not _ID.fullmatch(rule.id):
            raise RuleBookRefused(f"{owner}: {rule.id!r} is no rule id; write it as ABC-01")
        if rule.id in RETIRED:
            raise RuleBookRefused(f"{owner} uses the id {rule.id}, which is retired: give the rule another one")
        if rule.id in owners:
            raise RuleBookRefused(f"{owner} uses the id {rule.id} of {owners[rule.id]}: give the rule another one")
        owners[rule.id] = owner
        rules.append(rule)
