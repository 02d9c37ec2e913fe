"""The server of the measurements, once for all of them."""

import shutil
from collections.abc import Iterator

import pytest

from bench.stand import Machine, durable_machine
from tests.conftest import throwaway_folder


@pytest.fixture(scope="package")
def machine() -> Iterator[Machine]:
    """Configured to be durable, in a folder that need not be: what is tested is the measuring."""
    folder = throwaway_folder()
    try:
        with durable_machine(folder) as machine:
            yield machine
    finally:
        shutil.rmtree(folder, ignore_errors=True)
