"""`tongguan sampling`: a day's draws computed again, from the database and from a list alone."""

from pathlib import Path
from uuid import UUID

import asyncpg

from app.domain.sampling import Drawn, commitment, draw_ppm
from app.services.sampling_record import Published, beginning, lines_of
from tests.cli.conftest import Command, done, refused

SECRET = bytes(range(32))
DAY = "2024-06-18"


def a_list(folder: Path, *, secret: bytes = SECRET, forged: bool = False) -> Path:
    rows = []
    for number in range(50):
        key = UUID(int=number)
        draw = draw_ppm(SECRET, key)
        picked = (draw < 500_000) != (forged and number == 7)
        rows.append(Drawn(declaration_id=key, revision=1, rate_ppm=500_000, draw_ppm=draw, picked=picked))
    file = folder / "draws.csv"
    file.write_text(beginning(Published(DAY, commitment(secret), secret.hex())) + lines_of(rows), encoding="utf-8")
    return file


async def test_a_list_is_verified_without_a_database(tongguan: Command, tmp_path: Path) -> None:
    file = a_list(tmp_path)
    nowhere = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    result = await done(tongguan("sampling", "verify", "--day", DAY, "--file", str(file), **nowhere))
    assert "50 draws of 2024-06-18 computed again, 0 disagree" in result.output


async def test_a_forged_list_is_named_and_ends_with_1(tongguan: Command, tmp_path: Path) -> None:
    result = await tongguan("sampling", "verify", "--day", DAY, "--file", str(a_list(tmp_path, forged=True)))
    assert result.exit_code == 1
    assert "00000000-0000-0000-0000-000000000007: picked" in result.output


async def test_a_secret_that_does_not_fit_what_was_committed_proves_nothing(tongguan: Command, tmp_path: Path) -> None:
    file = str(a_list(tmp_path))
    told = await refused(tongguan("sampling", "verify", "--day", DAY, "--file", file, "--commitment", "00" * 32))
    assert "does not fit" in told
    assert "not of" in await refused(tongguan("sampling", "verify", "--day", "2024-06-19", "--file", file))
    assert "hex" in await refused(tongguan("sampling", "verify", "--day", DAY, "--file", file, "--secret", "xyz"))
    assert "cannot be read" in await refused(tongguan("sampling", "verify", "--day", DAY, "--file", "/nowhere.csv"))


async def test_the_database_is_verified_once_the_secret_is_published(
    tongguan: Command, connection: asyncpg.Connection, tmp_path: Path
) -> None:
    assert "not published" in await refused(tongguan("sampling", "verify", "--day", DAY))
    assert "Nothing is published" in (await done(tongguan("sampling", "published"))).output
    await connection.execute(
        "INSERT INTO sampling_commitments VALUES ($1::text::date, $2, now())", DAY, commitment(SECRET)
    )
    await connection.execute("INSERT INTO sampling_secrets VALUES ($1::text::date, $2, now())", DAY, SECRET)
    assert "0 draws" in (await done(tongguan("sampling", "verify", "--day", DAY))).output
    file = tmp_path / "day.csv"
    await done(tongguan("sampling", "export", "--day", DAY, str(file)))
    assert SECRET.hex() in file.read_text()
    assert "exists" in await refused(tongguan("sampling", "export", "--day", DAY, str(file)))
    assert "0 disagree" in (await done(tongguan("sampling", "verify", "--day", DAY, "--file", str(file)))).output
