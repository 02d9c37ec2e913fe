"""`tongguan doctor`: look at everything that a start needs, and say what to do about what is wrong."""

import typer


def doctor() -> None:
    """Check Python, packages, settings, key ring, database, roles, schema, disk and clock; exit 1 on a failure."""
    typer.echo("")
