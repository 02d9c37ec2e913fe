"""What one reader may see of a declaration (promise P6): own values, nobody else's, and no personal value in full.

The first segment of a value's path says whose it is. What belongs here: who sees what. What does not: masking
(`app.domain.masking`), whether the reader may know of the declaration at all (the services decide that).
"""

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from app.domain.decision import DecidedFinding, Outcome
from app.domain.masking import DOCUMENTS, shown
from app.services.filings import Caller, DeclarationView

HIDDEN: Final = "…"
_PLACEHOLDER: Final = re.compile(r"\{([A-Za-z0-9_.]+)\}")
_FOR_EVERYBODY: Final = frozenset({"parameters"})
_FOR_PARTIES_OF_THE_GOODS: Final = frozenset({"tax"})
# A path such as tables.tariff_line.1806310000 names what the declarant filed.
_FOR_THE_DECLARANT: Final = frozenset({"tariff", "tables"})
_FACTS: Final = "facts"


class Sight(msgspec.Struct, frozen=True):
    """What a reader may see of one declaration. `documents` are those that are the reader's own.

    `clear`: personal values as they are, for an officer who gave a reason.
    """

    officer: bool
    documents: frozenset[str]
    clear: bool = False

    @property
    def of_goods(self) -> bool:
        """Whether the reader filed the goods, in the order or in the declaration, or supervises them."""
        return self.officer or bool(self.documents & {"order", "declaration"})

    def covers(self, path: str) -> bool:
        """Whether the value at a path may be shown; an unknown kind of value is for officers only."""
        owner = path.partition(".")[0]
        return (
            self.officer
            or owner in self.documents
            or owner in _FOR_EVERYBODY
            or (owner in _FOR_PARTIES_OF_THE_GOODS and self.of_goods)
            or (owner in _FOR_THE_DECLARANT and "declaration" in self.documents)
        )

    def shows(self, path: str, value: str) -> str:
        """A value as this reader sees it."""
        return value if self.clear else shown(path, value)


def sight_of(caller: Caller, view: DeclarationView) -> Sight:
    """What a caller may see: own documents in every role, and those filed for their owners under a mandate."""
    if caller.is_officer:
        return Sight(officer=True, documents=DOCUMENTS)
    owners = (
        ("order", view.platform_code),
        ("order", view.merchant_code),
        ("payment", view.payment_company_code),
        ("waybill", view.logistics_code),
        ("declaration", view.declarant_code),
    )
    own = frozenset(word for word, code in owners if code == caller.party_code)
    return Sight(officer=False, documents=own | view.mandated)


def visible_values(values: Mapping[str, str], sight: Sight) -> dict[str, str]:
    """The values that may be shown, personal ones masked."""
    return {path: sight.shows(path, value) for path, value in values.items() if sight.covers(path)}


def rendered(text: str, finding: DecidedFinding, sight: Sight) -> str:
    """A finding's text with its placeholders filled; what may not be seen is ``…``.

    The official text of a refusal carries limit figures to those who get its receipt (P6).
    """
    official = finding.outcome is Outcome.REFUSED and finding.official_code is not None and sight.of_goods

    def fill(placeholder: re.Match[str]) -> str:
        path = placeholder[1]
        value = finding.values.get(path)
        if value is None:
            return HIDDEN
        told = sight.covers(path) or (official and path.startswith(_FACTS + "."))
        return sight.shows(path, value) if told else HIDDEN

    return _PLACEHOLDER.sub(fill, text)
