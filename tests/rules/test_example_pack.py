"""The example pack: found by entry point, tested by its own tests, and really installable."""

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from shutil import copytree, ignore_patterns

import msgspec
import pytest

from app.domain.decision import Outcome
from app.rules.catalogue import OUR_RULES, PACKS, all_rules
from app.rules.evaluation import assess
from app.rules.rulebook import RuleBook
from tests import builders
from tests.conftest import REPOSITORY
from tests.rules.law import book
from tests.rules.toys import our_tree

EXAMPLE = REPOSITORY / "examples" / "tongguan-pack-example"
PACK = EntryPoint("example", "tongguan_pack_example:RULES", PACKS)


@pytest.fixture
def on_the_path(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(EXAMPLE))
    yield
    for name in [name for name in sys.modules if name.startswith("tongguan_pack_example")]:
        del sys.modules[name]


@pytest.mark.usefixtures("on_the_path")
def test_the_pack_is_loaded_by_its_entry_point_and_takes_part_in_decisions() -> None:
    rules = all_rules([PACK])
    assert [rule.id for rule in rules[len(OUR_RULES) :]] == ["EXA-01"]
    with_pack = RuleBook.load(rules, our_tree(), book().tables)
    assert with_pack.hash != book().hash
    item = builders.a_declaration_item(goods_name="充电宝", item_name="充电宝")
    declaration = builders.a_declaration(items=(item, *builders.declaration_items()[1:]))
    ordered = builders.an_order_item(item_name="充电宝")
    order = builders.an_order(items=(ordered, *builders.order_items()[1:]))
    parcel = builders.documents(order=order, declaration=declaration)
    assessment = assess(with_pack.on(builders.ACCEPTED_ON), parcel, builders.facts())
    assert [found.rule_id for found in assessment.findings] == ["EXA-01"]
    assert assessment.outcome is Outcome.HELD


@pytest.mark.usefixtures("on_the_path")
def test_a_crashing_pack_holds_and_never_releases() -> None:
    (healthy,) = all_rules([PACK])[len(OUR_RULES) :]

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    broken.__module__ = healthy.apply.__module__
    crashing = msgspec.structs.replace(healthy, apply=broken)
    with_pack = RuleBook.load((*OUR_RULES, crashing), our_tree(), book().tables)
    assessment = assess(with_pack.on(builders.ACCEPTED_ON), builders.documents(), builders.facts())
    assert assessment.outcome is Outcome.HELD


def test_the_packs_own_tests_pass() -> None:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-c",
        os.devnull,
        "--rootdir",
        ".",
        "tests",
    ]
    environment = os.environ | {"PYTHONPATH": f"{EXAMPLE}{os.pathsep}{REPOSITORY}", "PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run(command, cwd=EXAMPLE, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "5 passed" in run.stdout


def test_the_pack_can_be_installed_and_is_found_at_the_next_start(tmp_path: Path) -> None:
    source = copytree(EXAMPLE, tmp_path / "source", ignore=ignore_patterns("__pycache__", "build", "*.egg-info"))
    site = tmp_path / "site"
    install = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-index",
        "--no-deps",
        "--no-build-isolation",
        "--target",
        str(site),
    ]
    subprocess.run([sys.executable, *install, str(source)], check=True, capture_output=True)
    run = subprocess.run(
        [sys.executable, "-m", "app.cli", "rules", "check"],
        cwd=REPOSITORY,
        env=os.environ | {"PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "of packs: EXA-01" in run.stdout
