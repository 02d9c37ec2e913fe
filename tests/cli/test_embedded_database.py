"""Without DATABASE_URL a command finds the embedded database: the running one, or one started for it alone."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from app.embedded.configuration import Tuning
from app.embedded.layout import Layout
from app.embedded.leftover import live_postmaster
from app.embedded.lock import HomeLock
from app.embedded.server import EmbeddedServer
from app.security.keyring import KeyRing
from app.services.demo_keys import read_demo_keys
from tests.conftest import REPOSITORY

CREATING = ("keys", "create", "--party", "3101960P09", "--name", "x", "--role", "platform")


def tongguan(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a program of its own: the embedded database belongs to a main thread."""
    foreign = ("TONGGUAN_", "DATABASE_URL", "PG")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    environment |= {"TONGGUAN_HOME": str(home), "PYTHONPATH": str(REPOSITORY)}
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments],
        env=environment, capture_output=True, text=True, check=False, cwd=REPOSITORY,
    )  # fmt: skip


@pytest.mark.slow
def test_a_command_starts_the_database_for_its_own_time_and_finds_a_running_one(tmp_path: Path) -> None:
    home = tmp_path / "home"
    layout = Layout(home)
    layout.prepare()
    server = EmbeddedServer(home, KeyRing.create(home / "keyring.json"), Tuning(durable=False), for_tests=True)
    server.start()
    server.stop()  # an installation that does not run

    made = tongguan(home, *CREATING)
    assert made.returncode == 0, made.stderr
    assert made.stdout.splitlines()[-1].startswith("tg_")
    assert live_postmaster(layout.data) is None, "it is stopped again"
    keys_file = home / "demo-keys.env"
    assert stat.S_IMODE(keys_file.stat().st_mode) == 0o600
    assert len(read_demo_keys(keys_file)) == 7

    with HomeLock(layout.lock, "a test"):
        server.start()
        try:
            listed = tongguan(home, "keys", "list")
        finally:
            server.stop()
    assert listed.returncode == 0, listed.stderr
    assert "8 live keys, 8 in all" in listed.stdout
