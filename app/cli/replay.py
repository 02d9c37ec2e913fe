"""`tongguan replay`: everything that is stored is assessed again and must give the same bytes (promise P4)."""

from typing import TYPE_CHECKING

import typer

from app.cli.database import look_up

if TYPE_CHECKING:
    import asyncpg

    from app.services.explaining import Replayed

_NAMED_AT_MOST = 20


def replay() -> None:
    """Assess everything that is stored once more and name what does not give the same result; exit code 1 then."""
    count, differing = look_up(_replayed)
    for each in differing[:_NAMED_AT_MOST]:
        typer.echo(each)
    if len(differing) > _NAMED_AT_MOST:
        typer.echo(f"… and {len(differing) - _NAMED_AT_MOST} more")
    typer.echo(f"{count} assessments replayed, {len(differing)} differ.")
    if differing:
        raise typer.Exit(1)


async def _replayed(connection: "asyncpg.Connection") -> tuple[int, list[str]]:
    from app.main import READERS
    from app.security.envelope import Envelope
    from app.security.keyring import KeyRing
    from app.services.books import load_book
    from app.services.explaining import replay_all
    from app.settings import Settings

    keyring = KeyRing.load(Settings.from_environment().keyring_path)
    envelope = Envelope(keyring.master_keys, keyring.current)
    book = await load_book(connection, None)
    count, differing = 0, list[str]()
    async for page in replay_all(connection, envelope, READERS, book):
        count += len(page)
        differing += [_line(again) for again in page if not again.result.equal]
        typer.echo(f"\r{count} assessments …", nl=False, err=True)
    typer.echo("", err=True)
    return count, differing


def _line(again: "Replayed") -> str:
    return f"{again.row.declaration_id} revision {again.row.revision}: {again.result.sentence}"
