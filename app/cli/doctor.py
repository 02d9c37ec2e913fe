"""`tongguan doctor`: look at everything that a start needs, and say what to do about what is wrong."""

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from app.supervisor.checkup import Check

SIGNS = {"ok": "✓", "note": "!", "failed": "✗"}


def doctor() -> None:
    """Check Python, packages, settings, disk, key ring, database, schema and roles; exit 1 if one fails."""
    import asyncio

    from app.supervisor.checkup import State

    checks = asyncio.run(_examine())
    failed = sum(check.state is State.FAILED for check in checks)
    typer.echo(f"{failed} failed, {len(checks) - failed} passed" if failed else "Nothing failed.")
    raise typer.Exit(1 if failed else 0)


async def _examine() -> "list[Check]":
    from app.supervisor.checkup import examine

    checks = []
    async for check in examine():
        typer.echo(f"{SIGNS[check.state]} {check.name:<13} {check.found}")
        if check.advice:
            typer.echo(f"  {'':<13} -> {check.advice}")
        checks.append(check)
    return checks
