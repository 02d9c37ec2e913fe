"""How findings become one decision."""

import enum
from datetime import date
from decimal import Decimal

import msgspec

from app.domain.duty import TaxBill


class Outcome(enum.IntEnum):
    """The outcome of an assessment, ordered: the most severe finding decides."""

    RELEASED = 0
    HELD = 1  # manual review
    INSPECTION = 2
    REFUSED = 3

    @property
    def return_status(self) -> str:
        """The official return status (table of returnStatus)."""
        return _RETURN_STATUS[self]

    @property
    def word(self) -> str:
        """The word used in JSON and YAML: released, held, inspection, refused."""
        return self.name.lower()

    @classmethod
    def from_word(cls, word: str) -> "Outcome":
        """The inverse of `word`; ValueError for another word."""
        try:
            return cls[word.upper()]
        except KeyError:
            raise ValueError(f"{word!r} is not an outcome: released, held, inspection or refused") from None


_RETURN_STATUS = {
    Outcome.RELEASED: "800",
    Outcome.HELD: "300",
    Outcome.INSPECTION: "500",
    Outcome.REFUSED: "100",
}


class FindingKind(enum.StrEnum):
    """Why a rule did not pass."""

    FINDING = "finding"
    UNDETERMINED = "undetermined"
    CRASHED = "crashed"


class DecidedFinding(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One reason of a decision: rule, law, consequence, the values read and the text in both languages.

    `values` maps a path such as ``order.actual_paid_cny`` to a canonical text; its first segment says whose value it
    is (promise P6). Texts keep their ``{path}`` placeholders: they are filled for each reader.
    """

    rule_id: str
    rule_version: str
    kind: FindingKind
    outcome: Outcome
    official_code: str | None  # customs business code, for example 1332
    law: str
    text_zh: str
    text_en: str
    values: dict[str, str]


class Assessment(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The result of thinking: the same documents, facts, book and day give the same bytes again (P4)."""

    outcome: Outcome
    book: str  # hash of the rule book, 64 hex digits
    accepted_on: date
    dutiable_value_cny: Decimal
    annual_reserved_cny: Decimal  # what this parcel takes of the annual limit; 0 when refused
    tax: TaxBill
    findings: tuple[DecidedFinding, ...]  # most severe first, then by rule id


def decide(findings: tuple[DecidedFinding, ...]) -> Outcome:
    """The most severe outcome among the findings; released where there is none."""
    return max((finding.outcome for finding in findings), default=Outcome.RELEASED)
