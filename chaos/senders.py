"""About ten senders that file without pause, and send again what was not answered for good."""

import http.client
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import msgspec

from chaos.filings import Filing, Filings, Request
from chaos.ledger import Ledger
from chaos.reading import Unsettled, acknowledgements, is_kept

SENDERS: Final = 10
_ANSWER_SECONDS: Final = 12.0
_AFTER_TROUBLE_SECONDS: Final = 0.1
_SLOW_SECONDS: Final = 5.0
LOST = (OSError, http.client.HTTPException)


class Post(msgspec.Struct, frozen=True):
    """An answer as it came."""

    status: int
    content: bytes
    replayed: bool


class Senders:
    """Files at the service on `port` as the demo platform; the ledger keeps what was answered."""

    def __init__(self, port: int, key: str, filings: Filings, ledger: Ledger, dice: random.Random) -> None:
        self.clock: str | None = None  # the header Tongguan-Clock, where a fault sets it
        self._port = port
        self._key = key
        self._filings = filings
        self._ledger = ledger
        self._dice = dice
        self._flowing = threading.Event()
        self.longest_pause_seconds = 0.1

    @contextmanager
    def flowing(self) -> Iterator[None]:
        """New filings as long as the block lasts; what is under way at its end is awaited."""
        self._flowing.set()
        threads = [threading.Thread(target=self._flow) for _ in range(SENDERS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._flowing.clear()
            for thread in threads:
                thread.join()

    def settle(self, patience_seconds: float) -> int:
        """Send again what was not answered for good, until it is; answers how many could not be settled."""
        deadline = time.monotonic() + patience_seconds
        threads = [threading.Thread(target=self._settle, args=(deadline,)) for _ in range(SENDERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return len(self._ledger.unsettled)

    def post(self, request: Request) -> Post:
        """One request on a connection of its own: the kernel spreads them over the workers."""
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": request.media_type}
        if request.key is not None:
            headers["Idempotency-Key"] = request.key
        if self.clock is not None:
            headers["Tongguan-Clock"] = self.clock
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_ANSWER_SECONDS)
        try:
            began = time.monotonic()
            connection.request("POST", request.path, request.body, headers)
            answer = connection.getresponse()
            if time.monotonic() - began > _SLOW_SECONDS:
                self._ledger.trouble(f"{answer.status} only after {_SLOW_SECONDS:.0f} s")
            return Post(answer.status, answer.read(), answer.headers.get("Idempotent-Replayed") == "true")
        finally:
            connection.close()

    def _flow(self) -> None:
        while self._flowing.is_set():
            filing = self._filings.take()
            if not self._settled(filing):
                self._ledger.unsettled.append(filing)
                time.sleep(_AFTER_TROUBLE_SECONDS * 4)
            time.sleep(self._dice.random() * self.longest_pause_seconds)

    def _settle(self, deadline: float) -> None:
        while time.monotonic() < deadline:
            try:
                filing = self._ledger.unsettled.popleft()
            except IndexError:
                return
            if not self._settled(filing):
                self._ledger.unsettled.append(filing)
                time.sleep(_AFTER_TROUBLE_SECONDS)

    def _settled(self, filing: Filing) -> bool:
        """Post what is left of a filing; False at the first request that was not answered for good."""
        while request := filing.next:
            self._ledger.count(request)
            try:
                self._post_once(request)
            except Unsettled as unsettled:
                self._ledger.trouble(str(unsettled))
                if unsettled.spent:
                    filing.requests = _without_key(filing, request)
                return False
            except LOST as lost:
                self._ledger.trouble(type(lost).__name__)
                return False
            filing.done += 1
        return True

    def _post_once(self, request: Request) -> None:
        answer = self.post(request)
        refused = answer.status >= http.HTTPStatus.BAD_REQUEST
        if not _in_flight(answer) and (
            answer.status < http.HTTPStatus.INTERNAL_SERVER_ERROR if refused else is_kept(request, answer.content)
        ):
            self._ledger.note_key(request, answer.status, answer.content)
        for acknowledged in acknowledgements(request, answer.status, answer.content):
            self._ledger.acknowledge(acknowledged)


def _without_key(filing: Filing, request: Request) -> tuple[Request, ...]:
    """The same requests, that one without its key: under it a refusal is kept."""
    return tuple(msgspec.structs.replace(each, key=None) if each is request else each for each in filing.requests)


def _in_flight(answer: Post) -> bool:
    return answer.status == http.HTTPStatus.CONFLICT and b"idempotency_in_flight" in answer.content
