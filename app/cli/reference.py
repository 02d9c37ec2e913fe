"""`tongguan reference`: import, list, roll back and export the tables that the rules ask."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.database import change, look_up
from app.errors import ReferenceRefused

if TYPE_CHECKING:
    from app.services.reference_tables import Imported

app = typer.Typer(
    help="Import and look at tariff, positive list, prohibited goods, codes, parties.", no_args_is_help=True
)

_Table = Annotated[str, typer.Argument(help="A table's name, for example tariff or positive-list.")]
_DAY = ["%Y-%m-%d"]


@app.callback()
def reference() -> None:
    """Import and look at tariff, positive list, prohibited goods, codes, parties."""


@app.command("import")
def import_table(
    file: Annotated[Path, typer.Argument(help="CSV in UTF-8, or an Excel workbook (.xlsx).", dir_okay=False)],
    table: Annotated[
        str, typer.Option("--table", help="tariff, positive-list, prohibited, codes, parties, or a table of codes.")
    ],
    sheet: Annotated[str | None, typer.Option("--sheet", help="The sheet of the workbook, if it has several.")] = None,
    first_day: Annotated[
        datetime | None, typer.Option("--first-day", formats=_DAY, help="First day of rows that name none.")
    ] = None,
    *,
    complete: Annotated[
        bool, typer.Option("--complete", help="The file is the whole positive list: a code that is absent is off it.")
    ] = False,
    replace_all: Annotated[
        bool, typer.Option("--replace-all", help="Keep nothing of the days before the file's first day.")
    ] = False,
) -> None:
    """Import a file: all of it, or nothing and every fault with its row and column (docs/reference-data.md)."""
    from app.services.reference_import import ImportRequest, import_file

    request = ImportRequest(
        table=table,
        file=file,
        sheet=sheet,
        first_day=first_day.date() if first_day else None,
        complete=complete,
        keep_earlier=not replace_all,
    )
    with _progress(f"Reading {file.name}") as progress:
        report = change(lambda clerk: import_file(clerk, request, progress))
    for imported in report.tables:
        typer.echo(_told(imported))
    if report.parties:
        typer.echo(f"parties: {report.parties} added or brought up to date.")


def _told(imported: "Imported") -> str:
    version = imported.version
    if not imported.changed:
        return f"{version.table_name}: nothing new; version {version.version} has the same {_rows(version.row_count)}."
    kept = f", {_rows(imported.kept)} of earlier days kept" if imported.kept else ""
    replaced = f", {_rows(imported.replaced)} of its own days replaced" if imported.replaced else ""
    told = f"{_rows(imported.brought)} imported{kept}{replaced}"
    return f"{version.table_name}: version {version.version} is current: {told}."


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"


@app.command("list")
def list_tables() -> None:
    """List the current version of every table: rows, mark, when (in Shanghai) and by whom it was imported."""
    from app.domain.period import SHANGHAI
    from app.repositories.reference import current_versions

    for version in look_up(current_versions):
        mark = "official" if version.official else "starter"
        mark += ", complete" if version.complete else ""
        at = version.imported_at.astimezone(SHANGHAI)
        typer.echo(
            f"{version.table_name:17} version {version.version:<3} {version.row_count:>6} rows  {mark:19} "
            f"{at:%Y-%m-%d %H:%M} by {version.imported_by}  {version.sha256.hex()[:12]}"
        )


@app.command("rollback")
def roll_back(table: _Table) -> None:
    """Go one step back: the version that the current one replaced becomes current again."""
    from app.services.reference_import import go_back

    version = change(lambda clerk: go_back(clerk, table))
    typer.echo(f"{version.table_name}: version {version.version} is current again ({_rows(version.row_count)}).")


@app.command("export")
def export(
    table: _Table,
    file: Annotated[Path | None, typer.Argument(help="Where to write (default: print).")] = None,
    version: Annotated[int | None, typer.Option("--version", help="Another version than the current one.")] = None,
) -> None:
    """Write a table as CSV in the documented columns; importing it again gives the same table."""
    from app.services.reference_import import stored_name
    from app.services.reference_tables import export_table

    content = look_up(lambda connection: export_table(connection, stored_name(table), version))
    if file is None:
        sys.stdout.buffer.write(content)
        return
    try:
        file.write_bytes(content)
    except OSError as problem:
        raise ReferenceRefused(f"{file} cannot be written: {problem.strerror}.") from problem
    typer.echo(f"Wrote {file}.")


@contextlib.contextmanager
def _progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """Shows on a terminal how far reading has come."""
    shown = sys.stderr.isatty()
    every = 500

    def progress(done: int, total: int) -> None:
        if shown and (done % every == 0 or done == total):
            typer.echo(f"\r{label}: {done:,} of {total:,} rows", err=True, nl=False)

    yield progress
    if shown:
        typer.echo("", err=True)
