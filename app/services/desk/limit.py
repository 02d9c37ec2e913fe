"""What an act does to the buyer's annual limit: confirmed, given back, or confirmed no more; each exactly once.

A detained parcel keeps what it reserved: the goods are in custody and it is open whether they are released in the end;
what is returned abroad or refused gives it back. A release that is taken back is reserved again. Each such round has
entries of its own in the ledger, so that the key of the ledger still refuses every repetition.
"""

from collections.abc import Iterable
from datetime import datetime

from app.domain.lifecycle import Status
from app.repositories import limits
from app.repositories.heads import Head
from app.repositories.limits import Entry, LedgerRow, entry_of, numbered
from app.repositories.together import Statement

_GIVES_BACK = frozenset({Status.REFUSED, Status.CANCELLED, Status.RETURNED})


def ledger_row(head: Head, before: Status, at: datetime) -> LedgerRow | None:
    """The movement that follows from a change of state; counts a release that was taken back."""
    entry = _entry(before, head.state)
    corrected = head.corrected
    if entry is Entry.UNCONFIRM:
        head.corrected += 1
    if entry is None or not head.reserved_value or head.buyer_index is None or head.accepted_on is None:
        return None
    return LedgerRow(
        head.buyer_index,
        head.accepted_on.year,
        head.declaration_id,
        head.version,
        numbered(entry, corrected),
        head.reserved_value,
        at,
    )


def limits_written(rows: Iterable[LedgerRow]) -> tuple[Statement | None, Statement | None]:
    """The movements, and the balances that they move."""
    written = list(rows)
    moved: dict[limits.BuyerYear, tuple[int, int]] = {}
    for row in written:
        used, confirmed = moved.get((row.buyer_index, row.year), (0, 0))
        by_used, by_confirmed = _moves(row)
        moved[row.buyer_index, row.year] = used + by_used, confirmed + by_confirmed
    return limits.ledger_added(written), limits.balances_moved(moved)


def _entry(before: Status, after: Status) -> Entry | None:
    if after is Status.RELEASED:
        return Entry.CONFIRM
    if before is Status.RELEASED and after is Status.HELD:
        return Entry.UNCONFIRM
    return Entry.GIVE_BACK if after in _GIVES_BACK else None


def _moves(row: LedgerRow) -> tuple[int, int]:
    """By how much an entry moves (used, confirmed)."""
    match entry_of(row.entry):
        case Entry.CONFIRM:
            return 0, row.amount
        case Entry.UNCONFIRM:
            return 0, -row.amount
        case _:
            return -row.amount, 0
