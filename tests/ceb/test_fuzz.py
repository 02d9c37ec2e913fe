"""Sound messages with random damage: read into equal documents or refused with a valid format receipt, never else."""

from datetime import UTC, datetime
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from app.ceb.format_receipt import format_receipt
from app.ceb.problems import MalformedMessage
from app.ceb.reading import read_message, read_node
from app.ceb.writing import write_message
from tests.ceb.samples import one_of_each, xml_of

AT: Final = datetime(2024, 6, 18, tzinfo=UTC)
_SEEDS: Final = [xml_of(document, document) for document in one_of_each()]
_PIECES: Final = [
    *(b"<", b">", b"&", b"/", b'"', b"'", b"</", b"<a>", b"<guid/>", b"</guid>", b"<Order>", b"x:", b' xmlns:x="y"'),
    *(b"&#0;", b"&#xD800;", b"&amp;", b"&x;", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<?x?>", b"<!DOCTYPE a>"),
    *(b"\x00", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xc2\x85", b"\r\n", b" ", b"-1", b"1e5", b"9" * 30),
]
_DAMAGE: Final = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 40), st.sampled_from([*_PIECES, b""])),
    min_size=1,
    max_size=6,
)


def _damaged(message: bytes, damage: list[tuple[float, int, bytes]]) -> bytes:
    """At each place (a share of the length) some bytes are taken out and a piece is put in."""
    body = bytearray(message)
    for place, taken, piece in damage:
        position = int(place * len(body))
        body[position : position + taken] = piece
    return bytes(body)


@pytest.mark.fuzz
@given(st.sampled_from(_SEEDS), _DAMAGE)
def test_a_damaged_message_is_read_or_refused_and_nothing_else(
    seed: bytes, damage: list[tuple[float, int, bytes]]
) -> None:
    body = _damaged(seed, damage)
    try:
        message = read_message(body)
    except MalformedMessage as malformed:
        etree.fromstring(format_receipt(malformed, body, AT))
        return
    documents = [node.document for node in message.nodes]
    assert [read_node(node.content) for node in message.nodes] == documents
    assert [node.document for node in read_message(write_message(message)).nodes] == documents
