"""API keys: how one is made, shown once, and recognised afterwards by its hash alone."""

import hashlib
import secrets

import msgspec

PREFIX = "tg_"


class NewKey(msgspec.Struct, frozen=True):
    """A key as it is shown once, and what is stored of it."""

    key: str
    key_id: str
    key_hash: bytes


def new_key() -> NewKey:
    """A key of 256 random bits. Plain SHA-256 is enough to store it: there is nothing to guess."""
    key = PREFIX + secrets.token_urlsafe(32)
    return NewKey(key, "key_" + secrets.token_hex(6), hash_of(key))


def hash_of(key: str) -> bytes:
    """What is stored and looked up."""
    return hashlib.sha256(key.encode()).digest()
