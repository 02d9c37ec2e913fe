"""Decisions a second over HTTP, on a service that was really started: batches of 500, and CEB messages of 100 nodes.

The sender runs on the same machine, in threads that do little but wait.
Every body is another one, and all are made before the clock starts. A CEB parcel takes four messages.
"""

import http.client
import re
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import msgspec

from bench.bodies import batch_body, ceb_messages, json_body
from bench.figures import table
from bench.parcels import Parcels
from bench.service_rate import Rate
from bench.started_service import StartedService, started, temporary_home
from tests import builders

WORKERS: Final = (1, 2)
SECONDS: Final = 8.0
SENDERS: Final = 4
BATCH: Final = 500
BATCHES: Final = 20
NODES: Final = 100
MESSAGES: Final = 40  # of each of the four kinds
_ANSWER_SECONDS: Final = 60
_DECIDED: Final = re.compile(rb"<returnStatus>(?:800|300|500|100)</returnStatus>")

# One piece of work: bodies that are posted one after the other, and how many decisions the last answer shows.
Work = tuple[bytes, ...]


class _Declaration(msgspec.Struct):
    outcome: str | None = None


class _Result(msgspec.Struct):
    status: int
    body: _Declaration | None = None


class _Answer(msgspec.Struct):
    results: list[_Result]


class Sender:
    """Posts work from several threads until the time is over or nothing is left."""

    def __init__(self, service: StartedService, path: str, media_type: str, decided: Callable[[bytes], int]) -> None:
        self._service = service
        self._path = path
        self._headers = {"Authorization": f"Bearer {service.platform_key}", "Content-Type": media_type}
        self._decided = decided
        self._failures: list[str] = []

    def run(self, work: list[Work], seconds: float) -> int:
        """How many decisions came back."""
        left = deque(work)
        until = time.perf_counter() + seconds
        done: list[int] = []
        threads = [threading.Thread(target=self._send, args=(left, until, done)) for _ in range(SENDERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self._failures:
            raise RuntimeError(f"{self._path} failed: {self._failures[0]}")
        return sum(done)

    def _send(self, left: deque[Work], until: float, done: list[int]) -> None:
        while not self._failures and time.perf_counter() < until:
            try:
                bodies = left.popleft()
            except IndexError:
                return
            answers = [self._post(body) for body in bodies]
            done.append(self._decided(answers[-1]))

    def _post(self, body: bytes) -> bytes:
        """A connection each: the kernel spreads them over the workers."""
        connection = http.client.HTTPConnection("127.0.0.1", self._service.port, timeout=_ANSWER_SECONDS)
        try:
            connection.request("POST", self._path, body, self._headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        if answer.status != http.HTTPStatus.OK:
            self._failures.append(f"{answer.status} {content[:300]!r}")
        return content


def measure() -> list[Rate]:
    """Both doors, with each number of workers, on one database."""
    parcels = Parcels(seed=5, now=datetime.now(UTC))
    rates = []
    with temporary_home() as home:
        for workers in WORKERS:
            with started(home, workers) as service:
                rates += [_batches(service, workers, parcels), _ceb(service, workers, parcels)]
    return rates


def _batches(service: StartedService, workers: int, parcels: Parcels) -> Rate:
    work: list[Work] = [
        (batch_body([json_body(each) for each in parcels.take(BATCH)]),) for _ in range(BATCHES + SENDERS)
    ]
    sender = Sender(service, "/v1/declarations/batch", "application/json", _decided_in_batch)
    return _rate(f"JSON batches of {BATCH}, {_said(workers)}", service, sender, work)


def _ceb(service: StartedService, workers: int, parcels: Parcels) -> Rate:
    work = [tuple(ceb_messages(parcels.take(NODES), builders.PLATFORM)) for _ in range(MESSAGES + SENDERS)]
    sender = Sender(service, "/v1/ceb", "application/xml", _decided_in_receipts)
    return _rate(f"CEB of {NODES} nodes, {_said(workers)}", service, sender, work)


def _rate(way: str, service: StartedService, sender: Sender, work: list[Work]) -> Rate:
    sender.run(work[:SENDERS], SECONDS)  # connections, plans and caches are warm before the clock starts
    before, began = service.processor_seconds(), time.perf_counter()
    decisions = sender.run(work[SENDERS:], SECONDS)
    seconds, after = time.perf_counter() - began, service.processor_seconds()
    return Rate(
        way=way,
        decisions=decisions,
        seconds=seconds,
        service_us=(after[0] - before[0]) / decisions * 1e6,
        database_us=(after[1] - before[1]) / decisions * 1e6,
    )


def _decided_in_batch(answer: bytes) -> int:
    results = msgspec.json.decode(answer, type=_Answer).results
    return sum(result.body is not None and result.body.outcome is not None for result in results)


def _decided_in_receipts(answer: bytes) -> int:
    return len(_DECIDED.findall(answer))


def _said(workers: int) -> str:
    return f"{workers} worker{'s' if workers > 1 else ''}"


def lines(rates: list[Rate]) -> list[str]:
    """The table to print."""
    heads = ["", "decisions", "decisions/s", "service CPU µs", "PostgreSQL CPU µs"]
    return table(heads, [[r.way, r.decisions, r.per_second, r.service_us, r.database_us] for r in rates])
