"""`tongguan demo` as a user runs it: against a worker that listens, and where something is missing."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.embedded.service import REPOSITORY
from tests.ports import free_port
from tests.worker import clean_environment, listening_worker


def _demo(**changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app.cli", "demo"],
        env=clean_environment(**changes),
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture(scope="module")
def port(variables: dict[str, str]) -> Iterator[int]:
    """Where a worker listens."""
    with listening_worker(variables) as worker:
        yield worker.port


def test_it_prints_a_table_each_time(port: int, home: Path) -> None:
    for _ in range(2):
        done = _demo(PORT=str(port), TONGGUAN_HOME=str(home))
        assert done.returncode == 0, done.stderr
        assert "DEC-01 (13127)" in done.stdout
        assert "Everything was answered as it was recorded." in done.stdout


def test_a_service_that_listens_everywhere_is_found(port: int, home: Path) -> None:
    assert _demo(PORT=str(port), HOST="0.0.0.0", TONGGUAN_HOME=str(home)).returncode == 0  # noqa: S104


def test_a_service_that_does_not_run_is_one_sentence(home: Path) -> None:
    refused = _demo(PORT=str(free_port()), TONGGUAN_HOME=str(home))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "start it with `make run`" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_missing_demo_keys_are_one_sentence(tmp_path: Path) -> None:
    refused = _demo(TONGGUAN_HOME=str(tmp_path))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert f"no demo keys in {tmp_path}/demo-keys.env" in refused.stderr
    assert "TONGGUAN_DEMO=1" in refused.stderr


def test_keys_of_another_installation_are_one_sentence(port: int, home: Path, tmp_path: Path) -> None:
    known = (home / "demo-keys.env").read_text()
    (tmp_path / "demo-keys.env").write_text(known.replace("_KEY=tg_", "_KEY=tg_x"))
    refused = _demo(PORT=str(port), TONGGUAN_HOME=str(tmp_path))
    assert refused.returncode == 1
    assert "does not know the keys" in refused.stderr
