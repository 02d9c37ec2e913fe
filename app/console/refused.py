"""A form that was refused: what was typed and what is wrong with it, for the page that shows it again.

A page may have several small forms; `part` says which of them it was. A page that was just opened shows `NOTHING`.
"""

from collections.abc import Container, Iterable, Mapping
from typing import Final

import msgspec
from starlette.requests import Request

from app.console.forms import Form, typed_in
from app.console.language import N_, language_of, say
from app.errors import Problem, TongguanError
from app.languages import Language
from app.routers.problems import status_of

_OF_THE_FORM: Final = ""  # the place of faults that belong to no field


class Refused(msgspec.Struct, frozen=True):
    """Which form, its faults by field, what was typed, the status that the page is answered with."""

    part: str
    faults: Mapping[str, str]
    form: Form | None
    status: int

    def of(self, part: str) -> bool:
        """Whether it was this form: a folded one is shown open."""
        return self.part == part

    def fault(self, part: str, name: str = _OF_THE_FORM) -> str:
        """What is wrong with a field; without a name, with the form as a whole."""
        return self.faults.get(name, "") if self.of(part) else ""

    def typed(self, part: str, name: str, default: str = "") -> str:
        """What was typed into a field; `default` where it was another form."""
        return self.form.text(name, default) if self.form and self.of(part) else default

    def chosen(self, part: str, name: str) -> list[str]:
        """The boxes that were ticked."""
        return self.form.texts(name) if self.form and self.of(part) else []


NO_FAULTS: Final[Mapping[str, str]] = {}
NOTHING: Final = Refused("", NO_FAULTS, None, 200)


def refused(request: Request, part: str, error: TongguanError) -> Refused:
    """Why a form of this request was refused, in the reader's language."""
    return Refused(part, faults_of(request, error), typed_in(request), status_of(error))


def faults_of(request: Request, error: TongguanError) -> dict[str, str]:
    """The faults of an error by field; what belongs to none under the empty name."""
    chinese = language_of(request) is Language.ZH
    return _by_field(error.problems, chinese=chinese) or {_OF_THE_FORM: (error.zh if chinese else "") or str(error)}


def faults_of_filter(request: Request, problems: Iterable[Problem], fields: Container[str]) -> dict[str, str]:
    """The faults of a page's filter by field. Of what is no field of it the page tells its reader in words of its own:
    the problems speak of parameters to programs.
    """
    told = list(problems)
    of_fields = [each for each in told if _field_of(each) in fields]
    found = _by_field(of_fields, chinese=language_of(request) is Language.ZH)
    if len(of_fields) < len(told):
        found[_OF_THE_FORM] = say(request, N_("The address asks for something that this page does not know."))
    return found


def _by_field(problems: Iterable[Problem], *, chinese: bool) -> dict[str, str]:
    found: dict[str, str] = {}
    for problem in problems:
        name, sentence = _field_of(problem), problem.zh if chinese else _sentence(problem.en)
        found[name] = _joined(found[name], sentence, "；" if chinese else "; ") if name in found else sentence
    return found


def _joined(first: str, second: str, separator: str) -> str:
    """Two sentences that may have their full stops."""
    if first.endswith("。"):
        return first + second
    return f"{first} {second}" if first.endswith(".") else first + separator + second


def _field_of(problem: Problem) -> str:
    return problem.pointer.strip("/").partition("/")[0]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
