"""`tongguan officers`: the way in when nobody else can help. Roles are an administrator's business, in /console."""

from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.database import change, look_up

if TYPE_CHECKING:
    from app.services.clerk import Clerk
    from app.settings import Settings

app = typer.Typer(help="One-time links for officers; list, lock and unlock them.", no_args_is_help=True)


def _spelled(officer: str | None) -> str | None:
    from app.services.office.officer_checks import spelled

    return spelled(officer) if officer else None


Code = Annotated[str, typer.Argument(help="The officer's code, from `tongguan officers list`.", callback=_spelled)]


@app.callback()
def officers() -> None:
    """One-time links for officers; list, lock and unlock them."""


@app.command("link")
def link(
    officer: Annotated[
        str | None,
        typer.Option(
            "--officer",
            help="For this officer, to set password and authenticator anew; else a new one.",
            callback=_spelled,
        ),
    ] = None,
) -> None:
    """Make a one-time link: for a new administrator, or for an officer who lost password or authenticator."""
    from app.services.office.officers import link_for
    from app.settings import Settings

    async def made(clerk: "Clerk") -> str:
        return await link_for(clerk, officer)

    secret = change(made)
    whose = f"officer {officer}" if officer else "a new administrator"
    typer.echo(f"One-time link for {whose}; good for a day, once. Whoever has it comes in:", err=True)
    typer.echo(address_of(Settings.from_environment(), secret))


@app.command("list")
def list_officers() -> None:
    """List every officer with roles, districts and state."""
    from app.repositories.officers import all_officers

    stored = look_up(all_officers)
    for each in stored:
        rights = f"{','.join(each.duties)} {','.join(each.districts) or '-'}"
        typer.echo(f"{each.officer_code:18} {each.login:20} {each.state.word:8} {rights:40} {each.name}")
    typer.echo(f"{len(stored)} officers")


@app.command("lock")
def lock(officer: Code) -> None:
    """Keep an officer out from now on: sessions end, keys and links are refused."""
    from app.services.office.officers import lock_officer

    async def locked(clerk: "Clerk") -> None:
        await lock_officer(clerk, officer)

    change(locked)
    typer.echo(f"Locked {officer}.")


@app.command("unlock")
def unlock(officer: Code) -> None:
    """Let an officer in again."""
    from app.services.office.officers import unlock_officer

    async def unlocked(clerk: "Clerk") -> None:
        await unlock_officer(clerk, officer)

    change(unlocked)
    typer.echo(f"Unlocked {officer}.")


@app.command("end-sessions")
def end_sessions(officer: Code) -> None:
    """End every session of an officer."""
    from app.services.office.officers import end_sessions_of

    async def ended(clerk: "Clerk") -> int:
        return await end_sessions_of(clerk, officer)

    typer.echo(f"Ended {change(ended)} sessions of {officer}.")


def address_of(settings: "Settings", secret: str) -> str:
    """The whole address of a link, as seen from this machine."""
    from app.services.office.links import ADDRESS

    everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where to call, not where to listen
    host = everywhere.get(settings.api.host, settings.api.host)
    named = f"[{host}]" if ":" in host else host
    return f"http://{named}:{settings.api.port}{ADDRESS}{secret}"
