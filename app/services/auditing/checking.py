"""Judging records in their order: pure, and in constant memory whatever the length of the lanes."""

from collections.abc import Sequence
from datetime import date

import msgspec

from app.services.auditing.discrepancies import Discrepancies, Kind
from app.services.auditing.known_heads import KnownHeads
from app.services.auditing.records import Begin, Count, End, LaneBegins, Link, Record, Strayed
from app.services.auditing.speaking import Speech
from app.services.clearance.chain import GENESIS, chained


class Place(msgspec.Struct):
    """How far a lane was walked. Behind a changed link there are two heads that the next may follow."""

    position: int
    heads: tuple[bytes, ...]
    walked: bool = False


class Check:
    """Takes the record piece by piece; what does not fit is in `found`.

    `kept_from` is the first month that is still kept, where earlier ones were dropped on purpose.
    """

    def __init__(self, found: Discrepancies, known: KnownHeads, kept_from: date | None = None) -> None:
        self.found = found
        self.links = 0
        self.partly: set[int] = set()  # lanes that were walked from an exported head on, not from their beginning
        self._known = known
        self._kept_from = kept_from
        self._speech = Speech(found, kept_from)
        self._places: dict[int, Place] = {}
        self._lane: LaneBegins | None = None
        self._ended = True

    @property
    def lanes(self) -> int:
        """How many lanes were walked."""
        return len(self._places)

    @property
    def rows(self) -> int:
        """How many rows of evidence the links speak of."""
        return self._speech.rows

    def take(self, record: Record) -> None:
        """Judge the next record."""
        match record:
            case Link():
                self._take_link(record)
            case LaneBegins():
                self._close_lane()
                self._open_lane(record)
            case Count():
                self._speech.take_count(record)
            case Strayed():
                self.found.add(Kind.STRAYED, record.where, record.what)
            case Begin():
                self._begin(record)
            case End():
                self._ended = True

    def finish(self) -> None:
        """Judge what only the end shows: cut lanes, rows that no link speaks of, heads that were not reached."""
        self._close_lane()
        if not self._ended:
            self.found.add(Kind.EXPORT_CUT, "the end of the file")
        self._speech.finish(whole=not self.partly and self._kept_from is None)
        for lane in sorted(self._known.lanes()):
            last = self._places.get(lane, Place(0, (GENESIS,))).position
            if beyond := self._known.beyond(lane, last):
                seen = f"link {beyond[0]} was exported at {beyond[1]}, the last link is {last}"
                self.found.add(Kind.HEAD_NOT_REACHED, f"lane {lane}", seen)

    def _begin(self, begin: Begin) -> None:
        """Another file: it goes on where the former ended, or starts from the beginning of everything."""
        self._close_lane()
        if not self._ended:
            self.found.add(Kind.EXPORT_CUT, "a file before the last one")
        self._ended = False
        if begin.whole:
            self._places.clear()
            self._speech = Speech(self.found, self._kept_from)
        heads = self._known.add(begin.heads.encode(), "the beginning of the export")
        self._known.as_of = heads.exported_at if heads else None

    def _open_lane(self, lane: LaneBegins) -> None:
        self._lane = lane
        former = self._places.get(lane.lane)
        if former and former.position == lane.after:
            return
        self._places[lane.lane] = Place(lane.after, (lane.after_head,))
        if lane.after:
            self.partly.add(lane.lane)
            where = f"lane {lane.lane}, links up to {lane.after}"
            if not self._known.at(lane.lane, lane.after):
                self.found.add(Kind.LINKS_MISSING, where, "no exported head proves them")
            self._compare_known(lane.lane, lane.after, lane.after_head)

    def _take_link(self, link: Link) -> None:
        row = link.row
        where = f"lane {row.lane}, link {row.position}"
        place = self._places.get(row.lane)
        if place is None or self._lane is None or self._lane.lane != row.lane or row.position <= place.position:
            self.found.add(Kind.LINK_REPEATED, where)
            return
        self.links += 1
        follows = [head for head in place.heads if chained(head, row) == row.chain]
        heads: tuple[bytes, ...] = (row.chain,)
        if row.position != place.position + 1:
            self._judge_gap(link, place)
        elif not follows:
            self.found.add(Kind.LINK_CHANGED, where, f"of {row.at}")
            heads = (row.chain, chained(place.heads[0], row))
        self._places[row.lane] = Place(row.position, heads, walked=True)
        self._compare_known(row.lane, row.position, row.chain)
        self._speech.take_link(link, where)

    def _compare_known(self, lane: int, position: int, head: bytes) -> None:
        """Every head that was exported of a place is the one it has: a later export must not hide an earlier one."""
        others = [at for told, at in self._known.at(lane, position).items() if told != head]
        if others:
            self.found.add(Kind.HEAD_CONTRADICTED, f"lane {lane}, link {position}", f"exported at {min(others)}")

    def _judge_gap(self, link: Link, place: Place) -> None:
        """Links before this one are gone; rightly, if a month ended there that is not kept any more."""
        row = link.row
        ended = () if place.walked else self._ended_months(row.lane, row.position - 1)
        if any(chained(head, row) == row.chain for head in ended):
            self.partly.add(row.lane)
            return
        where = f"lane {row.lane}, links {place.position + 1} to {row.position - 1}"
        self.found.add(Kind.LINKS_MISSING, where, f"before the one of {row.at}")

    def _ended_months(self, lane: int, position: int) -> Sequence[bytes]:
        """Heads exported of a place where a month ended that is not kept any more."""
        return self._known.ended(lane, position, self._kept_from) if self._kept_from else ()

    def _close_lane(self) -> None:
        lane, self._lane = self._lane, None
        if lane is None:
            return
        place, where = self._places[lane.lane], f"lane {lane.lane}"
        seen = f"its row says {lane.position}, its last link is {place.position}"
        if lane.position is None or lane.epoch is None or lane.head is None:
            self.found.add(Kind.LANE_UNKNOWN, where, f"links up to {place.position}")
            return
        if not place.walked and lane.head in self._ended_months(lane.lane, lane.position):
            self.partly.add(lane.lane)  # all its links were of dropped months
            self._places[lane.lane] = Place(lane.position, (lane.head,))
        elif lane.position > place.position:
            self.found.add(Kind.LANE_CUT, where, seen)
        elif lane.position < place.position:
            self.found.add(Kind.LANE_SET_BACK, where, seen)
        elif lane.head not in place.heads:
            self.found.add(Kind.LANE_HEAD, f"{where}, link {place.position}")
        if lane.epoch < self._known.epoch(lane.lane):
            seen = f"its row says epoch {lane.epoch}, exported was {self._known.epoch(lane.lane)}"
            self.found.add(Kind.LANE_SET_BACK, where, seen)
