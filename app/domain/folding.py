"""When two texts mean the same: names, addresses and telephones as people type them twice.

What belongs here: folding and comparing of texts. What does not: codes and document numbers, which are equal or not.

Interpretation: the message specification only says that consignee, telephone and address of order and waybill are
identical (tables 3-3 and 3-17). Two systems write the same text with different widths, spaces and marks, and some
strip every mark, so these are not differences. An asterisk is: it hides a character, and what is hidden is not known
to be the same.
"""

from typing import Final
from unicodedata import category, normalize

_KEPT_MARK: Final = "*"
_DROPPED: Final = frozenset("CPSZ")  # control and format, punctuation, symbols, separators
_DIGITS: Final = frozenset("0123456789*")
_MAINLAND: Final = "86"
_MOBILE_LENGTH: Final = 11


class _Kept(dict[int, int | None]):
    """For `str.translate`: a character that stays, or None; filled as characters are met (at most all of Unicode)."""

    def __missing__(self, code_point: int) -> int | None:
        letter = chr(code_point)
        dropped = letter != _KEPT_MARK and category(letter)[0] in _DROPPED
        self[code_point] = kept = None if dropped else code_point
        return kept


_KEPT: Final = _Kept()


def folded(text: str) -> str:
    """The text after NFKC and case folding, without white space, punctuation and symbols."""
    composed = normalize("NFKC", text).casefold()
    return normalize("NFKC", normalize("NFKC", composed).casefold().translate(_KEPT))


def same_text(one: str, other: str) -> bool:
    """Whether two texts are the same after folding; two different texts of marks alone are not."""
    if one == other:
        return True
    meaning = folded(one)
    return meaning != "" and meaning == folded(other)


def telephone_digits(telephone: str) -> str:
    """The digits that are dialled within the mainland: no +86 or 0086, no trunk 0, no hyphens and spaces.

    ``+86 138-0000-0000`` and ``13800000000`` are one number, so are ``+86 21 58880000`` and ``021-58880000``.
    """
    composed = normalize("NFKC", telephone).strip()
    digits = "".join(letter for letter in composed if letter in _DIGITS)
    if digits.startswith("00" + _MAINLAND):
        digits = digits[4:]
    elif digits.startswith(_MAINLAND) and (composed.startswith("+") or len(digits) == len(_MAINLAND) + _MOBILE_LENGTH):
        digits = digits[2:]
    return digits.lstrip("0")


def same_telephone(one: str, other: str) -> bool:
    """Whether two telephone numbers reach the same line; texts without a digit are compared as texts."""
    if one == other:
        return True
    dialled = telephone_digits(one)
    if dialled == "":
        return same_text(one, other)
    return dialled == telephone_digits(other)


def same_identity_number(one: str, other: str) -> bool:
    """Whether two identity numbers are the same; the check character X may be written small."""
    return one == other or one.upper() == other.upper()
