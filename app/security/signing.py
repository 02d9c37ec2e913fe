"""Signatures of what leaves the database: Ed25519 (RFC 8032) under the key ring's signing key.

Whoever holds the public key can check a signature without any secret; the key ring is not needed for that.
"""

import base64
import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


class Signer:
    """Signs with a secret that was read from the key ring."""

    def __init__(self, signing_key: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(signing_key)

    @property
    def public_key(self) -> str:
        """The public key as it is written down: base64 of its 32 bytes."""
        return base64.b64encode(self._key.public_key().public_bytes_raw()).decode()

    def sign(self, message: bytes) -> str:
        """The signature of a message in base64."""
        return base64.b64encode(self._key.sign(message)).decode()


def is_signed(message: bytes, signature: str, public_key: str) -> bool:
    """Whether the holder of a public key signed exactly this message; False for what is no key or no signature."""
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
        key.verify(base64.b64decode(signature, validate=True), message)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True
