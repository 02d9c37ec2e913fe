"""Reading one section: the order and presence of its elements, then the value of each.

Senders repeat themselves: the order of elements that one message has, the next one has too. So an order that was found
right is remembered, and reading then is one look-up and one call per field.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from lxml import etree

from app.ceb.fields import Unfit
from app.ceb.messages.shape import NAMESPACE, Section
from app.ceb.problems import Problems
from app.ceb.strays import note_attributes, note_text_between, shown_name

Step = tuple[str, str, Callable[[str | None], Any]]  # wire name, domain name, reader
_REMEMBERED_AT_MOST: Final = 256


class Slot:
    """How often an element may stand at its place of a sequence."""

    __slots__ = ("maximum", "minimum", "tag", "wire")

    def __init__(self, wire: str, minimum: int, maximum: int, namespace: str = NAMESPACE) -> None:
        self.wire = wire
        self.tag = f"{{{namespace}}}{wire}"
        self.minimum = minimum
        self.maximum = maximum


def check_sequence(tags: Sequence[str], slots: Sequence[Slot], path: str, problems: Problems) -> list[int | None]:
    """The slot of every child, None for one that must not be there; every fault of the sequence is noted."""
    places = {slot.tag: index for index, slot in enumerate(slots)}
    counts = [0] * len(slots)
    reached = 0
    placed: list[int | None] = []
    for tag in tags:
        index = places.get(tag)
        if index is None:
            problems.add(f"{path}/{shown_name(tag)}", "unexpected")
            placed.append(None)
            continue
        slot = slots[index]
        counts[index] += 1
        if counts[index] > slot.maximum:
            _too_many(slot, counts[index], path, problems)
            placed.append(None)
            continue
        if index < reached:
            problems.add(f"{path}/{slot.wire}", "out_of_order", after=slots[reached].wire)
        reached = max(reached, index)
        placed.append(index)
    for slot, count in zip(slots, counts, strict=True):
        if count < slot.minimum:
            problems.add(f"{path}/{slot.wire}", "missing")
    return placed


def _too_many(slot: Slot, count: int, path: str, problems: Problems) -> None:
    place = f"{path}/{slot.wire}" if slot.maximum == 1 else f"{path}/{slot.wire}[{count}]"
    problems.add(place, "too_many", most=slot.maximum)


class SectionReader:
    """Reads elements of one section into the domain's names and values."""

    def __init__(self, section: Section, extra: Iterable[Slot] = ()) -> None:
        self.section = section
        self._slots = [Slot(field.wire, int(field.required), 1) for field in section.fields] + list(extra)
        self._steps: list[Step | None] = [(field.wire, field.name, field.read) for field in section.fields]
        self._steps += [None] * (len(self._slots) - len(self._steps))
        self._remembered: dict[tuple[str, ...], list[Step | None]] = {}

    def read(
        self, element: etree._Element, path: str, problems: Problems, *, careful: bool, empty: list[str] | None = None
    ) -> dict[str, Any]:
        """Every value by its domain name; faulty fields are noted and left out. Names sent empty go to `empty`.

        `careful` also looks for stray attributes and texts (`app.ceb.strays`).
        """
        children = list(element)
        if careful:
            _note_strays(element, children, path, problems)
        values: dict[str, Any] = {}
        for child, step in zip(children, self._arranged(children, path, problems), strict=True):
            if step is None:
                continue
            wire, name, read = step
            if len(child):
                problems.add(f"{path}/{wire}", "has_elements")
                continue
            value = read(child.text)
            if value.__class__ is Unfit:
                problems.add(f"{path}/{wire}", value.code, **value.words)
                continue
            values[name] = value
            if value is None and empty is not None:
                empty.append(wire)
        return values

    def _arranged(self, children: list[etree._Element], path: str, problems: Problems) -> list[Step | None]:
        tags = tuple([child.tag for child in children])
        steps = self._remembered.get(tags)
        if steps is not None:
            return steps
        before = problems.total
        placed = check_sequence(tags, self._slots, path, problems)
        steps = [None if index is None else self._steps[index] for index in placed]
        if problems.total == before:
            if len(self._remembered) >= _REMEMBERED_AT_MOST:
                self._remembered.clear()
            self._remembered[tags] = steps
        return steps


def _note_strays(element: etree._Element, fields: list[etree._Element], path: str, problems: Problems) -> None:
    note_attributes(element, path, problems)
    note_text_between(element, path, problems)
    for field in fields:
        note_attributes(field, f"{path}/{shown_name(field.tag)}", problems)
