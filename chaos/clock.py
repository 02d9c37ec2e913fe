"""Clocks that jump: libfaketime for the processes of the service where it is installed, and the test clock."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from chaos.installation import REPOSITORY

_FOLDERS: Final = ("/usr/lib", "/usr/local/lib", "/usr/lib64")
# Python runs this first in every process of the service; a worker becomes itself once more, with the library.
_SITE: Final = """\
import os, sys
library = os.environ.get("CHAOS_LIBFAKETIME")
if library and "TONGGUAN_WORKER_NUMBER" in os.environ and "LD_PRELOAD" not in os.environ:
    os.environ["LD_PRELOAD"] = library
    os.execv(sys.executable, sys.orig_argv)
"""
_NAME: Final = "libfaketimeMT.so.1"


class ServiceClock:
    """The wall clock of the workers. Supervisor and PostgreSQL keep the real one: the library breaks plain sleeps."""

    def __init__(self, folder: Path, library: Path | None) -> None:
        self._folder = folder
        self._file = folder / "clock"
        (folder / "sitecustomize.py").write_text(_SITE, "utf-8")
        self.library = library
        self.set_hours(0)

    @property
    def settings(self) -> dict[str, str]:
        """What the service is started with. The monotonic clock is left alone, as it is by whoever sets a clock."""
        if self.library is None:
            return {}
        return {
            "CHAOS_LIBFAKETIME": str(self.library),
            "PYTHONPATH": os.pathsep.join((str(self._folder), str(REPOSITORY))),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }

    def set_hours(self, hours: float) -> None:
        """From about now on the clock is so many hours ahead of (or behind) the real one."""
        draft = self._file.with_suffix(".new")
        draft.write_text(f"{hours * 3600:+.0f}s\n", "ascii")
        draft.replace(self._file)


def find_library(named: Sequence[Path] = ()) -> Path | None:
    """libfaketime, where it is installed (Debian: `faketime`) or named."""
    candidates = [*named, *(found for folder in _FOLDERS for found in Path(folder).glob(f"**/faketime/{_NAME}"))]
    return next((found.resolve() for found in candidates if found.is_file()), None)
