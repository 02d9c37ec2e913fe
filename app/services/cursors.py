"""Opaque cursors: a place in a list or feed as URL-safe text. They hold no secret and nothing personal."""

import base64
import binascii
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
        return msgspec.msgpack.decode(packed, type=shape)
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        problem = Problem(f"/{parameter}", "bad_cursor", "游标无效，请使用上一页返回的游标", "not a cursor we gave out")
        message = "The cursor is not one that this service gave out; begin without one."
        raise Malformed(message, problems=(problem,)) from None
