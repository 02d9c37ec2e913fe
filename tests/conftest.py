"""Fixtures that every test may ask for: hypothesis profiles, the shared folder, a throwaway PostgreSQL."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

REPOSITORY = Path(__file__).resolve().parent.parent

# No deadline: the machine is shared, and a slow moment is not a wrong result.
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.register_profile("quick", parent=settings.get_profile("default"), max_examples=20)
settings.register_profile("fuzz", parent=settings.get_profile("default"), max_examples=5000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder beside the repository with official schemas, samples and tables; never part of the project."""
    folder = REPOSITORY.parent / "shared"
    if not folder.is_dir():
        reason = "the folder ../shared (official schemas, samples, tables) is absent"
        if os.environ.get("TONGGUAN_REQUIRE_SHARED") == "1":
            pytest.fail(reason + " although TONGGUAN_REQUIRE_SHARED=1")
        pytest.skip(reason)
    return folder
