"""What `tongguan audit verify` prints: a table of findings, what each kind means, and what could not be seen."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.services.auditing.checking import Check
    from app.services.auditing.discrepancies import Discrepancies
    from app.services.auditing.known_heads import KnownHeads

_SHOWN_AT_MOST = 100


def report(check: "Check", known: "KnownHeads", *, live: bool) -> Iterator[str]:
    """The lines of the report."""
    if check.found.total:
        yield from _table(check.found)
        yield ""
        yield "What it means:"
        for kind in check.found.counts:
            yield f"  {kind}: {kind.meaning}"
        yield ""
    seen = f"{counted(check.links, 'link')} of {counted(check.lanes, 'lane')}, {counted(check.rows, 'row')} of evidence"
    heads = f"{counted(known.exports, 'export')} of heads compared"
    verdict = f"{counted(check.found.total, 'finding')}" if check.found.total else "Nothing was found"
    yield f"{verdict}: {seen}, {heads}."
    yield from _unseen(check, known, live=live)


def counted(number: int, noun: str) -> str:
    """A number with its noun."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _table(found: "Discrepancies") -> Iterator[str]:
    shown = found.kept[:_SHOWN_AT_MOST]
    kinds = max(len(each.kind) for each in shown)
    places = max(len(each.where) for each in shown)
    for each in shown:
        yield f"{each.kind:<{kinds}}  {each.where:<{places}}  {each.seen}".rstrip()
    if found.total > len(shown):
        yield f"… and {found.total - len(shown):,} more"


def _unseen(check: "Check", known: "KnownHeads", *, live: bool) -> Iterator[str]:
    """What this verification could not have found."""
    if live and not known.exports:
        yield (
            "Without exported heads (--heads) a chain that was computed anew, or a tail that was cut off with all that "
            "belongs to it, cannot be seen."
        )
    if check.partly:
        lanes = ", ".join(map(str, sorted(check.partly)))
        yield f"Not from the beginning, but from an exported head on: lanes {lanes}."
    for key in sorted(known.untrusted):
        yield f"Signed by {key}, which was not compared with any key you trust: name it with --public-key."
