"""`tongguan secrets`: the key-ring file."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Make the key ring, the one file with every secret.", no_args_is_help=True)


@app.callback()
def secrets() -> None:
    """Make the key ring, the one file with every secret."""


@app.command()
def create(file: Annotated[Path, typer.Argument(help="The file to make; it must not exist yet.")]) -> None:
    """Make a new key ring, readable by you alone (mode 0600)."""
    from app.security.keyring import KeyRing

    KeyRing.create(file.absolute())
    typer.echo(
        f"Made {file.absolute()} (mode 0600). Name it by TONGGUAN_KEYRING, and back it up apart from the database:"
    )
    typer.echo("without it, what the database stores cannot be read.")
