"""The shapes of risk profiles over JSON, what may be asked, and examples."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from app.domain.profile_states import ProfileState
from app.domain.sampling import MILLION
from app.repositories.profile_trials import HitSum
from app.repositories.profiles import StepRow
from app.rules.profiles.definition import Condition, Profile
from app.schemas.answer_shapes import Answer
from app.schemas.fields import Body
from app.services.office.profiles.reading import Difference, Figures, Rehearsed, Summary, Version, Whole
from app.services.office.profiles.rehearsal import MOST_SAMPLED, Example

_Name = Annotated[str, Meta(min_length=1, max_length=60)]
_Day = Annotated[str, Meta(examples=["2026-12-01"])]


class ProfileBody(Body, kw_only=True):
    """A risk profile. Identity numbers, telephones and addresses of lists are kept as blind indexes only."""

    name_zh: _Name
    name_en: _Name
    explanation: Annotated[str, Meta(min_length=1, max_length=1000)]
    first_day: _Day
    last_day: Annotated[str | None, Meta(description="null: until it is retired")] = None
    districts: Annotated[tuple[str, ...], Meta(description="2 or 4 digits; empty: all")] = ()
    action: Literal["hold", "inspect"]
    rate_ppm: Annotated[int, Meta(ge=1, le=MILLION, description="Share of the hits that is drawn")] = MILLION
    condition: Condition


class ProfileEditBody(ProfileBody, kw_only=True):
    """A new version of a profile, and which version was edited."""

    based_on: Annotated[int, Meta(ge=1)]


class ProfileNoteBody(Body, kw_only=True):
    """Why; kept in the clear for ever: name no people."""

    note: Annotated[str, Meta(min_length=1, max_length=500, examples=["agreed in the meeting of 23 November"])]


class ProfileRehearsalBody(Body, kw_only=True):
    """Over which stored declarations to rehearse."""

    first_day: Annotated[str, Meta(min_length=10, max_length=10, description="Day of receipt, YYYY-MM-DD")]
    last_day: Annotated[str, Meta(min_length=10, max_length=10)]
    sample: Annotated[int, Meta(ge=1, le=MOST_SAMPLED, description="Most declarations to look at")] = 2000


class ProfileDefinitionAnswer(Answer, frozen=True, kw_only=True):
    """What a version says."""

    name_zh: str
    name_en: str
    explanation: str
    first_day: date
    last_day: date | None
    districts: tuple[str, ...]
    action: str
    rate_ppm: int
    condition: Condition


class ProfileVersionAnswer(Answer, frozen=True, kw_only=True):
    """One version and how it stands."""

    version: int
    state: Annotated[
        str,
        Meta(
            description="draft, rehearsed, shadow, proposed, in_force, rejected, retired, replaced, back_proposed, "
            "retire_proposed (in force until that is approved)"
        ),
    ]
    current: Annotated[bool, Meta(description="It counts on its days")]
    based_on: int | None
    authors: tuple[str, ...]
    proposed_by: str | None
    approved_by: str | None
    drafted_at: datetime
    moved_at: datetime
    definition: ProfileDefinitionAnswer


class ProfileStepAnswer(Answer, frozen=True, kw_only=True):
    """One step in the life of a version."""

    version: int
    state: str
    by: str
    at: datetime
    note: str


class ProfileExampleAnswer(Answer, frozen=True, kw_only=True):
    """A declaration that a rehearsal would have hit."""

    declaration_id: str
    district: str
    day: date
    outcome: str
    certain: bool


class ProfileRehearsalAnswer(Answer, frozen=True, kw_only=True):
    """A rehearsal and what it found so far."""

    rehearsal_id: str
    version: int
    state: Annotated[str, Meta(description="under_way, finished or failed")]
    failed: Annotated[str | None, Meta(description="Why: broken (the log says more), or slow (ask about fewer)")]
    first_day: date
    last_day: date
    received: int
    sampled: int
    hits: int
    uncertain: Annotated[int, Meta(description="Of the hits: something that the profile reads was unknown")]
    newly: Annotated[int, Meta(description="Of the hits: released by themselves then")]
    cases_per_day: float
    inspected: int
    found: Annotated[int, Meta(description="Refused, detained or returned in the end")]
    hit_rate: float | None
    overlap: dict[str, int]
    examples: tuple[ProfileExampleAnswer, ...]


class ProfileAnswer(Answer, frozen=True, kw_only=True):
    """One profile with its versions, newest first, its history and its rehearsals."""

    profile_id: str
    versions: tuple[ProfileVersionAnswer, ...]
    history: tuple[ProfileStepAnswer, ...]
    rehearsals: tuple[ProfileRehearsalAnswer, ...]


class ProfileSummaryAnswer(Answer, frozen=True, kw_only=True):
    """A profile of the list; hits are those of the last 30 acceptance days."""

    profile_id: str
    name_zh: str
    name_en: str
    state: str
    version: int
    newest_version: int
    newest_state: str
    hits: int
    found: int


class ProfilesAnswer(Answer, frozen=True, kw_only=True):
    """All profiles."""

    profiles: tuple[ProfileSummaryAnswer, ...]


class ProfileHitsAnswer(Answer, frozen=True, kw_only=True):
    """Hits of one version on one acceptance day."""

    version: int
    shadow: bool
    day: date
    hits: int
    uncertain: int
    inspected: int
    found: int
    released: int


class ProfileShadowAnswer(Answer, frozen=True, kw_only=True):
    """How many assessments a version was asked about in its shadow."""

    version: int
    day: date
    assessed: int


class ProfileStatisticsAnswer(Answer, frozen=True, kw_only=True):
    """Hits by day with what became of them."""

    first_day: date
    last_day: date
    hits: tuple[ProfileHitsAnswer, ...]
    shadow: tuple[ProfileShadowAnswer, ...]


class ProfileDifferenceAnswer(Answer, frozen=True, kw_only=True):
    """A part that two versions say differently."""

    part: str
    before: str | None
    after: str | None


class ProfileDifferencesAnswer(Answer, frozen=True, kw_only=True):
    """Where two versions differ."""

    differences: tuple[ProfileDifferenceAnswer, ...]


class ProfileValidAnswer(Answer, frozen=True, kw_only=True):
    """A profile without faults, as it would be stored."""

    definition: ProfileDefinitionAnswer


class ProfileDraftedAnswer(Answer, frozen=True, kw_only=True):
    """Which version was drafted."""

    profile_id: str
    version: int


def definition_answer(profile: Profile) -> ProfileDefinitionAnswer:
    """What a version says."""
    return ProfileDefinitionAnswer(**msgspec.structs.asdict(profile))


def summary_answer(found: Summary) -> ProfileSummaryAnswer:
    """A line of the list."""
    return ProfileSummaryAnswer(
        profile_id=found.profile_id,
        name_zh=found.shown.profile.name_zh,
        name_en=found.shown.profile.name_en,
        state=found.shown.state.word,
        version=found.shown.row.version,
        newest_version=found.newest.row.version,
        newest_state=found.newest.state.word,
        hits=found.hits,
        found=found.found,
    )


def profile_answer(whole: Whole) -> ProfileAnswer:
    """Everything about one profile."""
    return ProfileAnswer(
        profile_id=whole.profile_id,
        versions=tuple(map(_version, whole.versions)),
        history=tuple(map(_step, whole.steps)),
        rehearsals=tuple(map(_rehearsal, whole.rehearsals)),
    )


def statistics_answer(figures: Figures) -> ProfileStatisticsAnswer:
    """Hits by day."""
    return ProfileStatisticsAnswer(
        first_day=figures.first_day,
        last_day=figures.last_day,
        hits=tuple(map(_hits, figures.hits)),
        shadow=tuple(ProfileShadowAnswer(version=v, day=day, assessed=n) for v, day, n in figures.asked),
    )


def differences_answer(found: list[Difference]) -> ProfileDifferencesAnswer:
    """Where two versions differ."""
    return ProfileDifferencesAnswer(
        differences=tuple(ProfileDifferenceAnswer(part=d.part, before=d.before, after=d.after) for d in found)
    )


def _version(found: Version) -> ProfileVersionAnswer:
    row = found.row
    return ProfileVersionAnswer(
        version=row.version,
        state=found.state.word,
        current=row.current,
        based_on=row.based_on,
        authors=row.authors,
        proposed_by=row.proposed_by,
        approved_by=row.approved_by,
        drafted_at=row.drafted_at,
        moved_at=row.moved_at,
        definition=definition_answer(found.profile),
    )


def _step(step: StepRow) -> ProfileStepAnswer:
    word = ProfileState(step.state).word
    return ProfileStepAnswer(version=step.version, state=word, by=step.by, at=step.at, note=step.note)


def _hits(each: HitSum) -> ProfileHitsAnswer:
    return ProfileHitsAnswer(
        version=each.version,
        shadow=each.shadow,
        day=each.day,
        hits=each.hits,
        uncertain=each.uncertain,
        inspected=each.inspected,
        found=each.found,
        released=each.released,
    )


def _rehearsal(found: Rehearsed) -> ProfileRehearsalAnswer:
    row, progress = found.row, found.progress
    state = "failed" if progress.failed else "finished" if row.finished_at else "under_way"
    return ProfileRehearsalAnswer(
        rehearsal_id=str(row.rehearsal_id),
        version=row.version,
        state=state,
        failed=progress.failed,
        first_day=row.first_day,
        last_day=row.last_day,
        received=progress.received,
        sampled=progress.sampled,
        hits=progress.hits,
        uncertain=progress.uncertain,
        newly=progress.newly,
        cases_per_day=round(progress.cases_per_day, 2),
        inspected=progress.inspected,
        found=progress.found,
        hit_rate=progress.hit_rate,
        overlap=progress.overlap,
        examples=tuple(map(_example, progress.examples)),
    )


def _example(each: Example) -> ProfileExampleAnswer:
    return ProfileExampleAnswer(
        declaration_id=str(each.declaration_id),
        district=each.district,
        day=each.day,
        outcome=each.outcome,
        certain=each.certain,
    )
