"""Numbers from blocks: a worker reserves a block of a series and hands the numbers out from memory.

A crash leaves a gap, never a repeat; `number_claims` proves it. A number is kept as an integer: preNo (B, a day, nine
digits) and invtNo (an office, a year, I, nine digits) have 17 digits each, and the letter says which of the two it is.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Final

from app.repositories.bulk import Connection, transposed

_RESERVE = """
INSERT INTO number_blocks (series, next)
SELECT series, 1 + amount FROM unnest($1::text[], $2::bigint[]) AS wanted (series, amount) ORDER BY series
ON CONFLICT (series) DO UPDATE SET next = number_blocks.next + EXCLUDED.next - 1
RETURNING series, next
"""


async def reserve_blocks(connection: Connection, wanted: Mapping[str, int]) -> dict[str, int]:
    """Reserve so many numbers of each series; answers the first number of each block."""
    if not wanted:
        return {}
    rows = await connection.fetch(_RESERVE, *transposed(sorted(wanted.items())))
    return {row[0]: row[1] - wanted[row[0]] for row in rows}


_PRE_NO: Final = re.compile(r"B([0-9]{17})", re.ASCII)
_DECLARATION_NO: Final = re.compile(r"([0-9]{8})I([0-9]{9})", re.ASCII)
_DECLARATION_NOS: Final = 10**17  # above every preNo


def number_key(number: str) -> int | str:
    """A number as an integer; the text itself where it has another form (an office whose code is not four digits)."""
    if found := _PRE_NO.fullmatch(number):
        return int(found[1])
    if found := _DECLARATION_NO.fullmatch(number):
        return _DECLARATION_NOS + int(found[1] + found[2])
    return number


def number_of(key: int | str | None) -> str | None:
    """The inverse of `number_key`."""
    if key is None or isinstance(key, str):
        return key
    if key < _DECLARATION_NOS:
        return f"B{key:017}"
    digits = f"{key - _DECLARATION_NOS:017}"
    return f"{digits[:8]}I{digits[8:]}"


def claim_of(number: str) -> int:
    """What a number is claimed by for ever; below zero, a hash of a number that has no integer of its own."""
    key = number_key(number)
    if isinstance(key, int):
        return key
    return -1 - int.from_bytes(hashlib.sha256(number.encode()).digest()[:7], "big")
