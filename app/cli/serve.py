"""`tongguan serve`: run the service until Ctrl-C."""

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from app.settings import Settings


def serve() -> None:
    """Start the database (unless DATABASE_URL names one), migrate, and serve on HOST:PORT until Ctrl-C."""
    import asyncio

    from app.logs import configure_logs
    from app.settings import Settings
    from app.supervisor.supervisor import serve as run

    settings = Settings.from_environment()
    configure_logs(settings.service.log_level)
    asyncio.run(run(settings, announce))
    typer.echo("Stopped; everything that was acknowledged is stored.")


def announce(settings: "Settings", first_link: str | None) -> None:
    """Print where everything is, once it answers; and how the first administrator comes in, while there is none."""
    from app.cli.officers import address_of

    host = f"[{settings.api.host}]" if ":" in settings.api.host else settings.api.host
    base = f"http://{host}:{settings.api.port}"
    lines = [
        ("JSON door", f"{base}/v1"),
        ("CEB door", f"{base}/v1/ceb"),
        ("Console", f"{base}/console"),
        ("API docs", f"{base}/docs"),
        ("Health", f"{base}/readyz"),
        ("Key ring", f"{settings.keyring_path} (back it up apart from the database)"),
    ]
    if settings.demo_keys_path.exists():
        lines.append(("Demo keys", str(settings.demo_keys_path)))
    kind = "embedded PostgreSQL" if settings.embedded else "PostgreSQL of DATABASE_URL"
    workers = f"{settings.service.workers} worker{'s' if settings.service.workers > 1 else ''}"
    typer.echo(f"Tongguan is ready ({workers}, {kind}). Stop it with Ctrl-C.")
    for name, value in lines:
        typer.echo(f"  {name:<10} {value}")
    if first_link is not None:
        typer.echo("Nobody administers the officers yet. Open this link once, within a day, to become the first:")
        typer.echo(f"  {address_of(settings, first_link)}")
