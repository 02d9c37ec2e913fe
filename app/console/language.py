"""The language of a page, and the catalogues of its texts.

English is the source and stands in the templates; Chinese comes from the `.po` files of `locale/zh`, one for each part
of the console, read together at start. A reader chooses by ``?lang=``; the choice is kept in a cookie, without one the
browser's wish counts.
"""

from functools import cache
from pathlib import Path
from typing import Any, Final

from babel.messages.pofile import read_po
from starlette.requests import Request

from app.languages import Language, accepted_language

LANGUAGE_COOKIE: Final = "tongguan_language"
LOCALE: Final = Path(__file__).parent / "locale"
_TAGS: Final = {"zh": Language.ZH, "en": Language.EN}


def N_(message: str) -> str:  # noqa: N802 - the name that extraction of messages knows
    """Mark a text that is translated later, where it is shown."""
    return message


def language_of(request: Request) -> Language:
    """The language that the reader chose, else the browser's."""
    chosen = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
    return _TAGS.get(chosen or "") or accepted_language(request.headers.get("accept-language"))


def chosen_language(request: Request) -> Language | None:
    """The language that this very request chooses; None where it chooses none."""
    return _TAGS.get(request.query_params.get("lang", ""))


def say(language: Language | Request, message: str, **values: object) -> str:
    """A text in a language, with its placeholders (``%(name)s``) filled."""
    told = language_of(language) if isinstance(language, Request) else language
    text = translations(told).get(message, message)
    return text % values if values else text


@cache
def translations(language: Language) -> dict[str, str]:
    """English text to text of a language; empty for English itself."""
    if language is Language.EN:
        return {}
    texts: dict[str, str] = {}
    for path in sorted((LOCALE / language.value).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language.value):
                texts |= _texts_of(message)
    return texts


def _texts_of(message: Any) -> dict[str, str]:
    """A message and its plural, where it has one: Chinese has one form for both."""
    names = message.id if isinstance(message.id, tuple) else (message.id,)
    told = message.string if isinstance(message.string, tuple) else (message.string,)
    return {name: told[0] for name in names if name and told[0]}
