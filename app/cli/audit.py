"""`tongguan audit`: verify that the record is what was written, and keep outside what proves it."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.audit_report import counted, report
from app.cli.database import look_up

if TYPE_CHECKING:
    import asyncpg

    from app.security.keyring import KeyRing
    from app.services.auditing.checking import Check
    from app.services.auditing.discrepancies import Discrepancies
    from app.services.auditing.known_heads import KnownHeads

app = typer.Typer(help="Verify the audit chain; export it, and the signed heads of its lanes.", no_args_is_help=True)

_Heads = Annotated[list[Path] | None, typer.Option("--heads", help="File or folder of exported heads; repeatable.")]
_After = Annotated[Path | None, typer.Option("--after", help="Only what was written since these exported heads.")]
_Keys = Annotated[
    list[str] | None,
    typer.Option("--public-key", help="Whose signatures count; repeatable. Default: the key ring's, if it is here."),
]


@app.callback()
def audit() -> None:
    """Verify the audit chain; export it, and the signed heads of its lanes."""


@app.command()
def verify(
    export_path: Annotated[
        Path | None, typer.Option("--export", help="An export, or a folder of them; no database is needed.")
    ] = None,
    heads: _Heads = None,
    after: _After = None,
    kept_from: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m"], help="The first month that is kept, where earlier ones were dropped."),
    ] = None,
    public_key: _Keys = None,
) -> None:
    """Recompute every chain and compare it with the evidence and with exported heads; exit code 1 if any differs."""
    from app.services.auditing.discrepancies import Discrepancies
    from app.services.auditing.verifying import verify_export

    if export_path and after:
        raise typer.BadParameter("an export says itself where it begins", param_hint="--after")
    found = Discrepancies()
    known = _known(found, public_key, [*(heads or []), *([after] if after else [])])
    month = kept_from.date() if kept_from else None
    if export_path:
        check = verify_export(export_path, known, found, kept_from=month, progress=_told)
    else:
        starts = known.latest() if after else {}

        async def walk(connection: "asyncpg.Connection") -> "Check":
            from app.security.envelope import Envelope
            from app.services.auditing.reading import one_moment
            from app.services.auditing.verifying import verify_database

            ring = _key_ring()
            envelope = Envelope(ring.master_keys, ring.current) if ring else None
            async with one_moment(connection):
                return await verify_database(
                    connection, known, found, kept_from=month, starts=starts, envelope=envelope, progress=_told
                )

        check = look_up(walk)
    typer.echo("", err=True)
    for line in report(check, known, live=export_path is None):
        typer.echo(line)
    if found.total:
        raise typer.Exit(1)


@app.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="The file to make, for example audit.jsonl or audit.jsonl.zst.")],
    after: _After = None,
) -> None:
    """Write every link with what is found of its evidence; `audit verify --export FILE` needs nothing else."""
    from app.errors import Conflict
    from app.services.auditing.discrepancies import Discrepancies
    from app.services.auditing.exporting import SUFFIXES

    if not file.name.endswith(SUFFIXES):
        raise typer.BadParameter(f"its name ends in {' or '.join(SUFFIXES)}", param_hint="FILE")
    if file.exists():
        raise Conflict(f"{file} exists; an export is never overwritten. Name another file.")
    starts = {}
    if after:
        found = Discrepancies()
        starts = _known(found, None, [after]).latest()
        if found.total:
            raise Conflict(f"The heads in {after} do not count: {found.kept[0].kind}, {found.kept[0].where}.")

    async def write(connection: "asyncpg.Connection") -> int:
        from app.services.auditing.exporting import export_to

        return await export_to(connection, file, _instance(), _demanded_ring(), starts, _told)

    records = look_up(write)
    typer.echo("", err=True)
    typer.echo(
        f"{counted(records, 'record')} written to {file}. Verify it anywhere: tongguan audit verify --export FILE"
    )


@app.command("export-heads")
def export_heads(
    file: Annotated[Path, typer.Argument(help="The file to which a line is added, or a folder of such files.")],
) -> None:
    """Add the signed heads of all lanes to a file, one line of JSON; keep it where the database's owner is not."""

    async def write(connection: "asyncpg.Connection") -> str:
        from app.security.signing import Signer
        from app.services.auditing import keeping

        signer = Signer(_demanded_ring().signing_key)
        heads = await keeping.export_heads(connection, _instance(), signer, file)
        return f"The heads of {counted(len(heads.lanes), 'lane')} added to {file}, signed by {signer.public_key}"

    typer.echo(look_up(write))


def _known(found: "Discrepancies", keys: list[str] | None, paths: list[Path]) -> "KnownHeads":
    """Exported heads; those of the key ring's key count, or of the keys that were named."""
    from app.security.signing import Signer
    from app.services.auditing.known_heads import KnownHeads

    ring = None if keys else _key_ring()
    known = KnownHeads(keys or ([Signer(ring.signing_key).public_key] if ring else []), found)
    for path in paths:
        known.load(path)
    return known


def _key_ring() -> "KeyRing | None":
    """The key ring of this installation; an auditor elsewhere has none."""
    from app.security.keyring import KeyRing
    from app.settings import Settings

    path = Settings.from_environment().keyring_path
    return KeyRing.load(path) if path.exists() else None


def _demanded_ring() -> "KeyRing":
    from app.security.keyring import KeyRing
    from app.settings import Settings

    return KeyRing.load(Settings.from_environment().keyring_path)


def _instance() -> str:
    from app.settings import Settings

    return Settings.from_environment().service.instance


def _told(count: int) -> None:
    typer.echo(f"\r{count:,} …", nl=False, err=True)
