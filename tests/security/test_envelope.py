"""Sealed values that do not open say why, in a sentence."""

import pytest

from app.errors import Unavailable
from app.security import envelope as sealing
from app.security.envelope import Envelope
from app.security.packing import JSON_DOCUMENT

MASTERS = {1: bytes(32)}


def test_a_value_that_this_build_cannot_unpack_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    envelope = Envelope(MASTERS, 1)
    key = envelope.new_key(b"owner")
    sealed = envelope.seal(key, b'{"order_no": "1"}', b"document", JSON_DOCUMENT)
    assert envelope.unseal(key, sealed, b"document") == b'{"order_no": "1"}'

    def unpack(_: bytes) -> bytes:
        raise ValueError("no such dictionary")

    monkeypatch.setattr(sealing, "unpack", unpack)
    with pytest.raises(Unavailable, match="cannot be unpacked by this build"):
        envelope.unseal(key, sealed, b"document")
