"""Filing the demonstration's recordings to a service, one after the other, and gathering what it decided.

What belongs here: which recordings, in which order, what became of each parcel. What does not: how it is printed
(`app.demo.table`).
"""

import re
from dataclasses import dataclass, field
from typing import Any, Final

from app.demo.comparing import DATED, compared
from app.demo.filing import Door, Sent, declarations_of, send
from app.demo.recording import FOLDER, Recording, read_recording
from app.demo.renewal import renewed
from app.errors import Unauthenticated

INSPECTED_BY_CHANCE: Final = "RSK-06"
_ANY_INSTANT: Final = "2024-06-18T10:00:00+08:00"
_UNAUTHENTICATED: Final = 401
_DAY: Final = len("2024-06-18")


@dataclass(frozen=True, slots=True)
class Parcel:
    """What became of one parcel of a recording."""

    title: str
    order_no: str
    doors: str  # JSON, CEB or both
    declaration: dict[str, Any]  # as an officer reads it
    milliseconds: float  # that its last filing took, with the decision


@dataclass(slots=True)
class Outcome:
    """What came of a demonstration; `different` says by title what was answered otherwise than recorded."""

    parcels: list[Parcel] = field(default_factory=list)
    recordings: int = 0
    different: dict[str, list[str]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    @property
    def drawn(self) -> set[str]:
        """The titles of recordings of which a parcel was drawn for random inspection."""
        return {
            parcel.title
            for parcel in self.parcels
            if any(finding["rule_id"] == INSPECTED_BY_CHANCE for finding in parcel.declaration["findings"])
        }


async def has_test_clock(door: Door) -> bool:
    """Whether the service lets callers set the instant; asks without filing. Unauthenticated for unknown keys."""
    headers = {
        "authorization": f"Bearer {door.keys['platform']}",
        "content-type": "application/json",
        "tongguan-clock": _ANY_INSTANT,
    }
    answer = await door.client.post("/v1/orders", headers=headers, content=b"{}")
    if answer.status_code == _UNAUTHENTICATED:
        raise Unauthenticated("The service does not know the demo keys.")
    return all(error["pointer"] != "/Tongguan-Clock" for error in answer.json().get("errors", ()))


async def demonstrate(door: Door) -> Outcome:
    """File every recording under new numbers; without the test clock only those that happen on a single day."""
    outcome = Outcome()
    for text in recordings():
        recording = renewed(text)
        if door.clock or len(_days(recording)) == 1:
            await _play(recording, door, outcome)
        else:
            outcome.left_out.append(recording.title)
    return outcome


def recordings() -> list[str]:
    """The texts of the recordings that the demonstration files, in the order of their serials."""
    texts = [file.read_text("utf-8") for file in FOLDER.rglob("*.yaml")]
    return sorted(texts, key=lambda text: read_recording(text).serial)


async def _play(recording: Recording, door: Door, outcome: Outcome) -> None:
    sent: list[Sent] = []
    different: list[str] = []
    passed_over = frozenset() if door.clock else DATED
    for step in recording.steps:
        for turn in range(1, step.times + 1):
            sent.append(await send(step, door, turn))
            different += [f"{step.about} {each}" for each in compared(step.answer, sent[-1].answer, passed_over)]
    outcome.recordings += 1
    if different:
        outcome.different[recording.title] = different
    for order_no in _orders(recording):
        took = [one.milliseconds for one in sent if one.took(order_no)]
        outcome.parcels += [
            Parcel(recording.title, order_no, _doors(recording), declaration, took[-1])
            for declaration in await declarations_of(order_no, door)
        ]


def _orders(recording: Recording) -> list[str]:
    """The order numbers that a recording's bodies name."""
    bodies = "\n".join(step.body or "" for step in recording.steps)
    return sorted(set(re.findall(rf"\bPF-{recording.serial}-\d+\b", bodies)))


def _doors(recording: Recording) -> str:
    used = {"CEB" if step.is_xml else "JSON" for step in recording.steps if step.is_filing}
    return "+".join(sorted(used, reverse=True))


def _days(recording: Recording) -> set[str]:
    return {step.clock[:_DAY] for step in recording.steps if step.clock is not None}
