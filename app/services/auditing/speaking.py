"""Whether evidence is what the links say of it, and whether there is any that no link speaks of."""

from collections import Counter
from datetime import date

from app.services.auditing.discrepancies import Discrepancies, Kind
from app.services.auditing.records import Count, Link, parties_of, payload_of
from app.services.clearance.attesting import Attested

Counted = tuple[str, date | None]


class Speech:
    """What the links speak of, compared link by link and, at the end, by number.

    `kept_from` is the first month whose evidence is still kept; what links of earlier months speak of is not missed.
    """

    def __init__(self, found: Discrepancies, kept_from: date | None) -> None:
        self.rows = 0
        self._found = found
        self._kept_from = kept_from or date.min
        self._spoken: Counter[Counted] = Counter()
        self._there: dict[Counted, int] = {}

    def take_link(self, link: Link, where: str) -> None:
        """Compare what is there with what a link attests."""
        row, payload = link.row, payload_of(link.row)
        self._spoken["events", row.month] += 1
        if payload is None:
            self._found.add(Kind.LINK_UNREADABLE, where)
            return
        parties = parties_of(payload)
        self._spoken["deliveries", row.month] += len(parties)
        if payload.attested:
            self._count(payload.attested, row.month)
        if row.month < self._kept_from:
            return
        for what in link.missing:
            self._found.add(Kind.EVIDENCE_MISSING, where, what)
        if payload.attested and not link.missing and link.digest != payload.attested.digest:
            self._found.add(
                Kind.EVIDENCE_CHANGED, where, f"declaration {row.declaration_id}" if row.declaration_id else ""
            )
        for party in sorted(set(parties).difference(link.addressed)):
            self._found.add(Kind.DELIVERY_MISSING, where, f"to {party}")

    def take_count(self, count: Count) -> None:
        """Note how many rows there are."""
        self._there[count.table, count.month] = count.rows

    def finish(self, *, whole: bool) -> None:
        """Name tables with rows that no link speaks of; the ledger knows no months, so only of a `whole` record."""
        for (table, month), there in self._there.items():
            spoken = self._spoken[table, month]
            judged = whole if month is None else month >= self._kept_from
            if judged and there > spoken:
                where = f"{table}, {month:%Y-%m}" if month else table
                self._found.add(Kind.EVIDENCE_ADDED, where, f"{there} rows, the links speak of {spoken}")

    def _count(self, attested: Attested, month: date) -> None:
        rows: dict[Counted, int] = {
            ("documents", month): bool(attested.filing),
            ("assessments", month): attested.revision is not None,
            ("transitions", month): len(attested.transitions),
            ("limit_ledger", None): attested.ledger is not None,
            ("case_entries", None): bool(attested.case_file and attested.case_file[0]),
            ("attachments", None): bool(attested.case_file and attested.case_file[1]),
        }
        self._spoken.update(rows)
        self.rows += sum(rows.values())
