"""The measurement of single requests, in its smallest form: it stores what it counts, and counts what it stores."""

import asyncio
import shutil

import pytest

from bench import single
from bench.load_generator import MISSING
from bench.stand import Machine

SMALLEST = single.Plan(
    workers=(1,), connections=(1,), rounds=1, seconds=1, warm_up_seconds=1, first_guess_per_second=6_000
)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("wrk") is None, reason=MISSING)
def test_single_requests_are_measured_and_all_acknowledged_ones_are_stored(machine: Machine) -> None:
    figures = asyncio.run(single.measure(machine, SMALLEST))
    assert isinstance(figures, single.SingleFigures)
    assert figures.acknowledged <= figures.stored <= figures.acknowledged + 2
    (duel,) = figures.duels
    assert duel.ratios[0] > 0
    assert figures.outcomes["0"] > 0.8 * figures.stored


def test_without_a_sender_the_part_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    figures = asyncio.run(single.measure(None, SMALLEST))  # type: ignore[arg-type] # nothing is started
    assert single.lines(figures) == [f"not measured: {MISSING}"]
