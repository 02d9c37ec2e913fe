"""The client's own ledger: what was acknowledged, with which words; nothing in it comes from the database."""

import hashlib
import threading
from collections import Counter, deque
from decimal import Decimal

import msgspec

from chaos.filings import Filing, Parcel, Request


class Acknowledged(msgspec.Struct, frozen=True):
    """What an answer said of a parcel; what its door does not say is None."""

    parcel: Parcel
    outcome: str
    declaration_id: str | None = None
    value_cny: Decimal | None = None
    version: int | None = None
    pre_no: str | None = None
    declaration_no: str | None = None


class Keyed(msgspec.Struct, frozen=True):
    """A request with a key, and what its answer was."""

    request: Request
    status: int
    digest: bytes


class Ledger:
    """Kept by several senders at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.acknowledged: dict[str, Acknowledged] = {}
        self.keyed: dict[str, Keyed] = {}
        self.fresh_keys: list[str] = []  # since the last check
        self.unsettled: deque[Filing] = deque()
        self.contradictions: list[str] = []
        self.unequal_replays: list[str] = []
        self.sent: Counter[str] = Counter()
        self.troubles: Counter[str] = Counter()

    def acknowledge(self, answered: Acknowledged) -> None:
        """A parcel was answered; an answer that says something else than an earlier one is a contradiction."""
        with self._lock:
            order_no = answered.parcel.order_no
            earlier = self.acknowledged.get(order_no)
            merged = answered if earlier is None else _merged(earlier, answered)
            if merged is None:
                self.contradictions.append(f"order {order_no} was answered {earlier} and then {answered}")
            else:
                self.acknowledged[order_no] = merged

    def note_key(self, request: Request, status: int, content: bytes) -> None:
        """A request with a key was answered; the same key is always answered with the same bytes."""
        if request.key is None:
            return
        noted = Keyed(request, status, hashlib.sha256(content).digest())
        with self._lock:
            earlier = self.keyed.setdefault(request.key, noted)
            if earlier is noted:
                self.fresh_keys.append(request.key)
            elif (earlier.status, earlier.digest) != (noted.status, noted.digest):
                said = f"{earlier.status} and then {status} {content[:200]!r}"
                self.unequal_replays.append(f"{request.path} with key {request.key}: {said}")

    def count(self, request: Request) -> None:
        """A request is about to be sent."""
        with self._lock:
            self.sent[request.path] += 1

    def trouble(self, what: str) -> None:
        """A request was not answered for good: what happened instead."""
        with self._lock:
            self.troubles[what] += 1


def _merged(earlier: Acknowledged, later: Acknowledged) -> Acknowledged | None:
    """Both answers in one; None where they say different things."""
    values = {}
    for name in Acknowledged.__struct_fields__:
        former, latter = getattr(earlier, name), getattr(later, name)
        if former is not None and latter is not None and former != latter:
            return None
        values[name] = latter if former is None else former
    return Acknowledged(**values)
