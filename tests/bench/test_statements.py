"""Recorded statements of our units of work do the same again in a copy of the database, and nothing less."""

import asyncio

import pytest

from bench import statements
from bench.stand import durable_machine


@pytest.mark.slow
def test_recorded_units_are_executed_again() -> None:
    with durable_machine() as machine:
        (one, *_) = asyncio.run(statements.measure(machine, units=4, lanes=(1,)))
    assert one.decisions == statements.LENGTH
    assert one.per_second > 0
