"""The shapes of what officers are answered who decide or propose."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Final

from msgspec import Meta

from app.languages import Language
from app.schemas.answer_shapes import Answer
from app.services.desk import Decided
from app.services.office.acts import Preview
from app.services.office.answers import ANSWERED, Answered, NewProposal, Proposal, Proposed


class RefusedAnswer(Answer, frozen=True, kw_only=True):
    """Why it was not done to a declaration."""

    code: str
    message: str


class ActResult(Answer, frozen=True, kw_only=True):
    """What became of one declaration."""

    declaration_id: str
    done: Annotated[bool, Meta(description="Done, now or before by the same officer; of a preview: possible")]
    status: Annotated[str | None, Meta(description="As it is now; null where it is not yours to see")]
    refused: RefusedAnswer | None


class ActsAnswer(Answer, frozen=True, kw_only=True):
    """One result for each declaration, in order."""

    results: tuple[ActResult, ...]
    needs_second_officer: Annotated[bool, Meta(description="Whether it has to be proposed instead")] = False


class ProposedAnswer(Answer, frozen=True, kw_only=True):
    """What was proposed; null where it is possible for none of the declarations."""

    proposal_id: str | None
    results: tuple[ActResult, ...]


class ProposalLine(Answer, frozen=True, kw_only=True):
    """An open proposal."""

    proposal_id: str
    act: str
    status: str
    proposed_by: str
    proposed_at: datetime
    size: int
    declaration_ids: Annotated[tuple[str, ...], Meta(description="Those in your districts")]


class ProposalAnswer(ProposalLine, frozen=True, kw_only=True):
    """A proposal in full."""

    reason: str
    changed: Annotated[tuple[str, ...], Meta(description="Declarations that moved since: it does not hold for them")]
    verdict: Annotated[str | None, Meta(description="approved, rejected, withdrawn; null while it is open")]
    answered_by: str | None
    lapsed: bool


class ProposalPage(Answer, frozen=True, kw_only=True):
    """Open proposals, newest first; `next_cursor` is null on the last page."""

    proposals: tuple[ProposalLine, ...]
    next_cursor: str | None


class VerdictAnswer(Answer, frozen=True, kw_only=True):
    """What became of a proposal."""

    verdict: str
    results: tuple[ActResult, ...]


_KEY: Final = "0f1e2d3c-4b5a-8978-8695-a4b3c2d1e0f9"
_PROPOSAL: Final = "7d3f6a52-40a1-4a4e-9f0b-6d2b8f6f5b11"
_RESULT: Final[dict[str, Any]] = {"declaration_id": _KEY, "done": True, "status": "released", "refused": None}
ACTS_EXAMPLE: Final = {
    "results": [
        _RESULT,
        {
            "declaration_id": "1f1e2d3c-4b5a-8978-8695-a4b3c2d1e0f9",
            "done": False,
            "status": "refused",
            "refused": {
                "code": "conflict",
                "message": "清单当前状态为“退单”，不能放行。",
            },
        },
    ],
    "needs_second_officer": False,
}
PROPOSED_EXAMPLE: Final = {"proposal_id": _PROPOSAL, "results": [_RESULT | {"status": "held"}]}
LINE_EXAMPLE: Final = {
    "proposal_id": _PROPOSAL,
    "act": "detain",
    "status": "detained_legal",
    "proposed_by": "OFFICER1",
    "proposed_at": "2024-06-18T10:00:00+08:00",
    "size": 1,
    "declaration_ids": [_KEY],
}
PROPOSAL_EXAMPLE: Final = LINE_EXAMPLE | {
    "reason": "疑似侵权", "changed": [], "verdict": None, "answered_by": None, "lapsed": False,
}  # fmt: skip
VERDICT_EXAMPLE: Final = {"verdict": "approved", "results": [_RESULT | {"status": "detained_legal"}]}


def results_answer(results: Iterable[Decided], language: Language) -> tuple[ActResult, ...]:
    """Each declaration's result, in the caller's language."""
    return tuple(_result(each, language) for each in results)


def preview_answer(preview: Preview, language: Language) -> ActsAnswer:
    """What would be done."""
    return ActsAnswer(results=results_answer(preview.results, language), needs_second_officer=preview.needs_second)


def proposed_answer(made: NewProposal, language: Language) -> ProposedAnswer:
    """What was proposed."""
    return ProposedAnswer(
        proposal_id=str(made.proposal_id) if made.proposal_id else None, results=results_answer(made.results, language)
    )


def line_answer(line: Proposed) -> ProposalLine:
    """An open proposal."""
    return ProposalLine(**_line(line))


def proposal_answer(proposal: Proposal) -> ProposalAnswer:
    """A proposal in full."""
    return ProposalAnswer(
        **_line(proposal),
        reason=proposal.reason,
        changed=tuple(str(key) for key in proposal.declaration_ids if key in proposal.moved),
        verdict=ANSWERED[proposal.verdict] if proposal.verdict else None,
        answered_by=proposal.answered_by,
        lapsed=proposal.lapsed,
    )


def verdict_answer(answered: Answered, language: Language) -> VerdictAnswer:
    """What became of a proposal."""
    return VerdictAnswer(verdict=ANSWERED[answered.verdict], results=results_answer(answered.results, language))


def _line(line: Proposed) -> dict[str, Any]:
    return {
        "proposal_id": str(line.proposal_id),
        "act": str(line.act),
        "status": line.status.word,
        "proposed_by": line.proposed_by,
        "proposed_at": line.proposed_at,
        "size": line.size,
        "declaration_ids": tuple(map(str, line.declaration_ids)),
    }


def _result(each: Decided, language: Language) -> ActResult:
    refusal = each.refusal
    told = None
    if refusal is not None:
        message = refusal.zh if language is Language.ZH and refusal.zh else str(refusal)
        told = RefusedAnswer(code=refusal.code, message=message)
    return ActResult(
        declaration_id=str(each.declaration_id),
        done=each.done,
        status=each.status.word if each.status else None,
        refused=told,
    )
