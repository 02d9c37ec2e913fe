"""Stamps as they are stored: what decides which of two messages of one document is the newer, in half the bytes.

A stamp is a time of 14 digits, the sender's message id, and 16 hexadecimal digits of what was said. Nearly every id is
a guid, so 66 characters become 31 bytes; a stamp of any other form is kept as it is.
"""

from uuid import UUID

_AS_TEXT = b"\x00"
_UPPER_CASE_GUID = b"\x01"
_LOWER_CASE_GUID = b"\x02"
_TIME_DIGITS, _GUID_END, _LENGTH = 14, 14 + 36, 14 + 36 + 16
_TIME_BYTES, _GUID_BYTES = 6, 16


def packed_stamp(stamp: str | None) -> bytes | None:
    """The stored form."""
    if stamp is None:
        return None
    if len(stamp) == _LENGTH:
        form = _UPPER_CASE_GUID if stamp[_TIME_DIGITS:_GUID_END].isupper() else _LOWER_CASE_GUID
        try:
            short = form + _shortened(stamp)
        except (ValueError, OverflowError):
            return _AS_TEXT + stamp.encode()
        if unpacked_stamp(short) == stamp:
            return short
    return _AS_TEXT + stamp.encode()


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


def _shortened(stamp: str) -> bytes:
    """ValueError or OverflowError where a part is not what it mostly is."""
    time = int(stamp[:_TIME_DIGITS]).to_bytes(_TIME_BYTES, "big")
    return time + bytes.fromhex(stamp[_TIME_DIGITS:_GUID_END].replace("-", "") + stamp[_GUID_END:])
