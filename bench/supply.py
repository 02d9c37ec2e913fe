"""A supply of bodies on disk: one file of distinct bodies for each thread of the sender, longer whenever needed.

Two processes write, so that making bodies takes about 100 µs each. A file holds length-prefixed bodies.
"""

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from bench.bodies import batch_body, ceb_messages, json_body
from bench.parcels import Parcels
from tests import builders

THREADS: Final = 2
LENGTH_BYTES: Final = 4
BATCH: Final = 500
NODES: Final = 100
_GROUPS: Final = 8


class Shape(msgspec.Struct, frozen=True):
    """What one body is; `make` is a function of a module, because other processes are told its name."""

    make: Callable[[Parcels], list[bytes]]
    made: int  # bodies by one call of `make`
    bytes_each: int  # a generous average: a supply that lasts too long does not matter, one that ends does
    decisions_each: int | None  # None where one body decides nothing by itself: then the database is asked


def _single(parcels: Parcels) -> list[bytes]:
    return [json_body(parcels.take(1)[0])]


def _batch(parcels: Parcels) -> list[bytes]:
    return [batch_body([json_body(each) for each in parcels.take(BATCH)])]


def _ceb(parcels: Parcels) -> list[bytes]:
    """The orders of several groups of parcels, then their payments …: the four of one parcel are never sent at once."""
    groups = [ceb_messages(parcels.take(NODES), builders.PLATFORM) for _ in range(_GROUPS)]
    return [message for kind in zip(*groups, strict=True) for message in kind]


SINGLE: Final = Shape(_single, 1, 4_900, 1)
BATCHES: Final = Shape(_batch, 1, 4_900 * BATCH, BATCH)
CEB: Final = Shape(_ceb, 4 * _GROUPS, 320 * 1024, None)


class Reader:
    """How far one reader has come in each file."""

    def __init__(self) -> None:
        self.positions = [0] * THREADS


class Supply:
    """Bodies of one run. Each reader gets every body at most once."""

    def __init__(self, folder: Path, makers: list[ProcessPoolExecutor], shape: Shape) -> None:
        self.folder = folder
        self.shape = shape
        self._makers = makers
        self._files = [folder / f"bodies.{number}" for number in range(THREADS)]
        for file in self._files:
            file.touch()

    def top_up(self, reader: Reader, bodies: int) -> None:
        """Make as many as lack before so many bodies lie ahead of the reader."""
        writing: list[Future[None]] = []
        for maker, file, position in zip(self._makers, self._files, reader.positions, strict=True):
            ahead = file.stat().st_size - position
            lacking = bodies // THREADS + 1 - ahead // self.shape.bytes_each
            if lacking > 0:
                writing.append(maker.submit(_append, file, self.shape, lacking))
        for each in writing:
            each.result()

    def take(self, reader: Reader, count: int) -> list[bytes]:
        """The next bodies, for senders that are not wrk."""
        self.top_up(reader, count)
        taken: list[bytes] = []
        for number, file in enumerate(self._files):
            with file.open("rb") as opened:
                opened.seek(reader.positions[number])
                for _ in range((count + number) // THREADS):
                    taken.append(opened.read(int.from_bytes(opened.read(LENGTH_BYTES), "little")))  # noqa: PERF401
                reader.positions[number] = opened.tell()
        return taken


@contextmanager
def supply(folder: Path, shape: Shape = SINGLE, seed: int = 0) -> Iterator[Supply]:
    """A supply in a folder; its writers end with it."""
    folder.mkdir(exist_ok=True)
    spawning = multiprocessing.get_context("spawn")
    now = datetime.now(UTC)
    makers = [
        ProcessPoolExecutor(1, mp_context=spawning, initializer=_begin, initargs=(seed * THREADS + number, now))
        for number in range(THREADS)
    ]
    try:
        yield Supply(folder, makers, shape)
    finally:
        for maker in makers:
            maker.shutdown()


_parcels: Parcels


def _begin(seed: int, now: datetime) -> None:
    global _parcels  # noqa: PLW0603 - what a process of the pool keeps between its tasks
    _parcels = Parcels(seed, now)


def _append(file: Path, shape: Shape, count: int) -> None:
    with file.open("ab") as opened:
        for _ in range(-(-count // shape.made)):
            for body in shape.make(_parcels):
                opened.write(len(body).to_bytes(LENGTH_BYTES, "little") + body)
