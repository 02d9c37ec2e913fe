"""Which tests run in one process, and which run first, when several processes share the work (`--dist loadfile`).

What belongs here: the share of a file. A folder whose tests share something costly (a started service, a browser, a
server on disk) is one share, so that it is made once; any other file is a share of its own.
"""

from pathlib import Path
from typing import Any, Final

import pytest
from xdist.scheduler import LoadFileScheduling

_TESTS: Final = Path(__file__).parent
_WHOLE: Final = frozenset({"bench", "browser", "embedded", "hostile", "recorded"})
# Those that start programs take long and have few tests; what begins last should not be what ends last.
_FIRST: Final = ("browser", "embedded", "chaos", "bench", "hostile", "demo", "docs", "cli", "recorded")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hands out one share after the other, in the order of the collection."""
    if config.getoption("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False  # by the number of tests would put the longest shares last
    scheduler = LoadFileScheduling(config, log)
    scheduler._split_scope = share_of
    return scheduler


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first; otherwise as they were collected."""
    places = {folder: place for place, folder in enumerate(_FIRST)}
    items.sort(key=lambda item: places.get(_folder_of(item.path), len(places)))


def share_of(test: str) -> str:
    """What is handed out together with a test, by its id."""
    file = test.split("::", 1)[0]
    folder = _folder_of(_TESTS.parent / file)
    return folder if folder in _WHOLE else file


def _folder_of(file: Path) -> str:
    return file.relative_to(_TESTS).parts[0] if file.is_relative_to(_TESTS) else ""
