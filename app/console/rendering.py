"""Pages from templates: one environment for each language, and what every page is given.

Everything that is put into a page is escaped; a name that is missing is an error, not an empty place.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.console import cookies, formats
from app.console.assets import address_of
from app.console.forms import token_of
from app.console.language import language_of, say, translations
from app.console.names import NamesWanted, coded
from app.console.navigation import navigation_of
from app.console.pages import PREFIX
from app.console.sessions import signed_in
from app.console.texts_in_templates import COUNTED, NAME, Texts, TextsToldEarly
from app.console.ways_back import way_back
from app.console.words import tone_of, word_of
from app.domain.duties import permissions_of
from app.languages import Language

TEMPLATES: Final = Path(__file__).parent / "templates"


async def render(request: Request, template: str, context: Mapping[str, Any], status: int = 200) -> Response:
    """A page. `context` is added to what every page has: officer, permissions, csrf, language, nav, notice."""
    found = await signed_in(request)
    language = language_of(request)
    permissions = permissions_of(found.caller.duties) if found else frozenset()
    token, told = token_of(request), notice_of(request)
    given = {
        "officer": found.caller if found else None,
        "permissions": permissions,
        "csrf": token,
        "csrf_token": token,
        "language": language,
        "nav": navigation_of(permissions, request.app.state.console_addresses),
        "notice": told,
        "notice_text": told,
        "path": request.url.path,
        "names": NamesWanted(request),
        "other_language": _in_other_language(request, language),
    }
    text = environment(language).get_template(template).render(given | dict(context))
    return HTMLResponse(text, status_code=status, headers={"content-language": language.tag})


class _Environment(Environment):
    code_generator_class = TextsToldEarly


@cache
def environment(language: Language) -> Environment:
    """The templates in one language."""
    made = _Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    texts = Texts(translations(language))
    made.globals |= {NAME: texts, COUNTED: texts.counted}
    made.globals |= {"code_cell": coded, "static": address_of, "word": word_of, "tone": tone_of}
    made.filters |= {
        "amount": formats.amount,
        "number": formats.number,
        "percent": formats.percent,
        "of_a_million": formats.of_a_million,
        "instant": formats.instant,
        "iso": formats.iso,
        "day": formats.day,
    }
    return made


def notice_of(request: Request) -> str | None:
    """The sentence that the last change left for this page."""
    kept = request.cookies.get(cookies.NOTICE)
    if not kept:
        return None
    request.state.notice_shown = True
    return say(request, unquote(kept))


def _in_other_language(request: Request, language: Language) -> str:
    other = Language.EN if language is Language.ZH else Language.ZH
    if request.method not in {"GET", "HEAD"}:
        # The answer to a form has no address of its own: the page that the form stood on.
        return f"{way_back(request).partition('?')[0] or PREFIX}?lang={other.value}"
    query = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return f"{request.url.path}?{urlencode([*query, ('lang', other.value)])}"
