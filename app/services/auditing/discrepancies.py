"""What a verification may find, and what each of it means."""

import enum
from collections import Counter

import msgspec

_KEPT_AT_MOST = 1000


class Kind(enum.StrEnum):
    """The kinds of discrepancies; each value is its title."""

    LINK_CHANGED = "link changed"
    LINK_UNREADABLE = "link unreadable"
    LINKS_MISSING = "links missing"
    LINK_REPEATED = "link repeated"
    LANE_CUT = "lane cut off"
    LANE_SET_BACK = "lane set back"
    LANE_HEAD = "lane head differs"
    LANE_UNKNOWN = "lane without a row"
    HEAD_CONTRADICTED = "exported head differs"
    HEAD_NOT_REACHED = "exported head not reached"
    HEADS_UNSIGNED = "heads not signed by us"
    HEADS_UNREADABLE = "heads unreadable"
    EVIDENCE_MISSING = "evidence missing"
    EVIDENCE_CHANGED = "evidence changed"
    EVIDENCE_ADDED = "evidence added"
    DELIVERY_MISSING = "delivery missing"
    EXPORT_CUT = "export cut off"
    EXPORT_UNREADABLE = "export unreadable"
    STRAYED = "does not follow"

    @property
    def meaning(self) -> str:
        """What has happened where this is found, in a sentence or two."""
        return _MEANINGS[self]


_MEANINGS = {
    Kind.LINK_CHANGED: "The link or its chain value is not what was written: a byte of it was changed later.",
    Kind.LINK_UNREADABLE: "The link's payload is not what this service writes.",
    Kind.LINKS_MISSING: "Links were deleted. Where old months were dropped on purpose, give the heads that were "
    "exported before (--heads): they prove what the first link that is kept follows.",
    Kind.LINK_REPEATED: "Two links claim one place of the lane: one was added by somebody else.",
    Kind.LANE_CUT: "The lane's row speaks of links that are gone: its tail was cut off.",
    Kind.LANE_SET_BACK: "The lane's row is behind its links or an exported epoch: the row was changed, or restored.",
    Kind.LANE_HEAD: "The lane's row has another chain value than its last link: one of the two was changed.",
    Kind.LANE_UNKNOWN: "There are links of a lane that has no row: the row was deleted, or the links were added.",
    Kind.HEAD_CONTRADICTED: "The chain has another value where a head was exported: the links up to there were "
    "rewritten and the chain was computed anew.",
    Kind.HEAD_NOT_REACHED: "A head was exported from further on than the lane reaches now: its tail was cut off "
    "together with its row, or an older backup was restored.",
    Kind.HEADS_UNSIGNED: "The signature does not fit, or the key is not the one that was expected: the heads prove "
    "nothing and were not compared.",
    Kind.HEADS_UNREADABLE: "A line of the heads is damaged; it was not compared.",
    Kind.EVIDENCE_MISSING: "A row that the link attests is gone. For months that were dropped on purpose, say with "
    "--kept-from which month is the first that is kept.",
    Kind.EVIDENCE_CHANGED: "A row that the link attests has another content now.",
    Kind.EVIDENCE_ADDED: "A table has rows that no link speaks of: somebody else added them.",
    Kind.DELIVERY_MISSING: "A receipt is not listed for a party that it is addressed to: the feed does not give it.",
    Kind.EXPORT_CUT: "The export ends before its end.",
    Kind.EXPORT_UNREADABLE: "A line of the export is damaged; what it said is not verified.",
    Kind.STRAYED: "Something that follows from the evidence says something else: the evidence counts.",
}


class Discrepancy(msgspec.Struct, frozen=True, gc=False):
    """One finding of a verification: its kind, where it is, and what was seen."""

    kind: Kind
    where: str
    seen: str = ""


class Discrepancies:
    """All that was found: every one is counted, the first are kept."""

    def __init__(self) -> None:
        self.kept: list[Discrepancy] = []
        self.counts: Counter[Kind] = Counter()

    def add(self, kind: Kind, where: str, seen: str = "") -> None:
        """Note one."""
        self.counts[kind] += 1
        if len(self.kept) < _KEPT_AT_MOST:
            self.kept.append(Discrepancy(kind, where, seen))

    @property
    def total(self) -> int:
        """How many were found."""
        return self.counts.total()
