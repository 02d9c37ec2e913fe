"""The file with the keys of the demo parties: lines that a shell can source, readable by its owner alone."""

import os
import re
import secrets
from pathlib import Path
from typing import Final

from app.errors import CannotStart

_LINE: Final = re.compile(r"([A-Z]+_KEY)=([\w-]+)", re.ASCII)
_HEADING: Final = "# API keys of the demo parties. In a shell: . {path}"


def read_demo_keys(path: Path) -> dict[str, str]:
    """The keys by their names (``PLATFORM_KEY``); none where the file is missing. Other lines are passed over."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return {}
    except OSError as problem:
        raise CannotStart(f"The demo keys {path} cannot be read ({problem.strerror}): remove the file.") from problem
    return {found[1]: found[2] for line in lines if (found := _LINE.fullmatch(line.strip()))}


def write_demo_keys(path: Path, keys: dict[str, str]) -> None:
    """Replace the file as a whole, mode 0600."""
    lines = [_HEADING.format(path=path.name), *(f"{name}={key}" for name, key in keys.items()), ""]
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                os.fchmod(file.fileno(), 0o600)  # a strange umask may have taken even our own bits
                file.write("\n".join(lines))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as problem:
        raise CannotStart(f"The demo keys cannot be written to {path} ({problem.strerror}).") from problem
