"""The glossary names every field and state as the code and the official messages do."""

import re
from collections.abc import Iterator
from typing import Final

from app.ceb.messages.declaration import CEB621
from app.ceb.messages.order import CEB311
from app.ceb.messages.payment import CEB411
from app.ceb.messages.waybill import CEB511
from app.domain.lifecycle import Status
from app.domain.party import ROLES
from tests.conftest import REPOSITORY

GLOSSARY: Final = (REPOSITORY / "docs" / "glossary.md").read_text(encoding="utf-8")
ROWS: Final = [
    [cell.strip() for cell in line.strip("|").split("|")] for line in GLOSSARY.splitlines() if line[:1] == "|"
]


def test_every_field_of_the_messages_stands_with_its_wire_names() -> None:
    written = {row[0]: row[3] for row in ROWS if len(row) == 4 and row[0].startswith("`")}
    for name, wires in _wires().items():
        assert _named(written.get(f"`{name}`", "")) == wires, name


def test_no_field_is_named_that_no_message_has() -> None:
    section = GLOSSARY.partition("## Fields of the documents")[2]
    assert set(re.findall(r"^\| `(\w+)`", section, re.MULTILINE)) == set(_wires())


def test_every_state_stands_with_its_return_status() -> None:
    section = GLOSSARY.partition("## States of a declaration")[2].partition("\n## ")[0]
    written = dict(re.findall(r"^\| `(\w+)` \| .* \| (\d+) \|$", section, re.MULTILINE))
    assert written == {status.word: status.return_status for status in Status if status is not Status.COLLECTING}


def test_every_role_stands_with_its_chinese_name() -> None:
    section = GLOSSARY.partition("## Parties")[2].partition("\n## ")[0]
    assert set(ROLES) <= set(re.findall(r"^\| `(\w+)` \| [\u4e00-\u9fff]", section, re.MULTILINE))


def _wires() -> dict[str, dict[str, set[str]]]:
    """Where each field of ours stands in the messages: element name to places (``621 items``)."""
    found: dict[str, dict[str, set[str]]] = {}
    for name, wire, place in _fields():
        found.setdefault(name, {}).setdefault(wire, set()).add(place)
    return found


def _fields() -> Iterator[tuple[str, str, str]]:
    for message in (CEB311, CEB411, CEB511, CEB621):
        number = message.name.removeprefix("CEB")
        for field in message.head.fields:
            yield field.name, field.wire, number
        for field in message.items.fields if message.items else ():
            yield field.name, field.wire, f"{number} items"


def _named(cell: str) -> dict[str, set[str]]:
    """The inverse of how a cell is written: `weight` 511, `grossWeight` 621."""
    parts = re.findall(r"`(\w+)` ([^`]+)", cell)
    return {wire: {place for place in re.split(r",\s*", places) if place} for wire, places in parts}
