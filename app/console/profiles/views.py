"""Reading pages of risk profiles: the list, one profile, one version with its rehearsals and what may be done."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from app.console.language import language_of
from app.console.pages import PREFIX
from app.console.profiles import words
from app.console.profiles.editing import draft_of
from app.console.rendering import render
from app.console.sessions import officer_of
from app.domain.period import shanghai_day
from app.domain.profile_states import REHEARSABLE, ProfileState
from app.routers.requests import office_of, version_in_address
from app.rules.profiles.definition import Profile
from app.services.office.profiles.reading import Difference, differences

ADDRESS: Final = PREFIX + "/profiles"
_REHEARSED_DAYS: Final = 14
_USUAL_SAMPLE: Final = 2000
WORDS: Final[dict[str, Any]] = {
    "STATES": words.STATES,
    "TONES": words.TONES,
    "ACTIONS": words.ACTIONS,
    "FAILED": words.FAILED,
    "KINDS": words.KINDS,
    "PARTS": words.PARTS,
}


async def profiles(request: Request) -> Response:
    """Every profile with its state and hits."""
    found = await office_of(request).profiles.reading.all(await officer_of(request), datetime.now(UTC))
    return await render(request, "profiles/list.html", WORDS | {"profiles": found, "chinese": chinese(request)})


async def profile(request: Request) -> Response:
    """One profile: versions, hits by day, history."""
    officer, profile_id = await officer_of(request), request.path_params["profile_id"]
    reading, today = office_of(request).profiles.reading, shanghai_day(datetime.now(UTC))
    whole = await reading.one(officer, profile_id)
    figures = await reading.lately(officer, profile_id, today)
    approved = [each for each in whole.versions if each.row.approved_by]
    context = {
        "whole": whole,
        "figures": figures,
        "shown": next((each for each in whole.versions if each.row.current), whole.versions[0]),
        "may_step_back": len(approved) > 1 and all(each.state is not ProfileState.BACK_PROPOSED for each in approved),
        "chinese": chinese(request),
        "steps": [(step, state_word(step.state)) for step in reversed(whole.steps)],
    }
    return await render(request, "profiles/profile.html", WORDS | context)


async def version(request: Request) -> Response:
    """One version: what it says, what differs, what rehearsals found, what may be done with it."""
    officer, today = await officer_of(request), shanghai_day(datetime.now(UTC))
    whole = await office_of(request).profiles.reading.one(officer, request.path_params["profile_id"])
    shown = whole.version(version_in_address(request))
    base = whole.version(shown.row.based_on) if shown.row.based_on else None
    rehearsals = [each for each in whole.rehearsals if each.row.version == shown.row.version]
    examples = [example.declaration_id for each in rehearsals for example in each.progress.examples]
    context = {
        "whole": whole,
        "shown": shown,
        "base": base,
        "differences": _differences(request, base.profile, shown.profile) if base else [],
        "lines": words.lines_of(shown.profile.condition, language_of(request)),
        "rehearsals": rehearsals,
        "numbers": await office_of(request).acts.numbers(officer, examples),
        "rehearsable": shown.state in REHEARSABLE,
        "editable": draft_of(shown.profile) is not None,
        "is_author": officer.party_code in (*shown.row.authors, shown.row.proposed_by),
        "rehearse_from": str(today - timedelta(days=_REHEARSED_DAYS - 1)),
        "rehearse_to": str(today),
        "sample": _USUAL_SAMPLE,
        "chinese": chinese(request),
    }
    return await render(request, "profiles/version.html", WORDS | context)


def _differences(request: Request, before: Profile, after: Profile) -> list[Difference]:
    language = language_of(request)
    # Whole lists: two that differ in their last value only must not look alike.
    return differences(before, after, lambda compare: words.sentence(compare, language, len(compare.values)))


def chinese(request: Request) -> bool:
    """Whether the reader reads Chinese."""
    return language_of(request).value == "zh"


def state_word(state: int) -> str:
    """The word of a stored state."""
    return ProfileState(state).word
