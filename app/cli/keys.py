"""`tongguan keys`: make, list and revoke API keys."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.database import change, look_up
from app.domain.party import Role

if TYPE_CHECKING:
    from app.security.api_keys import NewKey
    from app.services.clerk import Clerk

app = typer.Typer(help="Make, list and revoke the API keys of parties and officers.", no_args_is_help=True)

Day = ["%Y-%m-%d"]


@app.callback()
def keys() -> None:
    """Make, list and revoke the API keys of parties and officers."""


@app.command("create")
def create(
    party: Annotated[str, typer.Option("--party", help="The party's customs registration code; an officer's own.")],
    name: Annotated[str, typer.Option("--name", help="Name of the key, and of the party if it is new.")],
    role: Annotated[Role, typer.Option("--role", help="What the key's owner may do.")],
    districts: Annotated[
        list[str] | None,
        typer.Option("--district", help="Of an officer: 2244, 22 (all of 22xx) or '*' (all); may be repeated."),
    ] = None,
    first_day: Annotated[
        datetime | None,
        typer.Option("--first-day", formats=Day, help="Registered from this day on (default: today in Shanghai)."),
    ] = None,
) -> None:
    """Make a key, and register the party in the role if it is unknown; the key is the last line and shown only now."""

    async def made(clerk: "Clerk") -> "tuple[NewKey, bool]":
        from app.services.register_keys import KeyRequest, create_key

        request = KeyRequest(
            party_code=party,
            name=name,
            role=role,
            districts=tuple(districts or ()),
            first_day=first_day.date() if first_day else None,
        )
        key = await create_key(clerk, request)
        return key, any(act.name == "party.register" for act in clerk.acts)

    new, registered = change(made)
    if registered:
        typer.echo(f"Registered {party} as {role}.", err=True)
    typer.echo(f"Key {new.key_id} of {party} ({role}); send it as `Authorization: Bearer KEY`. Shown once:", err=True)
    typer.echo(new.key)


@app.command("list")
def list_keys() -> None:
    """List every key by its id, live and revoked ones; the keys themselves are stored nowhere."""
    from app.domain.period import shanghai_day
    from app.repositories.registers import api_keys

    stored = look_up(api_keys)
    for key in stored:
        state = "live" if key.revoked_at is None else f"revoked {shanghai_day(key.revoked_at)}"
        owner = f"{key.party_code:18} {' '.join((key.role, *key.districts)):14}"
        typer.echo(f"{key.key_id}  {owner} {shanghai_day(key.created_at)}  {state:18} {key.name}")
    typer.echo(f"{sum(key.revoked_at is None for key in stored)} live keys, {len(stored)} in all")


@app.command("revoke")
def revoke(key_id: Annotated[str, typer.Argument(help="The key's id, from `tongguan keys list`.")]) -> None:
    """End a key: it is refused from the next request on."""

    async def revoked(clerk: "Clerk") -> None:
        from app.services.register_keys import revoke_key

        await revoke_key(clerk, key_id)

    change(revoked)
    typer.echo(f"Revoked {key_id}.")
