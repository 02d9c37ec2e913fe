"""What is wrong with a message, collected: the sender is told everything at once.

A problem never quotes a value: messages hold personal data, and problems end in answers and logs.
"""

import msgspec

from app.errors import Malformed

# A hostile message can hold hundreds of thousands of faults; this many are described, the others are counted.
DESCRIBED_AT_MOST = 10_000


class FieldProblem(msgspec.Struct, frozen=True, gc=False):
    """One fault: the path of the element or attribute, what is wrong and what is allowed, in both languages."""

    path: str  # /CEB621Message/Inventory[2]/InventoryList[1]/gcode
    zh: str
    en: str


class Problems:
    """A growing collection of problems that stays bounded."""

    __slots__ = ("described", "total")

    def __init__(self) -> None:
        self.described: list[FieldProblem] = []
        self.total = 0

    def add(self, path: str, zh: str, en: str) -> None:
        """Note one problem; beyond the bound it is only counted."""
        self.total += 1
        if self.total <= DESCRIBED_AT_MOST:
            self.described.append(FieldProblem(path, zh, en))

    def raise_if_any(self, message_type: str) -> None:
        """Raise `MalformedMessage` when something was noted."""
        if self.total:
            raise MalformedMessage(message_type, tuple(self.described), self.total)


class MalformedMessage(Malformed):
    """A message breaks the official schema; nothing of it was stored."""

    code = "malformed_message"

    def __init__(self, message_type: str, problems: tuple[FieldProblem, ...], total: int | None = None) -> None:
        self.message_type = message_type  # CEB621Message, or Unknown
        self.field_problems = problems
        self.total = len(problems) if total is None else total  # described and merely counted ones
        first = problems[0]
        super().__init__(f"{message_type} has {self.total} faulty fields, the first is {first.path}: {first.en}")


UNKNOWN_MESSAGE = "Unknown"


def unreadable(zh: str, en: str, *, path: str = "/") -> MalformedMessage:
    """The error for bytes that are no message at all."""
    return MalformedMessage(UNKNOWN_MESSAGE, (FieldProblem(path, zh, en),))
