"""Reading ``cases/<RULE-ID>.yaml``: named cases that a lawyer may write, each a day, changes and what must follow.

::

    - name: one cent over the limit is refused
      day: 2024-06-18               # default: the day of the builders
      dossier: bonded               # default: direct (the 9610 parcel of tests/builders.py)
      given:
        order.goods_value_cny: "5000.01"
        facts.annual_used_cny: "0"
        tax.total_cny: "12.00"                     # after valuation
        parameters.limits.annual_cny: null         # another law
      outcome: finding              # passed, not_applicable, undetermined, finding
      consequence: refused          # only for findings: released, held, inspection, refused
      missing: [facts.annual_used_cny]             # only for undetermined
      values: {parameters.limit_cny: "5000.00"}    # these values must be among those of the finding
"""

from datetime import date
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

from app.domain.dossier import Documents, Dossier
from app.domain.facts import Facts
from app.domain.valuation import build_dossier
from app.rules.parameters import Parameters
from tests import builders
from tests.overrides import changed

CASES: Final = Path(__file__).parent / "cases"
_DOCUMENTS: Final = {"direct": builders.documents, "bonded": builders.bonded_documents}


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One case of one rule."""

    name: str
    outcome: str
    day: date = builders.ACCEPTED_ON
    dossier: str = "direct"
    given: dict[str, Any] = {}
    consequence: str | None = None
    missing: tuple[str, ...] | None = None
    values: dict[str, str] = {}


class Given(msgspec.Struct, frozen=True):
    """What a case gives a rule."""

    dossier: Dossier
    facts: Facts
    parameters: Parameters


def rule_ids() -> tuple[str, ...]:
    """The rules that have a file of cases."""
    return tuple(sorted(file.stem for file in CASES.glob("*.yaml")))


def cases_of(rule_id: str) -> tuple[Case, ...]:
    """The cases of one rule; a wrong file says where it is wrong."""
    file = CASES / f"{rule_id}.yaml"
    cases = msgspec.convert(yaml.load(file.read_bytes(), yaml.CSafeLoader), tuple[Case, ...])
    names = [case.name for case in cases]
    if len(set(names)) != len(names):
        raise ValueError(f"{file.name}: two cases have the same name")
    return cases


def given_by(case: Case, parameters: Parameters) -> Given:
    """The dossier, facts and law of a case; documents are valued after they were changed."""
    roots: dict[str, Any] = {"parameters": parameters, "facts": builders.facts(accepted_on=case.day)}
    documents = _DOCUMENTS[case.dossier]()
    late: dict[str, Any] = {}
    for path, new in case.given.items():
        root, _, rest = path.partition(".")
        if root in roots:
            roots[root] = changed(roots[root], rest, new)
        elif root in Documents.__struct_fields__:
            documents = changed(documents, path, new)
        else:
            late[path] = new
    dossier = build_dossier(documents, roots["facts"], roots["parameters"])
    for path, new in late.items():
        dossier = changed(dossier, path, new)
    return Given(dossier, roots["facts"], roots["parameters"])
