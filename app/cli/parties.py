"""`tongguan parties`: look at parties, rename and classify them, suspend and resume them, record their mandates."""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Literal, get_args

import typer

from app.cli.database import change, look_up
from app.domain.party import CreditClass

if TYPE_CHECKING:
    from app.repositories.registers import Mandate
    from app.services.party_file import PartyFile

app = typer.Typer(help="Look at the parties and change how they stand.", no_args_is_help=True)

Documents = Literal["order", "payment", "waybill", "declaration", "all"]
Code = Annotated[str, typer.Argument(help="The party's customs registration code.")]
From = Annotated[
    datetime | None,
    typer.Option("--from", formats=["%Y-%m-%d"], help="The first day, included (default: today in Shanghai)."),
]
Until = Annotated[
    datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="The last day, included (default: none).")
]


@app.callback()
def parties() -> None:
    """Look at the parties and change how they stand."""


@app.command("list")
def list_parties() -> None:
    """List every party with its roles and how it stands today."""
    from app.domain.period import shanghai_day
    from app.repositories import registers

    known = look_up(lambda connection: registers.parties(connection, shanghai_day(datetime.now(UTC))))
    for party in known:
        standing = "suspended" if party.suspended else party.credit_class or "ordinary"
        typer.echo(
            f"{party.party_code:18}  {','.join(party.roles) or 'no role today':20}  {standing:11}  "
            f"{party.district or '-':4}  {party.name}"
        )
    typer.echo(f"{len(known)} parties, {sum(party.suspended for party in known)} suspended today")


@app.command("show")
def show(code: Code) -> None:
    """Show everything on record of one party: roles, standings, mandates and live keys."""
    from app.services.party_file import read_party

    _print_file(code, look_up(lambda connection: read_party(connection, code)))


@app.command("edit")
def edit(
    code: Code,
    name: Annotated[str | None, typer.Option("--name", help="The party's new name.")] = None,
    district: Annotated[str | None, typer.Option("--district", help="Its customs district, four digits.")] = None,
    credit_class: Annotated[CreditClass | None, typer.Option("--credit-class", help="Its credit class.")] = None,
    from_day: From = None,
) -> None:
    """Change a party's name, customs district, or (from a day on) credit class."""
    from app.services import register_parties

    wanted = register_parties.PartyEdit(
        name=name, district=district, credit_class=credit_class, first_day=_day(from_day)
    )
    change(lambda clerk: register_parties.edit(clerk, code, wanted))
    typer.echo(f"Changed {code}.")


@app.command("suspend")
def suspend(
    code: Code,
    reason: Annotated[str, typer.Option("--reason", help="Why; kept in the audit for ever, so name no people.")],
    from_day: From = None,
    until: Until = None,
) -> None:
    """Suspend a party: its parcels that are accepted on these days go to an officer."""
    from app.services import register_parties

    begins = change(lambda clerk: register_parties.suspend(clerk, code, reason, _day(from_day), _day(until)))
    typer.echo(f"{code} is suspended {_span(begins, _day(until))}.")


@app.command("resume")
def resume(code: Code, from_day: From = None) -> None:
    """End every suspension of a party from a day on."""
    from app.services import register_parties

    begins = change(lambda clerk: register_parties.resume(clerk, code, _day(from_day)))
    typer.echo(f"{code} is not suspended from {begins} on.")


@app.command("mandate")
def mandate(
    grantor: Annotated[str, typer.Argument(help="Whose documents they are.")],
    holder: Annotated[str, typer.Argument(help="Who may file them.")],
    document: Annotated[Documents, typer.Option("--document", help="Which documents the holder may file.")],
    from_day: From = None,
    until: Until = None,
    *,
    revoke: Annotated[bool, typer.Option("--revoke", help="End the mandate the day before --from.")] = False,
) -> None:
    """Record from when until when a party may file another's documents; it replaces what was on record from then on."""
    from app.services.filings import DocumentKind
    from app.services.record_mandates import MandateRequest, state_mandate

    words = [word for word in get_args(Documents) if word != "all"] if document == "all" else [document]
    request = MandateRequest(
        grantor_code=grantor,
        holder_code=holder,
        kinds=tuple(DocumentKind[word.upper()] for word in words),
        first_day=_day(from_day),
        last_day=_day(until),
        revoked=revoke,
    )
    begins = change(lambda clerk: state_mandate(clerk, request))
    may = f"may not file from {begins} on" if revoke else f"may file {_span(begins, _day(until))}"
    typer.echo(f"{holder} {may}: the {', '.join(words)} of {grantor}.")


def _print_file(code: str, file: "PartyFile") -> None:
    from app.domain.period import shanghai_day

    typer.echo(f"party     {code} {file.name}{f', district {file.district}' if file.district else ''}")
    for role in file.roles:
        typer.echo(f"role      {role.role:12} {_span(role.first_day, role.last_day)}")
    for period in file.standings:
        standing = period.standing
        words = [standing.credit_class or "ordinary"] + (["suspended"] if standing.suspended else [])
        reason = f": {standing.reason}" if standing.reason else ""
        typer.echo(f"standing  {', '.join(words)} {_span(period.first_day, period.last_day)}{reason}")
    for given in file.mandates:
        _print_mandate(code, given)
    for key in file.keys:
        typer.echo(f"key       {key.key_id} {key.role} made {shanghai_day(key.created_at)}: {key.name}")


def _print_mandate(code: str, mandate: "Mandate") -> None:
    from app.services.filings import DocumentKind

    if mandate.last_day is not None and mandate.last_day < mandate.first_day:
        return  # revoked before its first day
    given = mandate.grantor_code == code
    other = mandate.holder_code if given else mandate.grantor_code
    word = DocumentKind(mandate.document_kind).word
    typer.echo(
        f"mandate   {'given to' if given else 'held of'} {other}: {word} {_span(mandate.first_day, mandate.last_day)}"
    )


def _span(first_day: date, last_day: date | None) -> str:
    return f"from {first_day} until {last_day}" if last_day else f"from {first_day} on"


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None
