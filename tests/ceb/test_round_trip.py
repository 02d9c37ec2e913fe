"""Any valid document becomes XML and comes back equal; any receipt too, through storage as well."""

from pathlib import Path
from typing import Any

import msgspec
from hypothesis import given, settings
from lxml import etree

from app.ceb.feed import render
from app.ceb.messages import FILINGS
from app.ceb.parsing import parse
from app.ceb.problems import Problems
from app.ceb.reading import FilingReader, read_message, read_node
from app.ceb.receipt_reading import read_receipts
from app.ceb.receipt_writing import write_receipts
from app.ceb.receipts import ReceiptData
from app.ceb.writing import write_message
from tests.ceb.samples import GUID, violations, xml_of
from tests.ceb.strategies import any_documents, any_receipts


@given(any_documents())
def test_documents_become_xml_and_come_back_equal(documents: list[Any]) -> None:
    message = read_message(xml_of(*documents))
    assert [node.document for node in message.nodes] == documents
    assert [read_node(node.content) for node in message.nodes] == documents
    assert not any(node.refused for node in message.nodes)


@given(any_documents())
def test_a_message_that_was_read_is_written_the_same_every_time(documents: list[Any]) -> None:
    sent = xml_of(*documents)
    assert write_message(read_message(sent)) == sent


@given(any_documents())
@settings(max_examples=50)
def test_reading_as_a_whole_and_field_by_field_is_the_same(documents: list[Any]) -> None:
    sent = xml_of(*documents)
    root = parse(sent)
    # A new reader has no layout to read by: it goes field by field once, then as a whole.
    reader = FilingReader(FILINGS[etree.QName(root).localname])
    by_field = reader.read(root, sent, Problems(), require_signature=False)
    as_a_whole = reader.read(parse(sent), sent, Problems(), require_signature=False)
    assert by_field == as_a_whole == read_message(sent)


@given(any_documents())
@settings(max_examples=50)
def test_amounts_are_written_without_exponent(documents: list[Any]) -> None:
    for line in xml_of(*documents).split(b"</"):
        name, _, text = line.rpartition(b">")
        if name.endswith((b"qty", b"price", b"totalPrice", b"freight", b"weight")):
            assert b"E" not in text


@given(any_receipts())
def test_receipts_become_xml_and_come_back_equal(receipts: list[Any]) -> None:
    assert list(read_receipts(write_receipts(GUID, receipts)).receipts) == receipts


@given(any_receipts())
def test_receipts_survive_storage_and_render_the_same(receipts: list[Any]) -> None:
    for receipt in receipts:
        stored = msgspec.msgpack.decode(msgspec.msgpack.encode(receipt), type=ReceiptData)  # as within an event
        assert stored == receipt
        assert render(stored) == render(receipt)


@settings(max_examples=50)
@given(receipts=any_receipts())
def test_receipts_are_valid_by_both_schemas(shared_dir: Path, receipts: list[Any]) -> None:
    written = write_receipts(GUID, receipts)
    for edition in ("2018-113", "202205"):
        assert violations(shared_dir, edition, written) == []
