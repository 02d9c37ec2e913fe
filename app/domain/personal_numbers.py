"""Numbers of people in texts that parties read: identity numbers, and mobile telephones of the mainland.

What belongs here: finding them among order and waybill numbers that look alike. What does not: names and addresses,
which no pattern finds.
"""

import re
from typing import Final, Literal
from unicodedata import normalize

from app.domain.identity import mentions_identity_number

PersonalNumber = Literal["identity_number", "telephone"]

# Eleven digits of a network's range (MEMORY), alone: not a part of a longer number, nor joined to letters, as numbers
# of orders and waybills are. A country code counts only where it is set off.
_MOBILE: Final = re.compile(
    r"(?<![0-9A-Za-z])(?<![0-9A-Za-z][-_])(?:(?:\+|00)86[- ]?|86[- ])?"
    r"1(?:3\d|4[014-9]|5[0-35-9]|6[2567]|7[0-8]|8\d|9[0-35-9])[- ]?\d{4}[- ]?\d{4}"
    r"(?![0-9A-Za-z])(?![-_][0-9A-Za-z])(?!\.\d)"
)
_OF_A_PARCEL: Final = re.compile(
    r"(?:单号|订单|运单|清单|order|waybill)\s*(?:no\.?|number|号|编号)?\s*[:#]?\s*$", re.IGNORECASE
)


def personal_number_in(text: str) -> PersonalNumber | None:
    """Which number of a person a text holds; None where it holds none, or only some that are said to be a parcel's."""
    if mentions_identity_number(text):
        return "identity_number"
    plain = normalize("NFKC", text)
    if any(not _OF_A_PARCEL.search(plain, 0, found.start()) for found in _MOBILE.finditer(plain)):
        return "telephone"
    return None
