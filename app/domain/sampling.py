"""Reproducible random inspection: draws that nobody can choose, repeat until they suit, or deny afterwards.

Every day has a secret of its own, made from the sampling key. Its commitment is published before the day, the secret
after it: then everybody can repeat every draw of the day. A draw depends on the declaration and never on its version,
so that amending a declaration does not roll the dice again.

What belongs here: the arithmetic. What does not: the key (the key ring has it) and the rates (parameters).
"""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from app.domain.period import day_begins

MILLION: Final = 1_000_000
KEY_BYTES: Final = 32
_DRAW_BITS: Final = 128  # taken of the digest: the bias of a draw is below 2**-108


def secret_of_day(sampling_key: bytes, day: date) -> bytes:
    """The secret of a day in Asia/Shanghai, 32 bytes. ValueError for a key shorter than 32 bytes."""
    if len(sampling_key) < KEY_BYTES:
        raise ValueError(f"the sampling key has {len(sampling_key)} bytes, at least {KEY_BYTES} are needed")
    return hmac.digest(sampling_key, day.isoformat().encode(), "sha256")


def commitment(secret: bytes) -> str:
    """What is published before the day: the SHA-256 of its secret, 64 hex digits."""
    return hashlib.sha256(secret).hexdigest()


def draw_ppm(secret: bytes, declaration_id: UUID) -> int:
    """The draw of a declaration, uniform in 0..999,999: it is inspected when the draw is below the rate in ppm."""
    digest = hmac.digest(secret, declaration_id.bytes, "sha256")
    return int.from_bytes(digest[: _DRAW_BITS // 8], "big") * MILLION >> _DRAW_BITS


def profile_draw_ppm(secret: bytes, declaration_id: UUID, profile_id: str) -> int:
    """The draw of a declaration for one risk profile, as `draw_ppm`: another version of the profile draws the same."""
    digest = hmac.digest(secret, declaration_id.bytes + profile_id.encode(), "sha256")
    return int.from_bytes(digest[: _DRAW_BITS // 8], "big") * MILLION >> _DRAW_BITS


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """What is on record of one declaration: its draw, the rate that counted, whether it was picked.

    `rate_ppm` is None where the rate was unknown: then an officer looked, and nothing was drawn for. `draw_ppm` is
    None where papers came when the secret might be public: the parcel stayed with an officer.
    """

    declaration_id: UUID
    revision: int
    rate_ppm: int | None
    draw_ppm: int | None
    picked: bool
    profile_draws: tuple[tuple[str, int], ...] = ()


class Disagreement(msgspec.Struct, frozen=True):
    """One declaration whose record is not what the secret gives: `what` is draw, picked or profile."""

    declaration_id: UUID
    what: str
    recorded: str
    computed: str


def disagreements(secret: bytes, drawn: Iterable[Drawn]) -> list[Disagreement]:
    """Everything on record that the secret of the day does not give."""
    found: list[Disagreement] = []
    for each in drawn:
        draw = draw_ppm(secret, each.declaration_id)
        if each.draw_ppm is None and not each.picked:
            continue
        if each.draw_ppm != draw:
            found.append(Disagreement(each.declaration_id, "draw", str(each.draw_ppm), str(draw)))
        picked = each.rate_ppm is not None and draw < each.rate_ppm
        if each.picked != picked:
            found.append(Disagreement(each.declaration_id, "picked", _yes(each.picked), _yes(picked)))
        for profile_id, recorded in each.profile_draws:
            computed = profile_draw_ppm(secret, each.declaration_id, profile_id)
            if recorded != computed:
                found.append(Disagreement(each.declaration_id, f"profile {profile_id}", str(recorded), str(computed)))
    return found


def day_ends(day: date) -> datetime:
    """The instant at which a day ends in Shanghai."""
    return day_begins(day + timedelta(days=1))


def _yes(value: bool) -> str:  # noqa: FBT001 - a word for a fact
    return "yes" if value else "no"
