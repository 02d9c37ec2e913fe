"""What the tests of the reader share: its documents, its faults."""

from collections.abc import Callable
from typing import Any

import pytest

from app.schemas.faults import InvalidBody
from app.schemas.order import OrderBody
from app.schemas.reading import documents_in, read_filing
from tests.api import bodies

FILED = "20240618093500"


def faults_of(content: bytes, body: Any = OrderBody) -> list[tuple[str, str]]:
    with pytest.raises(InvalidBody) as refused:
        read_filing(content, body)
    return [(problem.pointer, problem.code) for problem in refused.value.problems]


def an_order_with(name: str, raw: str) -> bytes:
    """An order in which one member is replaced by raw JSON text."""
    tree = bodies.an_order_tree() | {name: "@@"}
    return bodies.encoded(tree).replace(b'"@@"', raw.encode("utf-8", "surrogatepass"))


def the_order(content: bytes) -> Any:
    (order,) = documents_in(read_filing(content, OrderBody), FILED)
    return order


def result_of(read: Callable[[], Any]) -> Any:
    """The documents that a reader gives, or the faults that it finds."""
    try:
        return documents_in(read(), FILED)
    except InvalidBody as refused:
        return [(problem.pointer, problem.code) for problem in refused.problems]
