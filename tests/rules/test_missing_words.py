"""What a rule lacked is told in words, whatever our rules name; of a pack, as the pack says it."""

import ast

import pytest

from app.domain.tariff import Measure
from app.rules.kernel import Text
from app.rules.missing_words import missing_words
from tests.conftest import REPOSITORY

RULES = REPOSITORY / "app" / "rules"
COMPUTED = [
    "declaration.currency",
    "declaration.items.12.country_of_origin",
    "facts.parties.declarant.credit_class",
    "facts.price_history.2.median_cny",
    "tariff.line",
    "tariff.mfn_rate",
    "tariff.consumption_tax",
    "tariff.vat_rate_percent",
    "waybill.insurance_cny",
    *(f"declaration.quantity_{measure.value}" for measure in Measure),
]


def named_by_rules() -> set[str]:
    """The paths that stand in calls of `undetermined` as they are."""
    found = set()
    for file in RULES.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "undetermined":
                texts = (argument.value for argument in node.args if isinstance(argument, ast.Constant))
                found |= {text for text in texts if isinstance(text, str)}
    return found


@pytest.mark.parametrize("path", [*sorted(named_by_rules()), *COMPUTED])
def test_what_our_rules_lack_has_words_in_both_languages(path: str) -> None:
    words = missing_words([path])
    assert words != Text(path, path)
    assert not set("._") & set(words.zh + words.en)


def test_several_things_are_told_once_each() -> None:
    words = missing_words(["tariff.line", "law", "tariff.line"])
    assert words.en == "a tariff line of this commodity code, a law on record for that day"
    assert words.zh == "该商品编码的税则记录、该日适用的法律"


def test_a_path_of_a_pack_is_told_as_it_is() -> None:
    assert missing_words(["acme.licence"]).en == "acme.licence"
