"""What spreadsheets make of texts: one that begins like a formula is run by whoever opens the file."""

from typing import Final

# Wide signs too: spreadsheets of East Asia take them for the narrow ones.
_FORMULA_BEGINS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(cell: object) -> object:
    """A text that would be a formula, marked as text; anything else as it is. Parties choose their codes and words."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_BEGINS) else cell
