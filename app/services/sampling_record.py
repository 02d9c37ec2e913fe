"""What is on record of the draws of a day: read from the stored facts, written to and read from a list.

The list has all that a recomputation needs besides the published secret: whoever has it needs no database.
"""

import csv
import io
from collections.abc import AsyncIterator, Collection, Iterable, Iterator
from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from app.domain.canonical import decode_assessment, decode_facts
from app.domain.decision import FindingKind
from app.domain.sampling import Drawn
from app.errors import Malformed
from app.repositories import sampling
from app.repositories.bulk import Connection
from app.repositories.evidence import AssessmentRow
from app.rules.risk.random_inspection import rate_that_counts_ppm
from app.rules.rulebook import RuleBook
from app.security.envelope import Envelope
from app.services.books import books_of
from app.services.clearance.views import unseal_assessments

COLUMNS: Final = ("declaration_id", "revision", "rate_ppm", "draw_ppm", "picked", "profile_draws")
_RULE: Final = "RSK-06"
_PAGE: Final = 500


class Published(msgspec.Struct, frozen=True):
    """What a list says was published; empty where it says nothing."""

    day: str = ""
    commitment: str = ""
    secret: str = ""


async def drawn_on(connection: Connection, envelope: Envelope, book: RuleBook, day: date) -> AsyncIterator[list[Drawn]]:
    """The draws of declarations accepted on a day, a page at a time; a declaration assessed twice is there twice."""
    after: sampling.Place | None = None
    while True:
        found, after = await drawn_behind(connection, envelope, book, day, after)
        if after is None:
            return
        yield found


async def drawn_behind(
    connection: Connection, envelope: Envelope, book: RuleBook, day: date, after: sampling.Place | None
) -> tuple[list[Drawn], sampling.Place | None]:
    """The page of a day's draws behind a place, and the place where it ends; None behind the last."""
    rows = await sampling.assessed(connection, day, after, _PAGE)
    if not rows:
        return [], None
    last = rows[-1]
    place = (last.month, last.assessed_at, last.declaration_id, last.revision)
    return await drawn(connection, envelope, book, rows), place


async def drawn(
    connection: Connection, envelope: Envelope, book: RuleBook, rows: Collection[AssessmentRow]
) -> list[Drawn]:
    """The draws that stored assessments were made with; those whose keys were shredded are left out."""
    books = await books_of(connection, book, {row.book for row in rows})
    found = []
    for row, stored in await unseal_assessments(connection, envelope, rows):
        facts, assessment = decode_facts(stored.facts), decode_assessment(stored.assessment)
        parameters = books[row.book].on(row.accepted_on).parameters
        hits = [each for each in assessment.findings if each.rule_id == _RULE and each.kind is FindingKind.FINDING]
        draws = facts.profile_draws
        found.append(
            Drawn(
                declaration_id=row.declaration_id,
                revision=row.revision,
                rate_ppm=rate_that_counts_ppm(facts, parameters.risk),
                draw_ppm=facts.inspection_draw_ppm,
                picked=bool(hits),
                profile_draws=()
                if isinstance(draws, msgspec.UnsetType)
                else tuple((each.profile_id, each.draw_ppm) for each in draws),
            )
        )
    return found


def beginning(published: Published) -> str:
    """The first lines of a list: what was published, and the names of the columns."""
    told = [f"# {name} {value}" for name, value in msgspec.structs.asdict(published).items() if value]
    return "\n".join([*told, ",".join(COLUMNS)]) + "\n"


def lines_of(rows: Iterable[Drawn]) -> str:
    """The lines of a list."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in rows:
        draws = " ".join(f"{profile}={draw}" for profile, draw in row.profile_draws)
        picked = "yes" if row.picked else "no"
        writer.writerow([row.declaration_id, row.revision, _text(row.rate_ppm), _text(row.draw_ppm), picked, draws])
    return text.getvalue()


def read_list(lines: Iterable[str]) -> tuple[Published, Iterator[Drawn]]:
    """The inverse: what the list says was published, and its rows; Malformed names a line that cannot be read."""
    told: dict[str, str] = {}
    numbered = enumerate(lines, start=1)
    for number, line in numbered:
        if not line.startswith("#"):
            if tuple(line.lstrip("\ufeff").strip().split(",")) != COLUMNS:
                raise Malformed(f"Line {number} does not name the columns {', '.join(COLUMNS)}.")
            break
        name, _, value = line.lstrip("# ").strip().partition(" ")
        told[name] = value
    return msgspec.convert(told, Published), _rows(numbered)


def _rows(numbered: Iterator[tuple[int, str]]) -> Iterator[Drawn]:
    for number, line in numbered:
        if not line.strip():
            continue
        try:
            (cells,) = csv.reader([line])
            declaration_id, revision, rate, draw, picked, draws = cells
            yield Drawn(
                declaration_id=UUID(declaration_id),
                revision=int(revision),
                rate_ppm=int(rate) if rate else None,
                draw_ppm=int(draw) if draw else None,
                picked={"yes": True, "no": False}[picked],
                profile_draws=tuple(_profile_draw(each) for each in draws.split()),
            )
        except (ValueError, KeyError, csv.Error):
            raise Malformed(f"Line {number} is no line of a list of draws.") from None


def _profile_draw(text: str) -> tuple[str, int]:
    profile, _, draw = text.rpartition("=")
    return profile, int(draw)


def _text(number: int | None) -> str:
    return "" if number is None else str(number)
