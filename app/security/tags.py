"""Tags: keyed hashes of everything that cases are narrowed by, so that words are found where no word can be read.

Sixty-four bits: among a million tags of a queue two meet by chance once in tens of millions of searches, and then a
case too many is shown, never one too few. What belongs here: hashing, and cutting texts into words. What does not:
which values of a parcel get a tag (`services.clearance.placing`).
"""

import hashlib
import hmac
import re
from collections.abc import Iterator
from typing import Final
from unicodedata import normalize
from uuid import UUID

CODE_HEADS: Final = (2, 4, 6, 8, 10)  # digits of a commodity code that a queue may be narrowed by
_LATIN: Final = re.compile(r"[0-9a-z\u00df-\u024f]+")
_CHINESE: Final = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")


class Tags:
    """Makes the tags of one key ring."""

    def __init__(self, blind_index_key: bytes) -> None:
        self._key = hmac.digest(blind_index_key, b"tags", "sha256")

    def rule(self, rule_id: str) -> int:
        """Of a rule that found something."""
        return self._tag(b"rule", rule_id)

    def code(self, head: str) -> int:
        """Of a commodity code, or of its first 2, 4, 6 or 8 digits."""
        return self._tag(b"code", head)

    def code_heads(self, code: str) -> list[int]:
        """Of a commodity code and each of its heads."""
        return [self.code(code[:digits]) for digits in CODE_HEADS if len(code) >= digits]

    def platform(self, code: str) -> int:
        """Of a platform."""
        return self._tag(b"platform", code)

    def trade_mode(self, mode: str) -> int:
        """Of a trade mode."""
        return self._tag(b"mode", mode)

    def buyer(self, identity_index: UUID) -> int:
        """Of a buyer's blind index."""
        return self._tag(b"buyer", identity_index.hex)

    def telephone(self, index: int) -> int:
        """Of a telephone's blind index."""
        return self._tag(b"telephone", str(index))

    def address(self, index: int) -> int:
        """Of an address's blind index."""
        return self._tag(b"address", str(index))

    def item(self, index: int) -> int:
        """Of an article's index."""
        return self._tag(b"item", str(index))

    def words(self, text: str) -> list[int]:
        """Of every word of a text: what a case is found by."""
        return [self._tag(b"word", word) for word in dict.fromkeys(_words(text))]

    def wanted(self, text: str) -> list[int]:
        """Of the words that are searched for: a case has to have all of them."""
        return [self._tag(b"word", word) for word in dict.fromkeys(_searched(text))]

    def _tag(self, purpose: bytes, text: str) -> int:
        digest = hmac.digest(self._key, purpose + b"\0" + text.encode(), hashlib.sha256)
        return int.from_bytes(digest[:8], "big", signed=True)


def _words(text: str) -> Iterator[str]:
    """Latin words, Chinese characters, and each two of them that stand together."""
    plain = normalize("NFKC", text).casefold()
    yield from _LATIN.findall(plain)
    for run in _CHINESE.findall(plain):
        yield from run
        yield from _pairs(run)


def _searched(text: str) -> Iterator[str]:
    plain = normalize("NFKC", text).casefold()
    yield from _LATIN.findall(plain)
    for run in _CHINESE.findall(plain):
        yield from _pairs(run) if len(run) > 1 else run


def _pairs(run: str) -> Iterator[str]:
    return (run[place : place + 2] for place in range(len(run) - 1))
