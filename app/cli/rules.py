"""`tongguan rules`: look at the rule book that this installation would start with."""

import re
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.rules.kernel import Rule
    from app.rules.rulebook import RuleBook

app = typer.Typer(help="Look at the rules, their law and their dated values.", no_args_is_help=True)

_Day = Annotated[
    datetime | None,
    typer.Option("--day", formats=["%Y-%m-%d"], help="The law of this day (default: today in Shanghai)."),
]
_Folder = Annotated[Path, typer.Option("--to", help="The folder of the pages.")]
_Check = Annotated[bool, typer.Option("--check", help="Write nothing; fail where a page is out of date.")]
_RULE_PAGE = re.compile(r"[A-Z][A-Z0-9]+-[0-9]+\.md")


@app.callback()
def rules() -> None:
    """Look at the rules, their law and their dated values."""


@app.command("list")
def list_rules(day: _Day = None) -> None:
    """List the rules in force on a day, with what a finding of each leads to."""
    law = _book().on(_day(day))
    for in_force in law.rules:
        rule = in_force.rule
        typer.echo(f"{rule.id:8} {in_force.outcome.word:10} {rule.title.zh} · {rule.title.en} ({rule.law.provision})")
    typer.echo(f"{len(law.rules)} rules in force on {law.day}")


@app.command("show")
def show_rule(rule_id: Annotated[str, typer.Argument(help="For example LIM-01.")]) -> None:
    """Show one rule: law, days, consequence, provision and the dated values it reads."""
    from app.cli.rule_pages import pages
    from app.errors import NotFound

    book = _book()
    rule = book.rule(rule_id.upper())
    if rule is None:
        raise NotFound(f"No rule has the id {rule_id}. `tongguan rules list` names them all.")
    typer.echo(pages((rule,), book.parameters)[f"{rule.id}.md"], nl=False)


@app.command("check")
def check_rules() -> None:
    """Load rules, packs, dated values and starter tables as a start would; say what is wrong, or the book's hash."""
    from app.rules.catalogue import OUR_RULES

    book = _book()
    packed = [rule.id for rule in book.rules if rule not in OUR_RULES]
    typer.echo(f"rules        {len(book.rules)}, of packs: {', '.join(packed) or 'none'}")
    typer.echo(f"values       {len(book.parameters.parameters)} dated values, changing on {_days(book)}")
    typer.echo(f"rule book    {book.hash} (with the starter tables)")


@app.command("docs")
def write_pages(folder: _Folder = Path("docs/rules"), *, check: _Check = False) -> None:
    """Write the page of every rule of ours, the index and the page of dated values."""
    from app.cli.rule_pages import pages
    from app.rules.catalogue import OUR_RULES
    from app.rules.parameters import read_tree

    wanted = pages(_by_id(OUR_RULES), read_tree())
    stale = [file for file in _pages_in(folder) if file.name not in wanted]
    changed = [name for name, text in wanted.items() if _text_of(folder / name) != text]
    if check and (stale or changed):
        names = ", ".join(sorted([*changed, *(file.name for file in stale)]))
        typer.echo(f"Out of date: {names}. Run `tongguan rules docs` and commit the pages.", err=True)
        raise typer.Exit(1)
    if not check:
        folder.mkdir(parents=True, exist_ok=True)
        for name in changed:
            (folder / name).write_text(wanted[name], encoding="utf-8")
        for file in stale:
            file.unlink()
    typer.echo(f"{len(wanted)} pages, {len(changed)} written, {len(stale)} removed")


def _book() -> "RuleBook":
    from app.rules.catalogue import all_rules
    from app.rules.parameters import read_tree
    from app.rules.rulebook import RuleBook
    from app.rules.tables.starter import starter_tables

    return RuleBook.load(all_rules(), read_tree(), starter_tables())


def _day(given: datetime | None) -> date:
    from app.domain.period import SHANGHAI

    return given.date() if given else datetime.now(SHANGHAI).date()


def _days(book: "RuleBook") -> str:
    return ", ".join(str(day) for day in book.days_of_change())


def _by_id(rules_: "tuple[Rule, ...]") -> "tuple[Rule, ...]":
    return tuple(sorted(rules_, key=lambda rule: rule.id))


def _pages_in(folder: Path) -> list[Path]:
    return [file for file in sorted(folder.glob("*.md")) if _RULE_PAGE.fullmatch(file.name)]


def _text_of(file: Path) -> str | None:
    return file.read_text(encoding="utf-8") if file.exists() else None
