"""The key ring: the one file that holds every secret of the service.

What belongs here: creating, reading and checking the file. What does not: using the keys (envelope encryption, blind
indexes), which have modules of their own. Whoever loses this file loses the encrypted data: back it up apart from the
database.
"""

import base64
import binascii
import json
import os
import secrets
import stat
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.errors import KeyRingRefused

KEY_BYTES = 32
OTHERS_MAY_READ = stat.S_IRWXG | stat.S_IRWXO
BYTE_KEYS = ("blind_index_key", "identity_index_key", "sampling_key", "signing_key")
PASSWORDS = ("service_password", "owner_password")


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Every secret of the service, in memory; `repr` shows none of them.

    `master_keys` wrap data keys (by number, `current` wraps new ones); the two index keys make blind indexes, the one
    for identity numbers is never rotated in place; `sampling_key` decides random inspections; `signing_key` (Ed25519)
    signs the lane heads that leave the database; the passwords belong to the two database roles.
    """

    current: int
    master_keys: dict[int, bytes] = field(repr=False)
    blind_index_key: bytes = field(repr=False)
    identity_index_key: bytes = field(repr=False)
    sampling_key: bytes = field(repr=False)
    signing_key: bytes = field(repr=False)
    service_password: str = field(repr=False)
    owner_password: str = field(repr=False)

    @staticmethod
    def generate() -> "KeyRing":
        """A new key ring that exists only in memory."""
        return KeyRing(
            current=1,
            master_keys={1: secrets.token_bytes(KEY_BYTES)},
            blind_index_key=secrets.token_bytes(KEY_BYTES),
            identity_index_key=secrets.token_bytes(KEY_BYTES),
            sampling_key=secrets.token_bytes(KEY_BYTES),
            signing_key=secrets.token_bytes(KEY_BYTES),
            service_password=secrets.token_urlsafe(KEY_BYTES),
            owner_password=secrets.token_urlsafe(KEY_BYTES),
        )

    @staticmethod
    def create(path: Path) -> "KeyRing":
        """Make a new key ring and store it in `path`, mode 0600; an existing file is never overwritten."""
        ring = KeyRing.generate()
        try:
            _store_new(path, json.dumps(_as_json(ring), indent=2).encode() + b"\n")
        except OSError as problem:
            raise KeyRingRefused(
                f"The key ring {path} cannot be written: {problem.strerror}. Name another file."
            ) from None
        return ring

    @staticmethod
    def load(path: Path) -> "KeyRing":
        """Read the key ring in `path`; a missing, open or damaged file is refused with what to do."""
        content = _read_private(path)
        try:
            return _parse(content)
        except (ValueError, TypeError, AttributeError, KeyError) as problem:
            written_by = "it is not the JSON that `tongguan secrets create` writes"
            reason = problem if type(problem) is ValueError else written_by
            raise KeyRingRefused(f"The key ring {path} is damaged: {reason}. Restore it from your backup.") from None


def _store_new(path: Path, content: bytes) -> None:
    """Write to a private neighbour first, then link: nobody ever sees half a file, and O_EXCL semantics hold."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), 0o600)  # a strange umask may have taken even our own bits
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        raise KeyRingRefused(f"{path} exists already; a key ring is never overwritten. Name another file.") from None
    finally:
        draft.unlink(missing_ok=True)
    _fsync_folder(path.parent)


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read_private(path: Path) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise KeyRingRefused(
            f"There is no key ring in {path}. Restore it from your backup, or make a new one for a new database with "
            f"`tongguan secrets create FILE`, and name it by TONGGUAN_KEYRING."
        ) from None
    except OSError as problem:
        raise KeyRingRefused(f"The key ring {path} cannot be read ({problem.strerror}).") from problem
    try:
        _verify_private(path, os.fstat(descriptor).st_mode)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read()
    finally:
        os.close(descriptor)


def _verify_private(path: Path, mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise KeyRingRefused(f"The key ring {path} is not a regular file.")
    if mode & OTHERS_MAY_READ:
        raise KeyRingRefused(
            f"The key ring {path} is open to other users (mode {stat.S_IMODE(mode):04o}). Close it with `chmod 600`, "
            f"and renew its keys if somebody may have read it."
        )


def _as_json(ring: KeyRing) -> dict[str, Any]:
    content: dict[str, Any] = {
        "current": ring.current,
        "master_keys": {str(number): _text(key) for number, key in ring.master_keys.items()},
    }
    content |= {name: _text(getattr(ring, name)) for name in BYTE_KEYS}
    return content | {name: getattr(ring, name) for name in PASSWORDS}


def _parse(content: bytes) -> KeyRing:
    """The key ring that `content` spells; `ValueError` names the faulty field, never a value."""
    values = json.loads(content)
    if "signing_key" not in values and "identity_index_key" in values:
        values["signing_key"] = _text(_derived_signing_key(_key(values["identity_index_key"])))
    wrong = set(values) ^ {known.name for known in fields(KeyRing)}
    if wrong:
        raise ValueError("missing or unknown: " + ", ".join(sorted(wrong)))
    values["master_keys"] = {int(number): _key(key) for number, key in values["master_keys"].items()}
    values |= {name: _key(values[name]) for name in BYTE_KEYS}
    if values["current"] not in values["master_keys"]:
        raise ValueError("current names no master key")
    if not all(isinstance(values[name], str) and values[name] for name in PASSWORDS):
        raise ValueError("a password is empty")
    return KeyRing(**values)


def _derived_signing_key(identity_index_key: bytes) -> bytes:
    """The signing key of a ring from before there was one: of the key that is never rotated, so it stays the same."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"tongguan signing key").derive(identity_index_key)


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _key(value: Any) -> bytes:
    try:
        key = base64.b64decode(value, validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise ValueError("a key is not base64") from None
    if len(key) != KEY_BYTES:
        raise ValueError(f"a key is not {KEY_BYTES} bytes long")
    return key
