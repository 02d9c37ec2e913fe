"""Counters and latencies for /metrics, right with several workers, without anything personal.

With PROMETHEUS_MULTIPROC_DIR set before this module is imported (the supervisor does, and empties the folder at
start), every worker writes its numbers there and whoever is asked adds them up. Labels are addresses with
placeholders, methods, statuses and outcomes: nothing that was sent.
"""

import os
from functools import lru_cache
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client import multiprocess as multiprocess_metrics
from prometheus_client.registry import REGISTRY

from app.services.filings import SubmissionAnswer

DIRECTORY_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

REQUESTS: Final = Counter("tongguan_http_requests_total", "Requests answered", ("method", "route", "status"))
DURATIONS: Final = Histogram(
    "tongguan_http_request_seconds", "Time until the answer left", ("method", "route"), buckets=_SECONDS
)
FILINGS: Final = Counter("tongguan_filings_total", "Filings that stored something, by what they came to", ("result",))


def count_request(method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request."""
    known = method if method in _METHODS else "OTHER"
    requests, durations = _children(known, route, status)
    requests.inc()
    durations.observe(seconds)


def count_filing(filed: SubmissionAnswer) -> None:
    """Count one filing by the state of its declaration; repeats are not counted again."""
    if filed.created:
        FILINGS.labels("documents" if filed.declaration is None else filed.declaration.status.word).inc()


def exposition() -> bytes:
    """Everything in the text format of Prometheus."""
    if DIRECTORY_VARIABLE not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    multiprocess_metrics.MultiProcessCollector(registry)
    return generate_latest(registry)


@lru_cache(maxsize=1024)  # looking a child up by its labels costs more than counting
def _children(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    return REQUESTS.labels(method, route, str(status)), DURATIONS.labels(method, route)
