"""Every official import sample of the eight types is read, written again equal, and valid."""

from pathlib import Path

import pytest

from app.ceb.problems import MalformedMessage
from app.ceb.reading import read_message, read_node
from app.ceb.receipt_reading import read_receipts
from app.ceb.receipt_writing import write_receipt_message
from app.ceb.writing import write_message
from tests.ceb.samples import EDITIONS, FILING_NAMES, RECEIPT_NAMES, same_infoset, sample_files, violations

# A published test message with a guid of 35 characters; the official schema refuses it too.
INVALID = {"weasley_imp_CEB311_test.xml"}


def _filings(shared_dir: Path) -> list[Path]:
    found = [path for path in sample_files(shared_dir, FILING_NAMES) if path.name not in INVALID]
    assert len(found) == 8
    return found


def test_filings_are_read_and_written_again_equal(shared_dir: Path) -> None:
    for path in _filings(shared_dir):
        sent = path.read_bytes()
        written = write_message(read_message(sent))
        assert same_infoset(sent, written), path.name


def test_filings_written_again_are_valid_by_both_schemas(shared_dir: Path) -> None:
    for path in _filings(shared_dir):
        written = write_message(read_message(path.read_bytes()))
        for edition in EDITIONS:
            assert violations(shared_dir, edition, written) == [], (path.name, edition)


def test_each_node_of_a_filing_is_read_again_by_itself(shared_dir: Path) -> None:
    for path in _filings(shared_dir):
        message = read_message(path.read_bytes())
        for node in message.nodes:
            assert read_node(node.content) == node.document


def test_signatures_of_filings_are_kept(shared_dir: Path) -> None:
    for path in _filings(shared_dir):
        sent = path.read_bytes()
        message = read_message(sent, require_signature=True)
        signature = message.signature
        assert signature is not None
        assert signature.key_name
        assert signature.certificate
        assert signature.certificate.startswith(b"\x30")  # DER
        assert signature.references[0].uri == ""
        assert len(signature.references[0].digest) == 20
        assert message.raw == sent


def test_receipts_are_read_and_written_again_equal(shared_dir: Path) -> None:
    paths = list(sample_files(shared_dir, RECEIPT_NAMES))
    assert len(paths) == 22
    for path in paths:
        sent = path.read_bytes()
        message = read_receipts(sent)
        written = write_receipt_message(message.kind.type, message.guid, message.receipts, message.version)
        assert same_infoset(sent, written), path.name
        for edition in EDITIONS:
            assert violations(shared_dir, edition, written) == []


def test_a_sample_that_the_schema_refuses_is_refused_with_every_fault(shared_dir: Path) -> None:
    for path in sample_files(shared_dir, FILING_NAMES):
        if path.name not in INVALID:
            continue
        with pytest.raises(MalformedMessage) as refused:
            read_message(path.read_bytes())
        assert [problem.pointer for problem in refused.value.problems] == [
            "/CEB311Message/@guid",
            "/CEB311Message/Order[1]/OrderHead/guid",
        ]
