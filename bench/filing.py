"""From bodies to submissions, decoded as the JSON door decodes them."""

from collections.abc import Sequence
from datetime import datetime

from app.routers.filing import submission_of
from app.schemas.dossier import DossierBody
from app.services.filings import Caller, Submission, SubmissionAnswer
from app.settings import ApiSettings
from tests import builders

# The demo platform: it holds the mandates of the other parties.
PLATFORM = Caller(key_id="key_bench", party_code=builders.PLATFORM, role="platform", name="bench")
_LIMITS = ApiSettings()


def submissions(bodies: Sequence[bytes], at: datetime) -> list[Submission]:
    """What the door would hand to the intake."""
    return [submission_of(body, DossierBody, PLATFORM, at, _LIMITS) for body in bodies]


def demand_answers(answers: Sequence[SubmissionAnswer | Exception]) -> list[SubmissionAnswer]:
    """Every answer; a filing that was answered with an error ends the measurement."""
    return [_demanded(answer) for answer in answers]


def _demanded(answer: SubmissionAnswer | Exception) -> SubmissionAnswer:
    if isinstance(answer, Exception):
        raise answer
    assert answer.declaration is not None
    assert answer.declaration.outcome is not None
    return answer
