"""Reading declarations over JSON: one, a page of them, why one was decided as it was."""

from starlette.requests import Request
from starlette.responses import Response

from app.routers.answering import respond
from app.routers.refusals import InvalidParameters
from app.routers.requests import caller_of, declaration_id_of, language_of, services_of
from app.schemas.answers import declaration_answer, explanation_answer, page_answer
from app.schemas.queries import list_query


async def read_declaration(request: Request) -> Response:
    """One declaration, cut to the caller."""
    caller, language = await caller_of(request), language_of(request)
    view = await services_of(request).declaration(caller, declaration_id_of(request))
    return respond(declaration_answer(view, caller, language), language)


async def list_declarations(request: Request) -> Response:
    """A page of the caller's declarations, newest first."""
    caller, language = await caller_of(request), language_of(request)
    query, problems = list_query(request.scope["query_string"])
    if problems:
        raise InvalidParameters(problems)
    page = await services_of(request).declarations(caller, query.narrowed, query.cursor, query.limit)
    return respond(page_answer(page, caller, language), language)


async def explain_declaration(request: Request) -> Response:
    """Every rule asked again, with the values that are the caller's to see."""
    caller, language = await caller_of(request), language_of(request)
    explanation = await services_of(request).explanation(caller, declaration_id_of(request))
    return respond(explanation_answer(explanation, caller, language), language)
