"""`tongguan audit`: what it prints, its exit codes, and that an export needs no database and no secret."""

import os
import re
import shlex
from pathlib import Path

import asyncpg
import pytest

from tests.cli.conftest import Command, creating, done, refused
from tests.conftest import REPOSITORY, FreshDatabase

PAGE = (REPOSITORY / "docs" / "audit.md").read_text(encoding="utf-8")
NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


@pytest.fixture
async def recorded(tongguan: Command) -> Command:
    """The command line of an installation with something on record."""
    for party in ("3101960P01", "3101960P02", "3101960P03"):
        await done(tongguan(*creating(party=party)))
    return tongguan


async def tamper(database: FreshDatabase, *statements: str) -> None:
    """Change something as the owner."""
    owner = await asyncpg.connect(database.owner_url)
    for statement in statements:
        await owner.execute(statement)
    await owner.close()


async def test_an_untouched_record(recorded: Command) -> None:
    result = await done(recorded("audit", "verify"))
    assert result.stdout.startswith("Nothing was found: 6 links of 1 lane, 0 rows of evidence, 0 exports of heads")
    assert "Without exported heads" in result.stdout


async def test_findings_are_printed_with_what_they_mean(recorded: Command, database: FreshDatabase) -> None:
    await tamper(database, "DELETE FROM events WHERE position = 2", "UPDATE events SET clock = 99 WHERE position = 5")
    result = await recorded("audit", "verify")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0].startswith("links missing  lane 1, links 2 to 2  before the one of 20")
    assert lines[1].startswith("link changed   lane 1, link 5        of 20")
    assert [line.split(":")[0] for line in lines if line.startswith("  ")] == ["  links missing", "  link changed"]
    assert "2 findings: 5 links of 1 lane" in result.stdout


async def test_exported_heads_find_a_tail_that_was_cut_off(
    recorded: Command, database: FreshDatabase, tmp_path: Path
) -> None:
    heads = str(tmp_path / "heads.jsonl")
    told = await done(recorded("audit", "export-heads", heads))
    assert re.fullmatch(r"The heads of 1 lane added to .*heads\.jsonl, signed by [\w+/]{43}=\n", told.stdout)
    await tamper(
        database,
        "DELETE FROM events WHERE position > 4",
        "UPDATE lanes SET position = 4, head = (SELECT chain FROM events WHERE position = 4)",
    )
    await done(recorded("audit", "verify"))
    result = await recorded("audit", "verify", "--heads", heads)
    assert result.exit_code == 1
    assert result.stdout.startswith("exported head not reached  lane 1  link 6 was exported at 20")
    assert "Without exported heads" not in result.stdout


async def test_an_export_is_verified_without_a_database_and_without_a_secret(recorded: Command, tmp_path: Path) -> None:
    export = str(tmp_path / "audit.jsonl")
    await done(recorded("audit", "export", export))
    told = await done(recorded("audit", "export-heads", str(tmp_path / "heads.json")))
    key = told.stdout.split()[-1]
    elsewhere = {"DATABASE_URL": NOWHERE, "TONGGUAN_HOME": str(tmp_path / "absent"), "TONGGUAN_KEYRING": ""}
    with_ring = await done(recorded("audit", "verify", "--export", export, DATABASE_URL=NOWHERE))
    without = await done(recorded("audit", "verify", "--export", export, **elsewhere))
    named = await done(recorded("audit", "verify", "--export", export, "--public-key", key, **elsewhere))
    wrong = await recorded("audit", "verify", "--export", export, "--public-key", "A" * 43 + "=", **elsewhere)
    assert (
        with_ring.stdout
        == named.stdout
        == "Nothing was found: 6 links of 1 lane, 0 rows of evidence, " + ("1 export of heads compared.\n")
    )
    assert f"Signed by {key}, which was not compared with any key you trust" in without.stdout
    assert wrong.exit_code == 1
    assert wrong.stdout.startswith("heads not signed by us")


@pytest.mark.parametrize("damage", ["cut", "byte", "line"])
async def test_a_damaged_export_is_found(recorded: Command, tmp_path: Path, damage: str) -> None:
    export = tmp_path / "audit.jsonl"
    await done(recorded("audit", "export", str(export)))
    lines = export.read_bytes().splitlines(keepends=True)
    match damage:
        case "cut":
            lines = lines[:-3]
        case "byte":
            lines[3] = lines[3].replace(b'"clock":', b'"clock":1')
        case "line":
            lines[3] = b"{}\n"
    export.write_bytes(b"".join(lines))
    result = await recorded("audit", "verify", "--export", str(export))
    assert result.exit_code == 1
    told = {"cut": "export cut off", "byte": "link changed", "line": "export unreadable"}[damage]
    assert told in result.stdout


async def test_a_compressed_export_that_was_cut_off_is_found(recorded: Command, tmp_path: Path) -> None:
    export = tmp_path / "audit.jsonl.zst"
    await done(recorded("audit", "export", str(export)))
    os.truncate(export, export.stat().st_size - 20)
    result = await recorded("audit", "verify", "--export", str(export))
    assert result.exit_code != 0
    assert "Nothing was found" not in result.stdout


async def test_wrong_input_is_refused_in_one_sentence(recorded: Command, tmp_path: Path) -> None:
    export, text = tmp_path / "audit.jsonl", tmp_path / "text.jsonl"
    await done(recorded("audit", "export", str(export)))
    text.write_text("hello\n")
    assert "never overwritten" in await refused(recorded("audit", "export", str(export)))
    assert "is no export" in await refused(recorded("audit", "verify", "--export", str(text)))
    assert "no exported heads" in await refused(recorded("audit", "verify", "--heads", str(tmp_path / "absent")))
    assert "no export in" in await refused(recorded("audit", "verify", "--export", str(tmp_path / "absent")))
    assert "do not count" in await refused(
        recorded("audit", "export", str(tmp_path / "new.jsonl"), "--after", str(text))
    )
    assert not (tmp_path / "new.jsonl").exists()


async def test_every_command_of_the_page_runs(
    recorded: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```sh run\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    commands = [line for block in blocks for line in block.splitlines()]
    assert len(commands) == 9
    for command in commands:
        if command == "mkdir archive":
            (tmp_path / "archive").mkdir()
            continue
        await done(recorded(*shlex.split(command)[1:]))


def test_the_page_names_every_finding() -> None:
    from app.services.auditing.discrepancies import Kind

    rows = re.findall(r"^\| (.+?) \|", PAGE, re.MULTILINE)
    named = {name.strip() for row in rows for name in row.split(",")}
    short = {"evidence changed", "missing", "added"}
    assert {str(kind) for kind in Kind} - {"evidence missing", "evidence added"} <= named | short
