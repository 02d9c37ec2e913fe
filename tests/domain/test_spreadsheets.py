"""Texts that spreadsheets would run."""

import pytest

from app.domain.spreadsheets import harmless


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_text_that_would_be_a_formula_is_marked(begin: str) -> None:
    assert harmless(f"{begin}1+1") == f"'{begin}1+1"


@pytest.mark.parametrize("cell", ["", "1+1", -1, None, 0.5])
def test_anything_else_stays(cell: object) -> None:
    assert harmless(cell) == cell
