"""A supply of bodies on disk: one file of distinct dossiers for each thread of the sender, longer whenever needed.

Two processes write, so that making bodies takes about 100 µs each. A file holds length-prefixed bodies.
"""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bench.bodies import json_body
from bench.parcels import Parcels

THREADS: Final = 2
LENGTH_BYTES: Final = 4
# A dossier has 4,650 bytes on average; a supply that lasts a little longer does not matter, one that ends does.
_BYTES_EACH: Final = 4_900


class Reader:
    """How far one reader has come in each file."""

    def __init__(self) -> None:
        self.positions = [0] * THREADS


class Supply:
    """Bodies of one run. Each reader gets every body at most once."""

    def __init__(self, folder: Path, makers: list[ProcessPoolExecutor]) -> None:
        self.folder = folder
        self._makers = makers
        self._files = [folder / f"bodies.{number}" for number in range(THREADS)]
        for file in self._files:
            file.touch()

    def top_up(self, reader: Reader, bodies: int) -> None:
        """Make as many as lack before so many bodies lie ahead of the reader."""
        writing: list[Future[None]] = []
        for maker, file, position in zip(self._makers, self._files, reader.positions, strict=True):
            ahead = file.stat().st_size - position
            lacking = bodies // THREADS - ahead // _BYTES_EACH
            if lacking > 0:
                writing.append(maker.submit(_append, file, lacking))
        for each in writing:
            each.result()

    def take(self, reader: Reader, count: int) -> list[bytes]:
        """The next bodies of the first file, for senders that are not wrk."""
        lacking = THREADS * count
        self.top_up(reader, lacking)
        with self._files[0].open("rb") as file:
            file.seek(reader.positions[0])
            taken = [file.read(int.from_bytes(file.read(LENGTH_BYTES), "little")) for _ in range(count)]
            reader.positions[0] = file.tell()
        return taken


@contextmanager
def supply(folder: Path, seed: int = 0) -> Iterator[Supply]:
    """A supply in a folder; its writers end with it."""
    spawning = multiprocessing.get_context("spawn")
    now = datetime.now(UTC)
    makers = [
        ProcessPoolExecutor(1, mp_context=spawning, initializer=_begin, initargs=(seed * THREADS + number, now))
        for number in range(THREADS)
    ]
    try:
        yield Supply(folder, makers)
    finally:
        for maker in makers:
            maker.shutdown()


_parcels: Parcels


def _begin(seed: int, now: datetime) -> None:
    global _parcels  # noqa: PLW0603 - what a process of the pool keeps between its tasks
    _parcels = Parcels(seed, now)


def _append(file: Path, count: int) -> None:
    with file.open("ab") as opened:
        for documents in _parcels.take(count):
            body = json_body(documents)
            opened.write(len(body).to_bytes(LENGTH_BYTES, "little") + body)
