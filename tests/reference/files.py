"""Small files of reference data for tests."""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

TARIFF_COLUMNS = "hs_code,name,mfn_rate,vat_rate_percent,consumption_tax,legal_unit,first_day,last_day"
CHOCOLATE = "1806310000,巧克力,8,13,0,035,2024-01-01,"
SHAMPOO = "3305100090,洗发剂,3,13,0,035,2024-01-01,"


def a_csv(folder: Path, *lines: str, encoding: str = "utf-8", name: str = "table.csv") -> Path:
    file = folder / name
    file.write_bytes("\r\n".join(lines).encode(encoding))
    return file


def a_tariff(folder: Path, *lines: str, **options: str) -> Path:
    return a_csv(folder, TARIFF_COLUMNS, *lines, **options)


def a_workbook(folder: Path, **sheets: Sequence[Sequence[Any]]) -> Path:
    workbook = Workbook()
    workbook.remove(workbook.active)
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
    file = folder / "table.xlsx"
    workbook.save(file)
    return file


def in_sheet(file: Path, before: bytes, after: bytes) -> None:
    """Change the XML of a workbook's first sheet, as other programs write it."""
    with zipfile.ZipFile(file) as packed:
        parts = {part.filename: packed.read(part) for part in packed.infolist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    if before not in sheet:
        raise AssertionError(f"{before!r} does not stand in {sheet!r}")
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(before, after)
    with zipfile.ZipFile(file, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
