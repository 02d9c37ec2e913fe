"""The export: every figure, and no text that a spreadsheet would run."""

import csv
import io

import msgspec
from openpyxl import load_workbook

from app.schemas.statistics import FIGURES_EXAMPLE
from app.services.office.statistics.exporting import as_csv, as_workbook
from app.services.office.statistics.figures import Figures

FIGURES = msgspec.convert(FIGURES_EXAMPLE, Figures)
HOSTILE = msgspec.structs.replace(FIGURES, overdue={'=HYPERLINK("http://x")': 1, "@a": 2, "\x0b-1": 3})


def test_both_files_hold_the_same_figures() -> None:
    from_csv = list(csv.reader(io.StringIO(as_csv(FIGURES).decode("utf-8-sig"))))
    sheet = load_workbook(io.BytesIO(as_workbook(FIGURES))).active
    from_workbook = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert from_csv == from_workbook
    assert ["efficient", "decided", "released", "itself", "9512"] in from_csv
    assert ["trend", "refused", "2024-06-18", "", "257"] in from_csv


def test_a_text_that_would_be_a_formula_stays_a_text() -> None:
    names = [row[2] for row in csv.reader(io.StringIO(as_csv(HOSTILE).decode("utf-8-sig")))]
    assert '\'=HYPERLINK("http://x")' in names
    assert "'@a" in names
    sheet = load_workbook(io.BytesIO(as_workbook(HOSTILE))).active
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
