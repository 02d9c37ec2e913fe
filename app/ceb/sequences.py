"""The order and number of elements (xs:sequence), checked so that every fault is told and none twice.

Senders repeat themselves: the order of elements that one message has, the next one has too. An order that was found
right is remembered, and checking it again is one look-up.
"""

from collections.abc import Sequence
from typing import Final

from app.ceb.messages.shape import NAMESPACE
from app.ceb.problems import Problems
from app.ceb.strays import shown_name

_REMEMBERED_AT_MOST: Final = 256


class Slot:
    """How often an element may stand at its place of a sequence."""

    __slots__ = ("maximum", "minimum", "tag", "wire")

    def __init__(self, wire: str, minimum: int, maximum: int, namespace: str = NAMESPACE) -> None:
        self.wire = wire
        self.tag = f"{{{namespace}}}{wire}"
        self.minimum = minimum
        self.maximum = maximum


class ElementSequence:
    """The slots of one xs:sequence."""

    def __init__(self, *slots: Slot) -> None:
        self.slots = slots
        self._places = {slot.tag: index for index, slot in enumerate(slots)}
        self._remembered: dict[tuple[str, ...], list[int | None]] = {}

    def placed(self, tags: tuple[str, ...], path: str, problems: Problems) -> list[int | None]:
        """The slot of every child, None for one that must not be there; every fault is noted."""
        placed = self._remembered.get(tags)
        if placed is not None:
            return placed
        before = problems.total
        placed = self._checked(tags, path, problems)
        if problems.total == before:
            if len(self._remembered) >= _REMEMBERED_AT_MOST:
                self._remembered.clear()
            self._remembered[tags] = placed
        return placed

    def _checked(self, tags: Sequence[str], path: str, problems: Problems) -> list[int | None]:
        counts = [0] * len(self.slots)
        reached = 0
        placed: list[int | None] = []
        for tag in tags:
            index = self._places.get(tag)
            if index is None:
                problems.add(f"{path}/{shown_name(tag)}", "unexpected")
                placed.append(None)
                continue
            slot = self.slots[index]
            counts[index] += 1
            if counts[index] > slot.maximum:
                place = slot.wire if slot.maximum == 1 else f"{slot.wire}[{counts[index]}]"
                problems.add(f"{path}/{place}", "too_many", most=slot.maximum)
                placed.append(None)
                continue
            if index < reached:
                problems.add(f"{path}/{slot.wire}", "out_of_order", after=self.slots[reached].wire)
            reached = max(reached, index)
            placed.append(index)
        for slot, count in zip(self.slots, counts, strict=True):
            if count < slot.minimum:
                problems.add(f"{path}/{slot.wire}", "missing")
        return placed
