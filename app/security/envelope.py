"""Sealing: pack, then encrypt under a data key; wrap the data key under a master key.

A data key belongs to one filing (a dossier filed in one request has one). It lies wrapped in `data_keys`, so that
rotation rewraps and shredding deletes there and touches nothing else. AES-256-GCM throughout with random 96-bit nonces,
which a key may meet 2^32 times (NIST SP 800-38D, 8.3). Under one master key that would be four days at 12,000 filings a
second, so each owner has a wrapping key of its own, made from the master key by HMAC-SHA256.
"""

import hmac
import secrets
from collections.abc import Mapping
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.errors import Unavailable
from app.security.packing import Dictionary, pack, unpack

_NONCE = 12
_WRAPPED = _NONCE + 32 + 16  # nonce, key, tag


class DataKey(msgspec.Struct, frozen=True, gc=False):
    """A key in the clear, with the wrapped form that is stored."""

    secret: bytes
    master: int
    wrapped: bytes


class Envelope:
    """Makes, wraps and uses data keys. Holds master keys: one per process, never logged."""

    def __init__(self, master_keys: Mapping[int, bytes], current: int) -> None:
        self._masters = dict(master_keys)
        self._current = current

    def new_key(self, owner: bytes) -> DataKey:
        """A fresh data key, wrapped for `owner` (the bytes of subject and filing: a key cannot be moved to another)."""
        random = secrets.token_bytes(32 + _NONCE)  # one call of the system for both
        secret, nonce = random[:32], random[32:]
        wrapped = nonce + _wrapping(self._masters[self._current], owner).encrypt(nonce, secret, owner)
        return DataKey(secret, self._current, wrapped)

    def unwrap(self, master: int, wrapped: bytes, owner: bytes) -> DataKey:
        """A stored key in the clear. Unavailable when the master key is missing or the wrapping was changed."""
        key = self._masters.get(master)
        if key is None:
            raise Unavailable(f"master key {master} is not in the key ring: restore the key ring that has it")
        try:
            secret = _wrapping(key, owner).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], owner)
        except InvalidTag:
            raise Unavailable(
                "a data key does not open under this key ring: it was changed, or the ring is not its own"
            ) from None
        return DataKey(secret, master, wrapped)

    def seal(self, key: DataKey, plain: bytes, purpose: bytes, dictionary: Dictionary = Dictionary.NONE) -> bytes:
        """Pack and encrypt; `purpose` is bound in, so that a sealed value cannot stand in for another kind."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + AESGCM(key.secret).encrypt(nonce, pack(plain, dictionary), purpose)

    def unseal(self, key: DataKey, sealed: bytes, purpose: bytes) -> bytes:
        """The inverse of `seal`; Unavailable when the bytes were changed."""
        try:
            packed = AESGCM(key.secret).decrypt(sealed[:_NONCE], sealed[_NONCE:], purpose)
        except InvalidTag:
            raise Unavailable("a sealed value does not open: it was changed after it was stored") from None
        try:
            return unpack(packed)
        except ValueError:  # it is whole, for it was decrypted: so it is we who lack what it was packed with
            raise Unavailable("a sealed value cannot be unpacked by this build: use the one that stored it") from None

    def seal_alone(self, plain: bytes, purpose: bytes) -> bytes:
        """Seal a short-lived value together with a key of its own: master number, wrapped key, sealed value."""
        key = self.new_key(purpose)
        return key.master.to_bytes(2, "big") + key.wrapped + self.seal(key, plain, purpose)

    def unseal_alone(self, sealed: bytes, purpose: bytes) -> bytes:
        """The inverse of `seal_alone`."""
        wrapped_end = 2 + _WRAPPED
        key = self.unwrap(int.from_bytes(sealed[:2], "big"), sealed[2:wrapped_end], purpose)
        return self.unseal(key, sealed[wrapped_end:], purpose)


def _wrapping(master_key: bytes, owner: bytes) -> AESGCM:
    return AESGCM(hmac.digest(master_key, b"wrapping\0" + owner, "sha256"))


def owner_of(subject_id: UUID, filing_id: UUID) -> bytes:
    """What a data key is bound to."""
    return subject_id.bytes + filing_id.bytes
