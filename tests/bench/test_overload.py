"""The measurement of overload, in its smallest form: what it counts as accepted is stored."""

import asyncio
import os
import shutil

import pytest

from bench import overload
from bench.load_generator import MISSING
from bench.stand import Machine

SMALLEST = overload.Plan(offered=(0.5,), seconds=1, capacity_seconds=1, warm_up_seconds=1)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("wrk") is None, reason=MISSING)
@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="the sender needs a core of its own")
def test_half_of_the_capacity_is_accepted_and_stored(machine: Machine) -> None:
    figures = asyncio.run(overload.measure(machine, SMALLEST))
    assert isinstance(figures, overload.OverloadFigures)
    (load,) = figures.loads
    assert load.sent.unsent == 0
    assert figures.acknowledged > 0
    assert figures.stored >= figures.acknowledged
    assert len(os.sched_getaffinity(0)) > 1  # this process is where it was
