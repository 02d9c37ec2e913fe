"""The table of a demonstration, for people at a terminal."""

from collections.abc import Iterator
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.demo.demonstration import Outcome, Parcel

# A pipe has no width of its own; laws are long.
WIDTH_WITHOUT_TERMINAL: Final = 170
_STYLES: Final = {"released": "green", "held": "yellow", "inspection": "yellow", "refused": "red"}
_DIFFERENCES_SHOWN: Final = 3


def console() -> Console:
    """Where the table is printed."""
    wide = Console(highlight=False)
    return wide if wide.is_terminal else Console(highlight=False, width=WIDTH_WITHOUT_TERMINAL)


def table_of(outcome: Outcome) -> Table:
    """One row a parcel: what was decided, by which rule and law, the tax, how long it took; one more for each rule."""
    table = Table(title="Recorded parcels, filed just now", show_lines=False)
    table.add_column("Parcel", ratio=4, overflow="fold")
    for name in ("Door", "Outcome", "Rule"):
        table.add_column(name, no_wrap=True)
    table.add_column("Law", ratio=5, overflow="fold")  # no blanks to break at in Chinese
    for name in ("Tax CNY", "ms"):
        table.add_column(name, no_wrap=True, justify="right")
    titles: set[str] = set()
    for parcel in outcome.parcels:
        for row in _rows(parcel, first=parcel.title not in titles):
            table.add_row(*row)
        titles.add(parcel.title)
    return table


def remarks_on(outcome: Outcome) -> Iterator[str]:
    """What has to be said besides the table."""
    times = sorted(parcel.milliseconds for parcel in outcome.parcels)
    yield (
        f"{len(outcome.parcels)} parcels of {outcome.recordings} recordings; "
        f"half of the decisions came within {times[len(times) // 2]:.0f} ms."
    )
    if outcome.drawn:
        yield (
            f"{len(outcome.drawn)} of the recordings had a parcel drawn for random inspection (RSK-06), so it was not "
            "decided as recorded; TONGGUAN_INSPECTION_RATE=0 switches that off."
        )
    others = {title: found for title, found in outcome.different.items() if title not in outcome.drawn}
    if not outcome.different:
        yield "Everything was answered as it was recorded."
    for title, found in others.items():
        yield f"Otherwise than recorded: {title}"
        yield from (f"  {each}" for each in found[:_DIFFERENCES_SHOWN])
    if outcome.left_out:
        yield (
            f"{len(outcome.left_out)} recordings happen on several days and were left out; start the service with "
            f"TONGGUAN_TEST_CLOCK=1 to see them: {'; '.join(outcome.left_out)}."
        )


def _rows(parcel: Parcel, *, first: bool) -> Iterator[tuple[str | Text, ...]]:
    declaration = parcel.declaration
    name = parcel.title if first else f"  {parcel.order_no}"
    tax = (declaration["tax"] or {}).get("total_cny") or "unknown"
    findings = [(_rule(finding), finding["law"]) for finding in declaration["findings"]] or [("-", "-")]
    yield name, parcel.doors, _outcome(declaration), *findings[0], tax, f"{parcel.milliseconds:.0f}"
    for rule, law in findings[1:]:
        yield "", "", "", rule, law, "", ""


def _outcome(declaration: dict[str, Any]) -> Text:
    """What the assessment said, and what became of it afterwards."""
    status: str = declaration["status"]
    assessed: str = declaration["outcome"] or status
    return Text(status if status == assessed else f"{status} (was {assessed})", _STYLES.get(status, ""))


def _rule(finding: dict[str, Any]) -> str:
    code = finding["official_code"]
    return f"{finding['rule_id']} ({code})" if code else str(finding["rule_id"])
