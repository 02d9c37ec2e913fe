"""The shapes of what is published of random inspection."""

from datetime import date, datetime
from typing import Annotated, Any, Final

from msgspec import Meta

from app.schemas.answer_shapes import Answer
from app.schemas.queries import Parameter, query_day
from app.services.office.sampling import Checked, PublishedDay


class PublishedAnswer(Answer, frozen=True, kw_only=True):
    """A day: its commitment, and its secret once it may be seen."""

    day: date
    commitment: Annotated[str, Meta(description="SHA-256 of the day's secret, 64 hex digits")]
    published_at: datetime
    in_time: Annotated[bool, Meta(description="Published before the day began")]
    secret: Annotated[str | None, Meta(description="64 hex digits; null while it is secret")]
    revealed_at: datetime | None
    secret_from: Annotated[datetime, Meta(description="Not before; later while a declaration of the day still waits")]


class CommitmentsAnswer(Answer, frozen=True, kw_only=True):
    """Published days, newest first."""

    days: tuple[PublishedAnswer, ...]


class DisagreementAnswer(Answer, frozen=True, kw_only=True):
    """What is on record and is not what the secret gives."""

    what: str
    recorded: str
    computed: str


class DrawAnswer(Answer, frozen=True, kw_only=True):
    """The draw of a declaration; `disagreements` is null while the secret is not public."""

    declaration_id: str
    day: date
    rate_ppm: int | None
    draw_ppm: int | None
    picked: bool
    profile_draws: dict[str, int]
    published: PublishedAnswer | None
    disagreements: tuple[DisagreementAnswer, ...] | None


def published_answer(each: PublishedDay) -> PublishedAnswer:
    """A day as it is told."""
    return PublishedAnswer(
        day=each.day,
        commitment=each.commitment.commitment,
        published_at=each.commitment.published_at,
        in_time=each.commitment.in_time,
        secret=each.secret.secret.hex() if each.secret else None,
        revealed_at=each.secret.revealed_at if each.secret else None,
        secret_from=each.secret_from,
    )


def draw_answer(checked: Checked) -> DrawAnswer:
    """A draw as it is told."""
    drawn, found = checked.drawn, checked.disagreements
    return DrawAnswer(
        declaration_id=str(checked.declaration_id),
        day=checked.day,
        rate_ppm=drawn.rate_ppm,
        draw_ppm=drawn.draw_ppm,
        picked=drawn.picked,
        profile_draws=dict(drawn.profile_draws),
        published=published_answer(checked.published) if checked.published else None,
        disagreements=None
        if found is None
        else tuple(
            DisagreementAnswer(what=each.what, recorded=each.recorded, computed=each.computed) for each in found
        ),
    )


DAYS: Final[dict[str, Parameter]] = {
    "first_day": Parameter(query_day, "First day; 30 days ago if left out", "2026-10-22"),
    "last_day": Parameter(query_day, "Last day; 30 days ahead if left out", "2026-12-22"),
}
PUBLISHED_EXAMPLE: Final[dict[str, Any]] = {
    "day": "2026-11-22",
    "commitment": "9f2d" * 16,
    "published_at": "2026-10-23T00:00:03Z",
    "in_time": True,
    "secret": None,
    "revealed_at": None,
    "secret_from": "2026-11-25T17:00:00Z",
}
DRAW_EXAMPLE: Final[dict[str, Any]] = {
    "declaration_id": "0f1e2d3c-4b5a-8978-8695-a4b3c2d1e0f9",
    "day": "2026-11-18",
    "rate_ppm": 55000,
    "draw_ppm": 31337,
    "picked": True,
    "profile_draws": {},
    "published": PUBLISHED_EXAMPLE
    | {"day": "2026-11-18", "secret": "1a2b" * 16, "revealed_at": "2026-11-21T17:05:00Z"},
    "disagreements": [],
}
