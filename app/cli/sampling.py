"""`tongguan sampling`: repeat the draws of a day from its published secret; export what that needs."""

from collections.abc import AsyncIterator, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.database import look_up
from app.errors import Conflict, Malformed, NotFound

if TYPE_CHECKING:
    import asyncpg

    from app.domain.sampling import Disagreement, Drawn
    from app.services.sampling_record import Published

app = typer.Typer(help="Verify who was picked for random inspection; export a day's draws.", no_args_is_help=True)
_Day = Annotated[datetime, typer.Option("--day", formats=["%Y-%m-%d"], help="The day of acceptance, in Shanghai.")]
_NAMED_AT_MOST = 100


@app.callback()
def sampling() -> None:
    """Verify who was picked for random inspection; export a day's draws."""


@app.command()
def verify(
    day: _Day,
    file: Annotated[
        Path | None, typer.Option("--file", help="An exported list: no database is needed.", dir_okay=False)
    ] = None,
    secret: Annotated[str | None, typer.Option("--secret", help="The secret you read yourself, 64 hex digits.")] = None,
    commitment: Annotated[
        str | None, typer.Option("--commitment", help="The commitment you noted before the day, 64 hex digits.")
    ] = None,
) -> None:
    """Compute every draw of a day again from its secret and name what disagrees; exit code 1 if anything does."""
    from app.services.sampling_record import Published

    named = Published(str(day.date()), commitment or "", secret or "")
    if file is not None:
        count, found = _verify_file(file, named)
    else:
        count, found = look_up(lambda connection: _verify_database(connection, day.date(), named))
    for each in found[:_NAMED_AT_MOST]:
        typer.echo(f"{each.declaration_id}: {each.what} is recorded as {each.recorded}, computed is {each.computed}")
    if len(found) > _NAMED_AT_MOST:
        typer.echo(f"… and {len(found) - _NAMED_AT_MOST} more")
    typer.echo(f"{count:,} draws of {day.date()} computed again, {len(found)} disagree.")
    if found:
        raise typer.Exit(1)


@app.command("export")
def export(
    day: _Day, file: Annotated[Path, typer.Argument(help="The CSV to write; it must not exist.", dir_okay=False)]
) -> None:
    """Write the draws of a day with what was published, for `sampling verify --file` anywhere."""
    if file.exists():
        raise Conflict(f"{file} exists; an export is never overwritten. Name another file.")

    async def write(connection: "asyncpg.Connection") -> int:
        from app.services.sampling_record import beginning, lines_of

        published = await _published(connection, day.date())
        count = 0
        with file.open("x", encoding="utf-8", newline="") as text:
            text.write(beginning(published))
            async for rows in _drawn(connection, day.date()):
                text.write(lines_of(rows))
                count += len(rows)
        return count

    typer.echo(f"{look_up(write):,} draws written to {file}. Verify: tongguan sampling verify --day DAY --file FILE")


@app.command("published")
def published(
    days: Annotated[int, typer.Option("--days", help="How many days back and ahead.", min=1, max=400)] = 30,
) -> None:
    """List the published commitments and secrets, newest day first."""
    from datetime import UTC, timedelta

    from app.domain.period import SHANGHAI, shanghai_day
    from app.repositories import sampling as rows

    today = shanghai_day(datetime.now(UTC))

    async def read(connection: "asyncpg.Connection") -> list[str]:
        first, last = today - timedelta(days=days), today + timedelta(days=days)
        secrets = await rows.secrets(connection, first, last)
        return [
            f"{each.day}  {each.commitment}  {secrets[each.day].secret.hex() if each.day in secrets else 'secret':64}  "
            f"published {each.published_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}{'' if each.in_time else ' (late)'}"
            for each in await rows.commitments(connection, first, last)
        ]

    told = look_up(read)
    for line in told or ["Nothing is published yet; the running service publishes commitments at its start."]:
        typer.echo(line)


def _verify_file(file: Path, named: "Published") -> "tuple[int, list[Disagreement]]":
    from app.services.sampling_record import read_list

    try:
        with file.open(encoding="utf-8-sig") as lines:
            told, rows = read_list(lines)
            if told.day and told.day != named.day:
                raise Malformed(f"{file} is the list of {told.day}, not of {named.day}.")
            return _compared(_secret_of(named, told), rows)
    except (OSError, UnicodeDecodeError) as problem:
        raise NotFound(f"{file} cannot be read: {problem}.") from problem


async def _verify_database(
    connection: "asyncpg.Connection", day: date, named: "Published"
) -> "tuple[int, list[Disagreement]]":
    secret = _secret_of(named, await _published(connection, day))
    count, found = 0, list["Disagreement"]()
    async for rows in _drawn(connection, day):
        seen, differing = _compared(secret, rows)
        count, found = count + seen, found + differing
    return count, found


def _secret_of(named: "Published", told: "Published") -> bytes:
    """The secret to compute with, once it fits what was committed to; what the auditor names comes first."""
    from app.domain.sampling import commitment

    secret, committed = named.secret or told.secret, named.commitment or told.commitment
    if not secret:
        raise NotFound(
            f"The secret of {named.day} is not published yet, or the day has none; docs/officers.md says when it is."
        )
    try:
        plain = bytes.fromhex(secret)
    except ValueError:
        raise Malformed("The secret is not 64 hex digits.") from None
    if not committed:
        raise NotFound(f"No commitment of {named.day} is known: name it with --commitment.")
    if commitment(plain) != committed.lower():
        raise Conflict(f"The secret does not fit the commitment of {named.day}: one of them was changed.")
    return plain


def _compared(secret: bytes, rows: "Iterable[Drawn]") -> "tuple[int, list[Disagreement]]":
    """How many draws were computed, and what disagrees: one at a time, however long the list is."""
    from app.domain.sampling import disagreements

    count, found = 0, list["Disagreement"]()
    for row in rows:
        count += 1
        found += disagreements(secret, [row])
    return count, found


async def _drawn(connection: "asyncpg.Connection", day: date) -> "AsyncIterator[list[Drawn]]":
    """The draws on record; those of declarations whose keys were shredded are left out."""
    from app.security.envelope import Envelope
    from app.security.keyring import KeyRing
    from app.services.books import load_book
    from app.services.sampling_record import drawn_on
    from app.settings import Settings

    keyring = KeyRing.load(Settings.from_environment().keyring_path)
    book = await load_book(connection, None)
    async for rows in drawn_on(connection, Envelope(keyring.master_keys, keyring.current), book, day):
        yield rows


async def _published(connection: "asyncpg.Connection", day: date) -> "Published":
    from app.repositories import sampling as rows
    from app.services.sampling_record import Published

    committed = await rows.commitments(connection, day, day)
    secret = (await rows.secrets(connection, day, day)).get(day)
    return Published(str(day), committed[0].commitment if committed else "", secret.secret.hex() if secret else "")
