"""The catalogue: our rules, packs, and ids that are used once and for ever."""

import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from types import ModuleType

import pytest

from app.errors import RuleBookRefused
from app.rules import catalogue
from app.rules.catalogue import OUR_RULES, PACKS, all_rules
from tests.rules.toys import a_rule

MODULE = "a_pack_in_memory"


@pytest.fixture
def pack_module() -> Iterator[ModuleType]:
    module = sys.modules[MODULE] = ModuleType(MODULE)
    yield module
    del sys.modules[MODULE]


def a_pack(attribute: str = "RULES", *, name: str = "toys") -> EntryPoint:
    return EntryPoint(name, f"{MODULE}:{attribute}", PACKS)


def test_without_packs_the_rules_are_ours() -> None:
    assert all_rules([]) == OUR_RULES


def test_a_pack_adds_its_rules(pack_module: ModuleType) -> None:
    pack_module.RULES = [a_rule("TOY-01"), a_rule("TOY-02")]  # type: ignore[attr-defined]
    assert [rule.id for rule in all_rules([a_pack()])[len(OUR_RULES) :]] == ["TOY-01", "TOY-02"]


def test_a_pack_may_be_a_function_that_gives_rules(pack_module: ModuleType) -> None:
    pack_module.rules = lambda: iter([a_rule("TOY-01")])  # type: ignore[attr-defined]
    assert all_rules([a_pack("rules")])[-1].id == "TOY-01"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "cannot be loaded: AttributeError"),
        (5, "cannot be loaded: TypeError"),
        ([print], "which is no rule"),
        (lambda: 1 / 0, "cannot be loaded: ZeroDivisionError"),
    ],
)
def test_a_broken_pack_stops_the_start_and_is_named(pack_module: ModuleType, content: object, complaint: str) -> None:
    if content is not None:
        pack_module.RULES = content  # type: ignore[attr-defined]
    with pytest.raises(RuleBookRefused, match=complaint) as refused:
        all_rules([a_pack()])
    assert "the rule pack 'toys' (a_pack_in_memory:RULES)" in str(refused.value)


def test_a_pack_that_is_not_there_stops_the_start() -> None:
    with pytest.raises(RuleBookRefused, match=r"'toys'.*ModuleNotFoundError"):
        all_rules([EntryPoint("toys", "no_such_module:RULES", PACKS)])


def test_a_pack_may_not_use_an_id_of_ours(pack_module: ModuleType) -> None:
    pack_module.RULES = [a_rule("LIM-01")]  # type: ignore[attr-defined]
    with pytest.raises(RuleBookRefused, match=r"'toys'.*uses the id LIM-01 of our catalogue"):
        all_rules([a_pack()])


def test_two_packs_may_not_use_one_id(pack_module: ModuleType) -> None:
    pack_module.RULES = [a_rule("TOY-01")]  # type: ignore[attr-defined]
    with pytest.raises(RuleBookRefused, match=r"'others'.*uses the id TOY-01 of the rule pack 'toys'"):
        all_rules([a_pack(), a_pack(name="others")])


def test_a_retired_id_is_never_used_again(pack_module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "RETIRED", frozenset({"TOY-01"}))
    pack_module.RULES = [a_rule("TOY-01")]  # type: ignore[attr-defined]
    with pytest.raises(RuleBookRefused, match="TOY-01, which is retired"):
        all_rules([a_pack()])


def test_an_id_is_written_like_an_id(pack_module: ModuleType) -> None:
    pack_module.RULES = [a_rule("toy one")]  # type: ignore[attr-defined]
    with pytest.raises(RuleBookRefused, match="'toy one' is no rule id"):
        all_rules([a_pack()])
