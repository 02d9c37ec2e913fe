"""Packed texts are read again for ever: dictionaries keep their bytes and their numbers."""

import hashlib

import pytest
import zstandard

from app.security.packing import Dictionary, pack, unpack

# What is stored depends on these. A better dictionary is a new member with a new file; these lines only grow.
RELEASED = {
    Dictionary.JSON_DOCUMENT_1: "d760c73b92a5907918fcda149f98e5b98257ad53d05b48e6cf14e4bf200f3f1a",
    Dictionary.CEB_DOCUMENT_1: "31fde8fa2c803d90d8632cb90f7bcfe12cb779b4096bcdb89f83cc384d4b2346",
    Dictionary.ASSESSMENT_1: "d8a19f625faaa97a02404648a606a0be100ff3e76b9a5f19b79f5ce0df4593e0",
    Dictionary.EVENT_1: "a3e407fc1c9d72008263f7c501a3ffb54dd5209418e80efd7fe4faada2b84220",
}


def test_a_released_dictionary_never_changes() -> None:
    found = {each: hashlib.sha256(each.file.read_bytes()).hexdigest() for each in Dictionary if each.value}
    assert found == RELEASED


@pytest.mark.parametrize("dictionary", Dictionary)
@pytest.mark.parametrize("plain", [b"", b"x", b'{"order":{"order_no":"1"}}', bytes(range(256)) * 9000])
def test_what_was_packed_is_unpacked(dictionary: Dictionary, plain: bytes) -> None:
    packed = pack(plain, dictionary)
    assert packed[0] == dictionary
    assert unpack(packed) == plain


@pytest.mark.parametrize("damaged", [b"", b"\x00", b"\x63" + pack(b"x")[1:], b"\x01" + pack(b"x" * 99)[2:]])
def test_what_was_never_packed_is_a_value_error(damaged: bytes) -> None:
    with pytest.raises(ValueError, match=r"packed|Dictionary"):
        unpack(damaged)


def test_a_bomb_is_not_expanded() -> None:
    bomb = zstandard.ZstdCompressor().compress(bytes(65 * 1024**2))
    with pytest.raises(ValueError, match="larger"):
        unpack(b"\x00" + bomb)
