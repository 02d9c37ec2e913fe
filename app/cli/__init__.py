"""The command line `tongguan`: one module a command, heavy imports inside the functions that need them."""

import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from app.cli import (
    audit,
    demo,
    doctor,
    keys,
    officers,
    parties,
    reference,
    replay,
    rules,
    sampling,
    secrets,
    serve,
    statistics,
)
from app.errors import Conflict, Malformed, NotFound, TongguanError

# What the caller has to put right, as a mistyped option is; anything else is 1.
WRONG_INPUT = (Malformed, NotFound, Conflict)
# What typer raises for a mistyped command or option, whatever is wrong with it; it exports one kind of it only.
_MISTYPED: Any = typer.BadParameter.__base__


class CommandGroup(TyperGroup):
    """Says every error as one sentence: our own instead of a trace, and what was mistyped instead of a drawn box."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the command line, and end with its exit code."""
        try:
            code = super().main(*args, **(extra | {"standalone_mode": False}))
        except _MISTYPED as mistyped:
            if told := _sentence(mistyped):
                typer.echo(told, err=True)
            code = 2
        except typer.Abort:
            typer.echo("Aborted.", err=True)
            code = 1
        sys.exit(code if isinstance(code, int) else 0)

    def invoke(self, ctx: Any) -> Any:
        """Run the chosen command."""
        try:
            return super().invoke(ctx)
        except TongguanError as problem:
            typer.echo(str(problem), err=True)
            raise typer.Exit(2 if isinstance(problem, WRONG_INPUT) else 1) from problem


def _sentence(mistyped: Any) -> str:
    """What was mistyped, and where help is; nothing more where help was just printed."""
    told: str = mistyped.format_message()
    return f"{told.rstrip('.')}. `{mistyped.ctx.command_path} --help` tells more." if told and mistyped.ctx else told


app = typer.Typer(cls=CommandGroup, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer gives what was written
    if wanted:
        from importlib.metadata import version

        typer.echo(f"tongguan {version('tongguan')}")
        raise typer.Exit


@app.callback()
def tongguan(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Clear cross-border e-commerce parcels: match their documents, apply the law, decide."""


app.command("serve")(serve.serve)
app.command("demo")(demo.demo)
app.command("doctor")(doctor.doctor)
app.command("replay")(replay.replay)
app.add_typer(secrets.app, name="secrets")
app.add_typer(keys.app, name="keys")
app.add_typer(parties.app, name="parties")
app.add_typer(officers.app, name="officers")
app.add_typer(rules.app, name="rules")
app.add_typer(reference.app, name="reference")
app.add_typer(audit.app, name="audit")
app.add_typer(sampling.app, name="sampling")
app.add_typer(statistics.app, name="statistics")
