"""Visits to the OpenID provider: what is remembered of somebody who was sent there lies sealed in that very browser.

So whoever only knocks leaves nothing behind here, and what comes back is good in the browser that began and no other.
It opens for its own state only, and for ten minutes.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Final

import msgspec

from app.errors import Unavailable
from app.security.envelope import Envelope
from app.services.office.sessions import hash_of

LASTS: Final = timedelta(minutes=10)
_PURPOSE: Final = b"openid visit\0"
_LONGEST_ADDRESS: Final = 1000  # a browser keeps 4 KB in a cookie


class Visit(msgspec.Struct, frozen=True):
    """Somebody who was sent to the provider."""

    nonce: str
    verifier: str
    redirect: str
    next_address: str
    ends_at: datetime


def kept(envelope: Envelope, state: str, visit: Visit) -> str:
    """A visit as the browser keeps it."""
    if len(visit.next_address) > _LONGEST_ADDRESS:
        visit = msgspec.structs.replace(visit, next_address="")
    return urlsafe_b64encode(envelope.seal_alone(msgspec.json.encode(visit), _PURPOSE + hash_of(state))).decode()


def opened(envelope: Envelope, state: str, text: str, now: datetime) -> Visit | None:
    """The inverse of `kept`; None for what we did not seal for this state, and what is over."""
    try:
        plain = envelope.unseal_alone(urlsafe_b64decode(text), _PURPOSE + hash_of(state))
    except (Unavailable, ValueError):
        return None
    visit = msgspec.json.decode(plain, type=Visit)
    return visit if now < visit.ends_at else None
