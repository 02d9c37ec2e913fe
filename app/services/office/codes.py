"""The second factor: time-based codes (RFC 6238) of an authenticator, and recovery codes for when it is lost."""

import hmac
import secrets
from datetime import datetime
from typing import Final

import pyotp

ISSUER: Final = "Tongguan"
_STEP_SECONDS: Final = 30
_DRIFT_STEPS: Final = 1
_RECOVERY_CODES: Final = 10
_ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that is misread
_GROUPS: Final = (4, 4, 4)
_DIGITS: Final = 6


def new_secret() -> str:
    """A secret of 160 random bits, as authenticators read it."""
    return pyotp.random_base32(32)


def address_of(secret: str, login: str) -> str:
    """The otpauth address that a QR code shows to an authenticator."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """Which step of time a code belongs to, one before and one after now included; None where it is none of them."""
    totp = pyotp.TOTP(secret)
    current = int(now.timestamp()) // _STEP_SECONDS
    found = None
    # All are compared, whichever is right: the time taken tells nothing.
    for step in range(current - _DRIFT_STEPS, current + _DRIFT_STEPS + 1):
        if hmac.compare_digest(totp.at(step * _STEP_SECONDS), code):
            found = step
    return found


def plain(code: str) -> str:
    """A code without the spaces and dashes that people write into it."""
    return code.replace(" ", "").replace("-", "").lower()[:40]


def is_time_based(code: str) -> bool:
    """Whether a plain code is one of an authenticator."""
    return len(code) == _DIGITS and code.isascii() and code.isdigit()


def new_recovery_codes() -> list[str]:
    """Ten codes of about 59 bits, such as ``7kqm-2xwp-h9fd``; each counts once."""
    return [
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(size)) for size in _GROUPS)
        for _ in range(_RECOVERY_CODES)
    ]


def recovery_hash(key: bytes, officer_code: str, code: str) -> bytes:
    """What is stored of a recovery code; keyed, so that the database alone does not give it away."""
    return hmac.digest(key, b"recovery\0" + officer_code.encode() + b"\0" + plain(code).encode(), "sha256")
