"""Ten kills under load, two at a time, against a service that was really started; `make chaos` does hundreds."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from chaos.clock import ServiceClock
from chaos.disk import Place
from chaos.installation import Installation
from chaos.run import SETTINGS, Pace, Run
from tests.conftest import throwaway_folder

ROUNDS = (
    ("worker", "PostgreSQL back end"),
    ("postmaster", "worker"),
    ("supervisor", "PostgreSQL back end"),
    ("worker", "postmaster"),
    ("everything", "worker"),
)
PACE = Pace(before=(0.2, 0.6), between=(0.0, 0.4), after=0.1, longest_pause_seconds=0.5)
pytestmark = [pytest.mark.slow, pytest.mark.chaos]


@pytest.fixture
def place() -> Iterator[Place]:
    folder = throwaway_folder()
    folder.chmod(0o711)
    yield Place(folder, limited=False)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def installation(place: Place) -> Iterator[Installation]:
    made = Installation(place.folder / "var", place.folder / "service.log", workers=2)
    made.settings = dict(SETTINGS)
    yield made
    made.clean_up()


def test_ten_kills_lose_nothing(installation: Installation, place: Place, tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(10**6)
    told = [f"seed {seed}"]
    run = Run(installation, place, ServiceClock(tmp_path, None), seed, PACE)
    for faults in ROUNDS:
        run.strike(faults, told.append)
    run.finish(told.append)

    assert run.report.wrong == 0, "\n".join([*told, *run.report.words])
    assert len(run.ledger.acknowledged) > len(ROUNDS), "\n".join(told)
