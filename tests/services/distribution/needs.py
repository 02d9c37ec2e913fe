"""What a distributed engine (Citus) needs of a statement, looked for in its text.

The sources are Citus' own limitations ("SQL Support and Workarounds") and what was measured on three nodes
(architecture, "Storage"). No Citus is at hand here: these are necessary conditions, and no proof.
"""

import re
from collections.abc import Iterator, Mapping

import msgspec

_FUNCTION = re.compile(r"\b([a-z_][a-z0-9_]*) ?\(", re.IGNORECASE)
_MARKED_ROWS = re.compile(r"\bFOR (NO KEY )?(UPDATE|SHARE|KEY SHARE)\b", re.IGNORECASE)
_NOTIFIES = re.compile(r"^(LISTEN|NOTIFY|UNLISTEN)\b|\bpg_notify\(", re.IGNORECASE)
_LOCKS_BY_HAND = re.compile(r"\bpg_(try_)?advisory|^LOCK\b", re.IGNORECASE)
_SESSION = re.compile(r"^SET (?!LOCAL|TRANSACTION)|^(PREPARE|DECLARE|CREATE TEMP)\b", re.IGNORECASE)
_INSERT = re.compile(r"^INSERT INTO (\w+) \(([^)]*)\) (.*)$", re.IGNORECASE)
_CONFLICT = re.compile(
    r"\bON CONFLICT (?:\(([^)]*)\) )?DO (NOTHING|UPDATE SET (.*?))(?: RETURNING .*)?$", re.IGNORECASE
)
_UPDATE = re.compile(
    r"^UPDATE (\w+)(?: AS \w+)? SET (.*?)(?: FROM (.*?))?(?: WHERE (.*?))?(?: RETURNING .*)?$", re.IGNORECASE
)
_ASSIGNED = re.compile(r"(?:^|, )(\w+) = ")
_NESTED = re.compile(r"\bLATERAL \(|\b(ARRAY|EXISTS|IN) ?\( ?SELECT|[,=] \( ?SELECT", re.IGNORECASE)


class Catalogue(msgspec.Struct, frozen=True):
    """What is known of the database.

    `distributed_by` is empty for a table that is copied everywhere; tables of one `group` lie together; functions are
    `volatile`, or `mutable` (volatile or stable).
    """

    distributed_by: Mapping[str, str]
    group: Mapping[str, str]
    volatile: frozenset[str]
    mutable: frozenset[str]


def objections(statement: str, catalogue: Catalogue) -> Iterator[str]:
    """Why a distributed engine would refuse a statement, or why it would not be right there."""
    if _MARKED_ROWS.search(statement):
        yield "locks rows by SELECT … FOR UPDATE: an upsert that returns them locks them, too"
    if _NOTIFIES.search(statement):
        yield "depends on LISTEN or NOTIFY: they stay on one node"
    if _LOCKS_BY_HAND.search(statement):
        yield "locks by hand: such a lock stays on one node"
    if _SESSION.search(statement):
        yield "keeps state in the session: another node, or a pooler, does not have it"
    if match := _INSERT.match(statement):
        yield from _of_insert(*match.groups(), catalogue=catalogue)
    if match := _UPDATE.match(statement):
        yield from _of_update(*match.groups(), catalogue=catalogue)
    if statement.startswith("DELETE") and _called(statement) & catalogue.volatile:
        yield "calls a volatile function in DELETE"
    if statement.startswith(("SELECT", "WITH")):
        yield from _of_select(statement, catalogue)


def _of_insert(table: str, columns: str, rest: str, *, catalogue: Catalogue) -> Iterator[str]:
    conflict = _CONFLICT.search(rest)
    source = rest[: conflict.start()] if conflict else rest
    if not source.startswith("VALUES ("):
        if not re.search(r"\bFROM unnest\(", source):
            yield "inserts neither one row nor unnested arrays"
        elif " ORDER BY " not in source:
            yield "locks many rows in no order"
    if re.search(r"\( ?SELECT", rest, re.IGNORECASE):
        yield "has a subquery within INSERT"
    if conflict is None:
        return
    target, _, assigned = conflict.groups()
    by = catalogue.distributed_by[table]
    if by and target is not None and by not in target.split(", "):
        yield "meets conflicts by a key without the distribution column"
    if assigned and by in _ASSIGNED.findall(assigned):
        yield "moves a row to another place"
    if assigned and _called(assigned) & catalogue.mutable:
        yield "calls a function in DO UPDATE that is not immutable"


def _of_update(
    table: str, assigned: str, source: str | None, where: str | None, *, catalogue: Catalogue
) -> Iterator[str]:
    if catalogue.distributed_by[table] in _ASSIGNED.findall(assigned):
        yield "moves a row to another place"
    if _called(" ".join(filter(None, (assigned, source, where)))) & catalogue.volatile:
        yield "calls a volatile function in UPDATE"
    if source is not None and not source.startswith("unnest("):
        yield "updates from something else than unnested arrays"


def _of_select(statement: str, catalogue: Catalogue) -> Iterator[str]:
    named = re.findall(r"\b(?:FROM|JOIN) (\w+)", statement)
    groups = {catalogue.group[table] for table in named if table in catalogue.group}
    if len(groups) > 1:
        yield "joins tables that lie apart"
    if groups and statement.startswith("WITH RECURSIVE"):
        yield "asks itself again and again: only where all is on one node"
    if groups and _NESTED.search(statement):
        yield "nests a query in a row of another: only where both are joined by the distribution column"


def _called(text: str) -> set[str]:
    return {name.lower() for name in _FUNCTION.findall(text)}
