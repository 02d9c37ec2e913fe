"""Folders that make starting hard, users to start as, and services that are stopped whatever happens."""

import os
import pwd
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.embedded.account import CAP_DAC_READ_SEARCH, Account, _may_pass
from app.embedded.binaries import find_binaries
from tests.conftest import throwaway_folder
from tests.embedded.service import REPOSITORY, Service

MakeService = Callable[..., Service]


@pytest.fixture
def make_service() -> Iterator[MakeService]:
    """Makes services and leaves none running."""
    made: list[Service] = []

    def make(home: Path, account: Account | None = None, **settings: str) -> Service:
        made.append(Service(home, account, **settings))
        return made[-1]

    yield make
    for service in made:
        service.clean_up()


@pytest.fixture(scope="package")
def common_service() -> Iterator[Service]:
    """One installation that several tests kill in turn: a new database for each would take most of their time."""
    folder = throwaway_folder()
    heads = str(folder / "heads")
    service = Service(folder / "var", WORKERS="2", SHUTDOWN_SECONDS="1", HEADS_EXPORT_FOLDER=heads)
    yield service
    service.clean_up()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def service(common_service: Service) -> Service:
    """The common installation, running, whatever the test before did to it."""
    if not common_service.runs():
        common_service.start()
    return common_service


@pytest.fixture(params=["root", "normal user"])
def account(request: pytest.FixtureRequest) -> Account:
    """Start as root and as a normal user; only root can try both."""
    if request.param == "root":
        if os.geteuid() != 0:
            pytest.skip("not root: the half of the test that starts as root needs it")
        return Account()
    if os.geteuid() != 0:
        return Account()
    return normal_user()


def normal_user() -> Account:
    """The user `nobody`; where this checkout lies in a folder closed to others, it may at least read through it."""
    user = pwd.getpwnam("nobody")
    needed = (Path(sys.executable), REPOSITORY, find_binaries().folder)
    if all(_may_pass(user.pw_uid, user.pw_gid, path) for path in needed):
        return Account(user.pw_uid, user.pw_gid)
    return Account(user.pw_uid, user.pw_gid, CAP_DAC_READ_SEARCH)


@pytest.fixture(params=["name with a space", "path of 120 characters"])
def difficult_home(request: pytest.FixtureRequest, short_folder: Path, account: Account) -> Path:
    """A TONGGUAN_HOME below a folder of mode 0700 that belongs to the user who starts."""
    short_folder.chmod(0o711)
    closed = short_folder / "closed"
    closed.mkdir(0o700)
    account.give(closed)
    home = closed / 'it\'s a "folder"'
    if request.param.startswith("path"):
        home = closed / ("l" * (120 - len(str(closed)) - 1))
        assert len(str(home)) == 120
    return home
