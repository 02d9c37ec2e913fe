"""Reading one section: the value of each of its elements, by the domain's names.

Senders repeat themselves: the order of elements that one message has, the next one has too. A section in an order that
was found right before is read as a whole, which takes a third of the time; only one that does not fit is read field by
field, to say what is wrong with each.
"""

from operator import le
from typing import Any, Final

from lxml import etree

from app.ceb.fields import Field, Unfit
from app.ceb.messages.shape import Section
from app.ceb.problems import Problems
from app.ceb.sequences import ElementSequence, Slot
from app.ceb.strays import note_attributes, note_text_between, shown_name
from app.domain.identifiers import is_visible

_REMEMBERED_AT_MOST: Final = 256
_LONGEST: Final = 2**31


class SectionReader:
    """Reads elements of one section. Elements of `extra` slots are placed, and left to the caller."""

    def __init__(self, section: Section, *extra: Slot) -> None:
        self.section = section
        self._sequence = ElementSequence(
            *(Slot(field.wire, int(field.required), 1) for field in section.fields), *extra
        )
        self._layouts: dict[tuple[str, ...], _Layout] = {}

    def read(
        self, element: etree._Element, path: str, problems: Problems, *, careful: bool, empty: list[str] | None = None
    ) -> dict[str, Any]:
        """Every value by its domain name; faulty fields are noted and left out. Names sent empty go to `empty`.

        `careful` also looks for stray attributes and texts (`app.ceb.strays`).
        """
        children = list(element)
        if careful:
            _note_strays(element, children, path, problems)
        if empty is None:
            empty = []
        tags = tuple([child.tag for child in children])
        layout = self._layouts.get(tags)
        values = layout.read(children, empty) if layout is not None else None
        return self._explained(children, tags, path, problems, empty) if values is None else values

    def _explained(
        self, children: list[etree._Element], tags: tuple[str, ...], path: str, problems: Problems, empty: list[str]
    ) -> dict[str, Any]:
        """Field by field, with every fault."""
        fields = self._fields(tags, path, problems)
        values: dict[str, Any] = {}
        for child, field in zip(children, fields, strict=True):
            if field is None:
                continue
            if len(child):
                problems.add(f"{path}/{field.wire}", "has_elements")
                continue
            value = field.read(child.text)
            if isinstance(value, Unfit):
                problems.add(f"{path}/{field.wire}", value.code, **value.words)
                continue
            if field.identifier and value is not None and not is_visible(value):
                problems.add(f"{path}/{field.wire}", "not_an_identifier")
            values[field.name] = value
            if value is None:
                empty.append(field.wire)
        return values

    def _fields(self, tags: tuple[str, ...], path: str, problems: Problems) -> list[Field | None]:
        """The field of each child; an order without fault is remembered."""
        before = problems.total
        known = self.section.fields
        fields = [
            known[index] if index is not None and index < len(known) else None
            for index in self._sequence.placed(tags, path, problems)
        ]
        found = [field for field in fields if field is not None]
        if problems.total == before and len(found) == len(fields):
            if len(self._layouts) >= _REMEMBERED_AT_MOST:
                self._layouts.clear()
            self._layouts[tags] = _Layout(found)
        return fields


class _Layout:
    """The fields of a section in an order that is right, prepared for reading all of them together."""

    def __init__(self, fields: list[Field]) -> None:
        self._names = [field.name for field in fields]
        self._minima = [field.minimum or 0 for field in fields]
        self._maxima = [_LONGEST if field.maximum is None else field.maximum for field in fields]
        self._numbers = [(field.name, field.read) for field in fields if field.maximum is None]
        self._identifiers = [index for index, field in enumerate(fields) if field.identifier]
        self._absent_when_empty = [
            (field.name, field.wire) for field in fields if field.minimum == 0 and field.read("") is None
        ]

    def read(self, children: list[etree._Element], empty: list[str]) -> dict[str, Any] | None:
        """Every value by its name; None when anything does not fit."""
        if any(map(len, children)):
            return None
        texts = [child.text or "" for child in children]
        lengths = list(map(len, texts))
        if not (all(map(le, self._minima, lengths)) and all(map(le, lengths, self._maxima))):
            return None
        if not is_visible("".join([texts[index] for index in self._identifiers])):
            return None
        values: dict[str, Any] = dict(zip(self._names, texts, strict=True))
        for name, read in self._numbers:
            value = read(values[name])
            if value.__class__ is Unfit:
                return None
            values[name] = value
        for name, wire in self._absent_when_empty:
            if not values[name]:
                values[name] = None
                empty.append(wire)
        return values


def _note_strays(element: etree._Element, fields: list[etree._Element], path: str, problems: Problems) -> None:
    note_attributes(element, path, problems)
    note_text_between(element, path, problems)
    for field in fields:
        note_attributes(field, f"{path}/{shown_name(field.tag)}", problems)
