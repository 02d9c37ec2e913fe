"""A small file system for TONGGUAN_HOME, and filling it: what a full disk does to a service that runs."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import msgspec

_CHUNK_BYTES: Final = 4 * 1024**2
_MOST_BYTES: Final = 8 * 1024**3


class Place(msgspec.Struct, frozen=True):
    """Where the service lives; `limited` where that is a file system of its own, else `why_not` says why it is not."""

    folder: Path
    limited: bool
    why_not: str = ""


@contextmanager
def small_disk(mebibytes: int) -> Iterator[Place]:
    """A folder on an ext4 image on the real disk, else on a tmpfs, else a plain folder; removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="tg-chaos-"))
    folder.chmod(0o711)
    mounted, why_not = _mount(folder, mebibytes)
    try:
        yield Place(mounted or folder, mounted is not None, why_not)
    finally:
        if mounted is not None:
            _run("umount", str(mounted))
        shutil.rmtree(folder, ignore_errors=True)


def fill(place: Place) -> Path:
    """A file that takes whatever is left; the caller removes it."""
    ballast = place.folder / "ballast"
    size = min(shutil.disk_usage(place.folder).free, _MOST_BYTES)
    with ballast.open("wb") as file, suppress(OSError):
        os.posix_fallocate(file.fileno(), 0, max(size - _CHUNK_BYTES, 1))
        while True:  # what the file system would still have given somebody
            file.write(bytes(64 * 1024))
            file.flush()
    return ballast


def _mount(folder: Path, mebibytes: int) -> tuple[Path | None, str]:
    target, image = folder / "disk", folder / "disk.img"
    target.mkdir()
    if os.geteuid() != 0:
        return None, "mounting a small file system needs root"
    with image.open("wb") as file:
        file.truncate(mebibytes * 1024**2)
    problem = _run("mkfs.ext4", "-q", "-m", "0", str(image)) or _run("mount", "-o", "loop", str(image), str(target))
    if problem:
        image.unlink()
        problem = _run("mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", str(target))
    if problem:
        return None, problem
    target.chmod(0o711)
    return target, ""


def _run(*command: str) -> str:
    """What went wrong, or nothing."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as problem:
        return str(problem)
    return "" if done.returncode == 0 else f"{command[0]}: {done.stderr.strip()[-200:] or done.returncode}"
