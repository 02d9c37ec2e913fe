"""Opaque cursors: a place in a list or feed as URL-safe text. They hold no secret and nothing personal."""

import base64
import binascii
from datetime import MAXYEAR, MINYEAR, datetime
from typing import TypeVar

import msgspec

from app.errors import Malformed, Problem

_Shape = TypeVar("_Shape")


def encode_cursor(place: object) -> str:
    """A place as text."""
    return base64.urlsafe_b64encode(msgspec.msgpack.encode(place)).decode().rstrip("=")


def decode_cursor(cursor: str, shape: type[_Shape], parameter: str = "cursor") -> _Shape:
    """The inverse; Malformed for a text that `encode_cursor` did not make. `parameter` is where the caller sent it."""
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True)
        return _within_time(msgspec.msgpack.decode(packed, type=shape))
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        problem = Problem(f"/{parameter}", "bad_cursor", "游标无效，请使用上一页返回的游标", "not a cursor we gave out")
        message = "The cursor is not one that this service gave out; begin without one."
        raise Malformed(message, problems=(problem,)) from None


def _within_time(place: _Shape) -> _Shape:
    """ValueError for an instant without a zone, or at the ends of time, which has no place in another zone."""
    for part in place if isinstance(place, tuple) else ():
        if isinstance(part, datetime) and (part.tzinfo is None or part.year in (MINYEAR, MAXYEAR)):
            raise ValueError("an instant is out of range")
    return place
