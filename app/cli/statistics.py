"""`tongguan statistics`: sums that follow from the events, made again from the beginning."""

from typing import TYPE_CHECKING

import typer

from app.cli.database import look_up

if TYPE_CHECKING:
    import asyncpg

app = typer.Typer(no_args_is_help=True, help="The statistics of the dashboard.")


@app.callback()
def statistics() -> None:
    """The statistics of the dashboard."""


@app.command()
def rebuild() -> None:
    """Take all sums away and count every event again; the service may run meanwhile and shows how far it is."""
    typer.echo(f"{look_up(_rebuilt):,} events counted.")


async def _rebuilt(connection: "asyncpg.Connection") -> int:
    from app.security.envelope import Envelope
    from app.security.keyring import KeyRing
    from app.services.office.statistics.gathering import gather, start_again
    from app.settings import Settings

    keyring = KeyRing.load(Settings.from_environment().keyring_path)
    envelope = Envelope(keyring.master_keys, keyring.current)
    await start_again(connection)
    counted = 0
    while links := await gather(connection, envelope):
        counted += links
        typer.echo(f"\r{counted:,} events …", nl=False, err=True)
    typer.echo("", err=True)
    return counted
