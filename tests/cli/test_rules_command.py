"""`tongguan rules`: what it prints, and that it says in one sentence what is wrong."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import app
from app.rules.catalogue import OUR_RULES
from tests.conftest import REPOSITORY


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["rules", *arguments])


def test_list_names_every_rule_in_force_with_its_consequence() -> None:
    printed = run("list", "--day", "2024-06-18")
    assert printed.exit_code == 0
    assert "LIM-01   refused    单次交易限值 · Single transaction limit" in printed.output
    assert f"{len(OUR_RULES) - 1} rules in force on 2024-06-18" in printed.output  # all but LAW-01


def test_list_follows_the_day() -> None:
    assert "1 rules in force on 2016-04-07" in run("list", "--day", "2016-04-07").output


def test_show_prints_law_provision_and_dated_values() -> None:
    printed = run("show", "lim-01").output
    assert "财关税〔2018〕49号" in printed
    assert "| 2019-01-01 | 5000 |" in printed


def test_show_of_an_unknown_rule_is_one_sentence() -> None:
    printed = run("show", "LIM-99")
    assert printed.exit_code == 2
    assert "No rule has the id LIM-99" in printed.output


def test_check_prints_the_hash_of_the_book() -> None:
    printed = run("check").output
    assert f"rules        {len(OUR_RULES)}, of packs: none" in printed
    assert "with the starter tables" in printed


def test_docs_writes_every_page_and_takes_old_ones_away(tmp_path: Path) -> None:
    (tmp_path / "OLD-01.md").write_text("x", encoding="utf-8")
    (tmp_path / "packs.md").write_text("kept", encoding="utf-8")
    assert run("docs", "--to", str(tmp_path), "--check").exit_code == 1
    assert run("docs", "--to", str(tmp_path)).exit_code == 0
    names = {file.name for file in tmp_path.iterdir()}
    assert names == {f"{rule.id}.md" for rule in OUR_RULES} | {"README.md", "parameters.md", "packs.md"}
    assert run("docs", "--to", str(tmp_path), "--check").exit_code == 0


def test_docs_check_names_what_is_out_of_date(tmp_path: Path) -> None:
    run("docs", "--to", str(tmp_path))
    (tmp_path / "LIM-01.md").write_text("x", encoding="utf-8")
    printed = run("docs", "--to", str(tmp_path), "--check")
    assert (printed.exit_code, "Out of date: LIM-01.md" in printed.output) == (1, True)


def test_the_committed_pages_are_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)
    assert run("docs", "--check").exit_code == 0
