"""Making a recording new, so that it can be filed again: other numbers, other persons, the same parcels."""

import secrets
from datetime import date, timedelta
from typing import Final

from stdnum.cn.ric import calc_check_digit

from app.demo.recording import Recording, read_recording
from app.domain.identity import is_valid_identity_number

_LETTERS: Final = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no I and O: numbers are read by people
_COUNTY: Final = "310104"
_FIRST_BIRTH: Final = date(1950, 1, 1)
_DAYS_OF_BIRTH: Final = 18_000
_SEQUENCES: Final = 1000
_SUBSCRIBERS: Final = 10**8


def renewed(text: str) -> Recording:
    """The recording in a file's text under a new serial, with new persons who have bought nothing yet.

    An identity number that is wrong stays wrong: that is what its recording shows.
    """
    recording = read_recording(text)
    serial = "D" + "".join(secrets.choice(_LETTERS) for _ in recording.serial[1:])
    text = text.replace(recording.serial, serial)
    for buyer in recording.buyers:
        text = text.replace(buyer.identity, _identity_like(buyer.identity))
        text = text.replace(buyer.telephone, f"139{secrets.randbelow(_SUBSCRIBERS):08d}")
    return read_recording(text)


def _identity_like(number: str) -> str:
    """A made-up identity number; its check character is as right or wrong as that of `number`."""
    born = _FIRST_BIRTH + timedelta(days=secrets.randbelow(_DAYS_OF_BIRTH))
    body = f"{_COUNTY}{born:%Y%m%d}{secrets.randbelow(_SEQUENCES):03d}"
    right = calc_check_digit(body + "0")
    if is_valid_identity_number(number, date.max):
        return body + right
    return body + ("1" if right == "0" else "0")
