"""What the senders file: single dossiers, batches and official messages, with and without key, now and then again."""

import random
import threading
import uuid
from collections import deque
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

import msgspec

from app.domain.dossier import Documents
from bench.bodies import batch_body, ceb_messages, json_body
from bench.parcels import Parcels
from tests import builders

JSON: Final = "application/json"
XML: Final = "application/xml"
SINGLE_PATH: Final = "/v1/declarations"
BATCH_PATH: Final = "/v1/declarations/batch"
CEB_PATH: Final = "/v1/ceb"
_WAYS: Final = ((SINGLE_PATH, BATCH_PATH, CEB_PATH), (76, 12, 12))
_AT_ONCE: Final = (2, 15)
_KEYED_SHARE: Final = 0.5
_REPEATED_SHARE: Final = 0.06
_REMEMBERED: Final = 200


class Parcel(msgspec.Struct, frozen=True):
    """What the client knows of a parcel that it files."""

    order_no: str
    internal_no: str
    buyer: str
    value_cny: Decimal  # goods, freight and insurance, as the client adds them up


class Request(msgspec.Struct, frozen=True):
    """One POST; `deciding` ones are answered with what became of the parcels, in their order."""

    path: str
    media_type: str
    body: bytes
    parcels: tuple[Parcel, ...]
    key: str | None = None
    deciding: bool = True


class Filing(msgspec.Struct):
    """Requests that are posted one after the other, each until it is answered for good; `done` of them were."""

    requests: tuple[Request, ...]
    done: int = 0

    @property
    def next(self) -> Request | None:
        """The request that is to be posted now; None when the filing is settled."""
        return self.requests[self.done] if self.done < len(self.requests) else None


class Filings:
    """An endless, reproducible supply; may be asked by several threads."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self._parcels = Parcels(seed=seed, now=datetime.now(UTC))
        self._numbers: set[str] = set()
        self._lock = threading.Lock()
        self._recent: deque[Filing] = deque(maxlen=_REMEMBERED)

    def take(self) -> Filing:
        """The next filing: nearly always a new one, sometimes one that was given before, byte for byte."""
        with self._lock:
            if self._recent and self._dice.random() < _REPEATED_SHARE:
                return Filing(self._dice.choice(self._recent).requests)
            self._recent.append(self._new())
            return Filing(self._recent[-1].requests)

    def _new(self) -> Filing:
        (path,) = self._dice.choices(*_WAYS)
        filed = [self._parcel() for _ in range(1 if path == SINGLE_PATH else self._dice.randint(*_AT_ONCE))]
        parcels = tuple(_known_of(each) for each in filed)
        if path == CEB_PATH:
            *early, last = ceb_messages(filed, builders.PLATFORM)
            requests = [Request(path, XML, body, parcels, self._key(), deciding=False) for body in early]
            return Filing((*requests, Request(path, XML, last, parcels, self._key())))
        bodies = [json_body(each) for each in filed]
        body = bodies[0] if path == SINGLE_PATH else batch_body(bodies)
        return Filing((Request(path, JSON, body, parcels, self._key()),))

    def _parcel(self) -> Documents:
        """The next parcel with numbers of its own: drawn numbers meet sooner or later."""
        while True:
            (parcel,) = self._parcels.take(1)
            numbers = {parcel.order.order_no, parcel.waybill.waybill_no, parcel.declaration.internal_no or ""}
            if self._numbers.isdisjoint(numbers):
                self._numbers |= numbers
                return parcel

    def _key(self) -> str | None:
        if self._dice.random() >= _KEYED_SHARE:
            return None
        return str(uuid.UUID(int=self._dice.getrandbits(128), version=4))


def _known_of(documents: Documents) -> Parcel:
    order, declaration = documents.order, documents.declaration
    value_cny = order.goods_value_cny + declaration.freight_cny + declaration.insurance_cny
    return Parcel(order.order_no, declaration.internal_no or "", order.buyer_id_number or "", value_cny)
