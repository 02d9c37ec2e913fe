"""The addresses of declarations, and what the OpenAPI document says of them."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from app.routers.acting import cancel_declaration, decide_declaration
from app.routers.filing import file_batch, file_one
from app.routers.operations import WITH_BODY, WITH_KEY, Documented, Operation
from app.routers.reading import explain_declaration, list_declarations, read_declaration
from app.schemas import example_answers, example_bodies
from app.schemas.acts import CancelBody, DecisionBody
from app.schemas.answer_shapes import BatchAnswer, DeclarationAnswer, ExplanationAnswer, PageAnswer
from app.schemas.batch import BatchBody
from app.schemas.dossier import DossierBody
from app.schemas.queries import FILTERS, PAGING

_ADDRESS: Final = "/v1/declarations"
_ONE: Final = "/v1/declarations/{declaration_id}"


async def file_dossier(request: Request) -> Response:
    """File a declaration, alone or with documents."""
    return await file_one(request, DossierBody)


def _declared(meaning: str, example: Any) -> Documented:
    return Documented(meaning=meaning, shape=DeclarationAnswer, example=example)


OPERATIONS: Final = (
    Operation(
        method="POST",
        path=_ADDRESS,
        endpoint=file_dossier,
        name="file_declaration",
        summary="File a declaration 申报清单",
        description=(
            "A declaration, alone or with the order, payment and waybill that the caller owns or holds a mandate for. "
            "It is assessed as soon as all four documents are there; until then its status is `waiting`. A refused "
            "declaration is a result (201), not an error. 201: something was stored; 200: all of it was here already."
        ),
        tag="declarations",
        body=DossierBody,
        body_example=example_bodies.DOSSIER,
        answers={
            201: _declared("Stored and, if complete, assessed", example_answers.FILED),
            200: _declared("Known already: the stored result", example_answers.FILED),
        },
        problems=(*WITH_KEY, 403, *WITH_BODY),
    ),
    Operation(
        method="POST",
        path=f"{_ADDRESS}/batch",
        endpoint=file_batch,
        name="file_declarations",
        summary="File many declarations 批量申报",
        description=(
            "Up to 1,000 dossiers. Each is answered alone, in order, with the status and body it would have got by "
            "itself; one bad element spoils no other. A body that is no JSON at all is a 422."
        ),
        tag="declarations",
        body=BatchBody,
        body_example=example_bodies.BATCH,
        answers={
            200: Documented(
                meaning="One result each",
                shape=BatchAnswer,
                example={"results": [{"status": 201, "body": example_answers.FILED}]},
            )
        },
        problems=(*WITH_KEY, 403, *WITH_BODY),
    ),
    Operation(
        method="GET",
        path=_ADDRESS,
        endpoint=list_declarations,
        name="list_declarations",
        summary="List declarations 查询清单",
        description=(
            "The caller's declarations, an officer's of the assigned districts, newest first. Filters narrow together; "
            "an unknown parameter is refused. Follow `next_cursor` until it is null."
        ),
        tag="declarations",
        query=FILTERS | PAGING,
        answers={200: Documented(meaning="A page", shape=PageAnswer, example=example_answers.PAGE)},
        problems=(*WITH_KEY, 422),
    ),
    Operation(
        method="GET",
        path=_ONE,
        endpoint=read_declaration,
        name="read_declaration",
        summary="Read a declaration 查看清单",
        description="One declaration as it stands, cut to what the caller may see.",
        tag="declarations",
        answers={200: _declared("The declaration", example_answers.REFUSED)},
        problems=(*WITH_KEY, 404),
    ),
    Operation(
        method="GET",
        path=f"{_ONE}/explanation",
        endpoint=explain_declaration,
        name="explain_declaration",
        summary="Explain a decision 说明决定",
        description=(
            "Every rule of the acceptance day, those that passed too, asked again on the stored documents and facts, "
            "with the values it read. `replay` says whether this build still gives the decision on record."
        ),
        tag="declarations",
        answers={200: Documented(meaning="The trace", shape=ExplanationAnswer, example=example_answers.EXPLAINED)},
        problems=(*WITH_KEY, 404),
    ),
    Operation(
        method="POST",
        path=f"{_ONE}/cancel",
        endpoint=cancel_declaration,
        name="cancel_declaration",
        summary="Withdraw a declaration 撤销申报",
        description="By the declarant, while the declaration is staged, waiting or held. Gives the annual limit back.",
        tag="declarations",
        body=CancelBody,
        body_example=example_bodies.CANCEL,
        answers={200: _declared("Withdrawn", example_answers.CANCELLED)},
        problems=(*WITH_KEY, 403, 404, *WITH_BODY),
    ),
    Operation(
        method="POST",
        path=f"{_ONE}/decision",
        endpoint=decide_declaration,
        name="decide_declaration",
        summary="Decide a held parcel 人工审核",
        description="By an officer of the district. Of concurrent officers one wins, the other gets 409.",
        tag="officers",
        body=DecisionBody,
        body_example=example_bodies.DECISION,
        answers={200: _declared("Decided", example_answers.FILED)},
        problems=(*WITH_KEY, 403, 404, *WITH_BODY),
    ),
)
