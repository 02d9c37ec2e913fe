"""Stamps as they are stored: what decides which of two messages of one document is the newer, in half the bytes.

A stamp is a time of 14 digits, the sender's message id, and 16 hexadecimal digits of what was said. Nearly every id is
a guid, so 66 characters become 31 bytes; a stamp of any other form is kept as it is.
"""

import re
from uuid import UUID

_AS_TEXT = b"\x00"
_UPPER_CASE_GUID = b"\x01"
_LOWER_CASE_GUID = b"\x02"
_TIME_BYTES, _GUID_BYTES = 6, 16
_GUID = "{0}{{8}}-{0}{{4}}-{0}{{4}}-{0}{{4}}-{0}{{12}}"
_FORM = re.compile(rf"([0-9]{{14}})(?:({_GUID.format('[0-9A-F]')})|({_GUID.format('[0-9a-f]')}))([0-9a-f]{{16}})")


def packed_stamp(stamp: str | None) -> bytes | None:
    """The stored form."""
    if stamp is None:
        return None
    found = _FORM.fullmatch(stamp)
    if found is None:
        return _AS_TEXT + stamp.encode()
    time, upper, lower, digest = found.groups()
    form = _UPPER_CASE_GUID if upper else _LOWER_CASE_GUID
    guid = (upper or lower).replace("-", "")
    return form + int(time).to_bytes(_TIME_BYTES, "big") + bytes.fromhex(guid + digest)


def unpacked_stamp(stored: bytes | None) -> str | None:
    """The inverse of `packed_stamp`."""
    if stored is None:
        return None
    form, rest = stored[:1], stored[1:]
    if form == _AS_TEXT:
        return rest.decode()
    time = int.from_bytes(rest[:_TIME_BYTES], "big")
    guid = str(UUID(bytes=rest[_TIME_BYTES : _TIME_BYTES + _GUID_BYTES]))
    return f"{time:014}{guid.upper() if form == _UPPER_CASE_GUID else guid}{rest[_TIME_BYTES + _GUID_BYTES :].hex()}"
