"""Every text of the console is in both languages; nothing in a catalogue is left over, doubtful or torn."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

import app.console
from app.console.language import translations
from app.languages import Language

CONSOLE = Path(app.console.__file__).parent
CATALOGUES = sorted((CONSOLE / "locale" / "zh").glob("*.po"))
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
_OPTIONS = {"templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}}
_KEYWORDS = DEFAULT_KEYWORDS | {"N_": None, "say": (2,)}
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def extracted() -> dict[str, str]:
    """Every text of templates and view code, with the first place where it stands."""
    found: dict[str, str] = {}
    for name, line, message, *_ in extract_from_dir(CONSOLE, _METHODS, _OPTIONS, _KEYWORDS):
        for text in message if isinstance(message, tuple) else (message,):
            found.setdefault(text, f"{name}:{line}")
    return found


def entries() -> Iterator[tuple[str, Message]]:
    for path in CATALOGUES:
        with path.open("rb") as file:
            catalogue = read_po(file, locale="zh")
        assert not catalogue.obsolete, path.name
        yield from ((path.name, message) for message in catalogue if message.id)


def names_of(message: Message) -> tuple[str, ...]:
    """The text as it stands in the source; its plural too where it has one."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def told_by(message: Message) -> tuple[str, ...]:
    """What the catalogue says for it, in each plural form."""
    told = message.string
    return (told,) if isinstance(told, str) else tuple(told or ("",))


def test_every_text_is_translated() -> None:
    known = translations(Language.ZH)
    missing = [f"{place}: {text}" for text, place in extracted().items() if text not in known]
    assert not missing, "\n".join(missing)


def test_no_catalogue_has_a_text_that_no_page_shows() -> None:
    shown = extracted()
    left_over = [f"{name}: {text}" for name, message in entries() for text in names_of(message) if text not in shown]
    assert not left_over, "\n".join(left_over)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_catalogue_is_certain_whole_and_keeps_the_placeholders(path: Path) -> None:
    for name, message in entries():
        if name == path.name:
            told = told_by(message)
            assert not message.fuzzy, message.id
            assert all(told), message.id
            for text in told:
                assert set(_PLACEHOLDER.findall(text)) == set(_PLACEHOLDER.findall(names_of(message)[-1])), message.id
                assert text.count("%") == names_of(message)[-1].count("%"), message.id


def test_a_text_is_translated_alike_wherever_it_stands() -> None:
    told: dict[str, tuple[str, str]] = {}
    unlike = []
    for name, message in entries():
        for english in names_of(message):
            other, known = told.setdefault(english, (name, str(message.string)))
            if known != str(message.string):
                unlike.append(f"{english!r} is {known!r} in {other} and {message.string!r} in {name}")
    assert not unlike, "\n".join(unlike)
