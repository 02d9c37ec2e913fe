"""Recorded statements of our units of work do the same again in a copy of the database, and nothing less."""

import asyncio

import pytest

from bench import statements
from bench.stand import Machine


@pytest.mark.slow
def test_recorded_units_are_executed_again(machine: Machine) -> None:
    (one, *_) = asyncio.run(statements.measure(machine, units=4, lanes=(1,)))
    assert one.decisions == statements.LENGTH
    assert one.per_second > 0
