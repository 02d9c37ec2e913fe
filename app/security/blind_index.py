"""Blind indexes: keyed hashes by which an encrypted value can be found and counted without being readable.

The identity index has a key of its own that is never rotated in place: annual limits hang on it. All are HMAC-SHA256
and the purpose is hashed in, so that a telephone never collides with an address. An identity keeps 128 bits, for limits
hang on it; what is only counted keeps 64.
"""

import hashlib
import hmac
from functools import lru_cache
from uuid import UUID

from app.domain.folding import folded, telephone_digits
from app.uuids import uuid_of


class BlindIndexes:
    """Computes the indexes of one key ring."""

    def __init__(self, blind_index_key: bytes, identity_index_key: bytes) -> None:
        self._blind = blind_index_key
        self._identity = identity_index_key

    def identity(self, number: str) -> UUID:
        """Of an identity number: upper case, white space removed."""
        return _index(self._identity, b"identity", folded(number).upper())

    def telephone(self, number: str) -> int:
        """Of a telephone number, folded: spelling does not matter."""
        return _short_index(self._blind, b"telephone", telephone_digits(number))

    def address(self, address: str) -> int:
        """Of an address, folded: spelling does not matter."""
        return _short_index(self._blind, b"address", folded(address))


@lru_cache(maxsize=16_384)  # an article comes again and again
def item_index(platform_code: str, item_no: str) -> int:
    """Of an article of one platform; not secret, only short."""
    return _short(hashlib.sha256(f"item\0{platform_code}\0{item_no}".encode()).digest())


def _index(key: bytes, purpose: bytes, text: str) -> UUID:
    return uuid_of(hmac.digest(key, purpose + b"\0" + text.encode(), "sha256"))


def _short_index(key: bytes, purpose: bytes, text: str) -> int:
    return _short(hmac.digest(key, purpose + b"\0" + text.encode(), "sha256"))


def _short(digest: bytes) -> int:
    return int.from_bytes(digest[:8], "big", signed=True)
