"""A recorded scenario as it is written: requests with literal bodies, and what they were answered.

The format is described in tests/recorded/README.md, for everybody who replays the recordings against a system of
their own. What belongs here: reading it. What does not: sending (`app.demo.filing`) and comparing (the tests).
"""

from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

from app.errors import Malformed

FOLDER: Final = Path(__file__).parent / "recordings"  # those that the demonstration files

_FILING_ADDRESSES: Final = frozenset(
    {"/v1/ceb", "/v1/declarations", "/v1/declarations/batch", "/v1/orders", "/v1/payments", "/v1/waybills"}
)


class Shape(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the parts of a recording; a misspelt key is refused."""


class Buyer(Shape, frozen=True, kw_only=True):
    """A made-up person: what has to change with the numbers when the parcels are filed again."""

    identity: str
    telephone: str


class ServiceUnderTest(Shape, frozen=True, kw_only=True):
    """What the service must be like: which reference tables it has, how often it inspects."""

    tables: str = "starter"
    inspection_rate: str = "0"


class Expected(Shape, frozen=True, kw_only=True):
    """The part of an answer that is prescribed: of JSON `body`, of XML `root` and `receipts`."""

    http: int
    headers: dict[str, str] = {}
    body: Any = None
    root: str | None = None
    receipts: list[dict[str, str]] | None = None


class Step(Shape, frozen=True, kw_only=True):
    """One request. `request` is method and address; `{id of NUMBER}` stands for a declaration's id."""

    about: str
    request: str
    caller: str
    answer: Expected
    clock: str | None = None
    headers: dict[str, str] = {}
    body: str | None = None
    times: int = 1  # sent so often, `{n}` in the body counting from 01

    @property
    def method(self) -> str:
        """GET or POST."""
        return self.request.partition(" ")[0]

    @property
    def address(self) -> str:
        """What stands behind the host."""
        return self.request.partition(" ")[2]

    @property
    def is_filing(self) -> bool:
        """Whether it files documents; other requests read, or act on a declaration."""
        return self.address in _FILING_ADDRESSES and self.method == "POST"

    @property
    def is_xml(self) -> bool:
        """Whether the body is a message of the CEB door."""
        return self.body is not None and self.body.startswith("<")

    def body_of(self, turn: int) -> bytes | None:
        """The bytes that are sent the `turn`th time (from 1)."""
        return None if self.body is None else self.body.replace("{n}", f"{turn:02d}").encode()


class FeedEntries(Shape, frozen=True, kw_only=True):
    """All receipts about one number, in the order in which every one of the readers finds them in its feed."""

    number: str  # orderNo, payTransactionId, logisticsNo or copNo
    readers: list[str]
    receipts: list[dict[str, str]]


class Recording(Shape, frozen=True, kw_only=True):
    """One scenario. Every number in it holds `serial`, so that a replacement of it makes all of them new."""

    title: str
    about: str
    serial: str
    steps: list[Step]
    law: str = ""
    buyers: list[Buyer] = []
    service: ServiceUnderTest = ServiceUnderTest()
    feed: list[FeedEntries] = []


def read_recording(text: str) -> Recording:
    """The recording in a file's text; Malformed where it is none."""
    try:
        return msgspec.convert(yaml.load(text, yaml.CSafeLoader), Recording)
    except (yaml.YAMLError, msgspec.ValidationError) as problem:
        raise Malformed(f"This is no recording: {problem}") from None
