"""The intake of one worker: requests in flight together become units of work, one writer a lane.

A lone request never waits for company: a free writer takes what is there. Two submissions that touch the same thing
never share a unit; the later one waits for the earlier. A unit that fails is tried again, and then one by one, so that
a bad dossier spoils no other. A request only awaits its answer: when it goes away, its unit goes on.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from uuid import UUID

import msgspec

from app.errors import TongguanError, Unavailable
from app.services.clearance.admission import Admission
from app.services.clearance.answers import Answered
from app.services.clearance.numbers import Numbers
from app.services.clearance.prepared import Prepared, prepare
from app.services.clearance.unit import Means, clear
from app.services.clearance.writer import RETRIED, LaneLost, Writer
from app.services.database_errors import CONNECTION_LOST, OVERBURDENED, Unanswered
from app.services.filings import Submission

log = logging.getLogger(__name__)

_ATTEMPTS = 8
_ATTEMPTS_UNCONNECTED = 3
# Of parcels that are tried alone, so many may find the database too slow before the others are told without trying.
_MOST_UNANSWERED = 2
_FIRST_PAUSE_SECONDS = 0.002
_LEAST_UNITS = 8  # of lone filings that are always taken: before a rate is known, and while the database stands still
_BULK_SHARE = 4  # a list longer than this part of a unit is bulk, and bulk gets this part of a unit at least


class Waiting:
    """A prepared submission and the future of its answer."""

    __slots__ = ("answer", "keys", "prepared")

    def __init__(self, prepared: Prepared, answer: asyncio.Future[Answered]) -> None:
        self.prepared = prepared
        self.keys = prepared.conflict_keys
        self.answer = answer


class Bounds(msgspec.Struct, frozen=True):
    """How many filings a unit of work holds, how many may wait, and how long a lone one may take at most."""

    unit_size: int
    longest_queue: int
    longest_wait_seconds: float


class Intake:
    """The queue of a worker and the writers that empty it."""

    def __init__(self, writers: Sequence[Writer], means: Means, bounds: Bounds) -> None:
        self._writers = writers
        self._means = means
        self._bounds = bounds
        self.admission = Admission(bounds.unit_size * _LEAST_UNITS, bounds.longest_wait_seconds)
        self._singles: deque[Waiting] = deque()
        self._bulk: deque[Waiting] = deque()  # of long lists: they fill what singles leave of a unit
        self._busy: set[UUID] = set()
        self._idle: list[asyncio.Future[None]] = []  # writers that wait; the last one to finish is the first to go on
        self._tasks: list[asyncio.Task[None]] = []
        self._closing = False

    @property
    def lane_lost(self) -> bool:
        """Whether another process took over one of the lanes: then this worker takes nothing more."""
        return any(writer.lost for writer in self._writers)

    async def start(self) -> None:
        """Take the lanes and begin."""
        for writer in self._writers:
            await writer.take()
        self._tasks = [asyncio.create_task(self._write(writer), name="writer") for writer in self._writers]

    async def stop(self) -> None:
        """Finish what was accepted, accept nothing more."""
        self._closing = True
        self._wake_all()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def demand_room(self) -> None:
        """Unavailable when nothing more is taken, be it one or many."""
        if self._closing or self.lane_lost:
            raise Unavailable("this worker is stopping; send the same again", retry_after_seconds=1)
        if len(self._singles) + len(self._bulk) >= self._bounds.longest_queue:
            raise Unavailable("too many filings are waiting; send the same again later", retry_after_seconds=1)

    async def file(self, submissions: Sequence[Submission]) -> list[Answered]:
        """One answer for each, in order, after its unit was committed. Unavailable before work when overloaded."""
        self.demand_room()
        loop = asyncio.get_running_loop()
        waiting = [Waiting(prepare(each, self._means.envelope), loop.create_future()) for each in submissions]
        queue = self._bulk if len(waiting) > self._bounds.unit_size // _BULK_SHARE else self._singles
        queue.extend(waiting)
        self._wake_one()
        # A request that goes away cancels the future it waits for and no more: its unit goes on.
        return [await each.answer for each in waiting]

    async def _write(self, writer: Writer) -> None:
        numbers = Numbers()
        while (unit := await self._next_unit()) is not None:
            if self._singles or self._bulk:
                self._wake_one()  # what this unit left may be for another writer
            try:
                await self._settle(writer, numbers, unit)
            finally:
                for each in unit:
                    self._busy.difference_update(each.keys)
                if self._closing:
                    self._wake_all()

    async def _next_unit(self) -> list[Waiting] | None:
        """What may be done now, oldest first; None when the intake closes and nothing is left."""
        while not (unit := self._take()):
            if self._closing and not self._singles and not self._bulk:
                return None
            woken = asyncio.get_running_loop().create_future()
            self._idle.append(woken)
            await woken
        return unit

    def _wake_one(self) -> None:
        if self._idle:
            self._idle.pop().set_result(None)

    def _wake_all(self) -> None:
        while self._idle:
            self._wake_one()

    def _take(self) -> list[Waiting]:
        """A unit: singles first, but of what long lists wait for a share, so that neither holds up the other."""
        unit: list[Waiting] = []
        taken: set[UUID] = set()
        size = self._bounds.unit_size
        kept = min(len(self._bulk), size // _BULK_SHARE)
        self._take_from(self._singles, size - kept, unit, taken)
        self._take_from(self._bulk, size, unit, taken)
        for each in unit:
            self._busy.update(each.keys)
        return unit

    def _take_from(self, queue: deque[Waiting], size: int, unit: list[Waiting], taken: set[UUID]) -> None:
        passed_over: list[Waiting] = []
        while queue and len(unit) < size:
            each = queue.popleft()
            keys = each.keys
            # Whatever stands behind one that is passed over and touches the same thing has to wait behind it.
            if self._busy.isdisjoint(keys) and taken.isdisjoint(keys):
                unit.append(each)
            else:
                passed_over.append(each)
            taken.update(keys)
        queue.extendleft(reversed(passed_over))

    async def _settle(self, writer: Writer, numbers: Numbers, unit: list[Waiting]) -> None:
        answers = await self._answers(writer, numbers, [each.prepared for each in unit])
        self.admission.answered(len(unit))
        for each, result in zip(unit, answers, strict=True):
            if not each.answer.done():
                each.answer.set_result(result)

    async def _answers(self, writer: Writer, numbers: Numbers, unit: list[Prepared]) -> list[Answered]:
        try:
            return await self._cleared(writer, numbers, unit)
        except Exception as failure:  # noqa: BLE001 - whatever it is, it answers these submissions and no others
            # Without database or lane no parcel fares better alone: trying would only keep everybody waiting.
            if len(unit) == 1 or isinstance(failure, (LaneLost, Unanswered)):
                return [self._told(failure)] * len(unit)
        return await self._one_by_one(writer, numbers, unit)

    async def _one_by_one(self, writer: Writer, numbers: Numbers, unit: list[Prepared]) -> list[Answered]:
        """A unit failed: its members are tried alone, and only the one that fails alone is answered with its error."""
        answers: list[Answered] = []
        unanswered = 0
        for each in unit:
            if unanswered == _MOST_UNANSWERED:
                answers.append(Unanswered())
                continue
            (answer,) = await self._answers(writer, numbers, [each])
            unanswered += isinstance(answer, Unanswered)
            answers.append(answer)
        return answers

    async def _cleared(self, writer: Writer, numbers: Numbers, unit: list[Prepared]) -> list[Answered]:
        last: Exception | None = None
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return await clear(writer, numbers, self._means, unit)
            except RETRIED as contention:
                last = contention
            except CONNECTION_LOST as lost:
                if attempt >= _ATTEMPTS_UNCONNECTED:
                    raise Unanswered from lost
            await asyncio.sleep(_FIRST_PAUSE_SECONDS * attempt * attempt)
        raise Unavailable("others keep changing the same records; send the same again") from last

    def _told(self, failure: Exception) -> Exception:
        """An error of ours as it is; anything unexpected is logged, and the doors answer it as our fault."""
        match failure:
            case LaneLost():
                return Unavailable("this worker lost its lane; send the same again")
            case TongguanError():
                return failure
            case _ if isinstance(failure, OVERBURDENED):
                return Unanswered()
        log.error("a unit of work failed", exc_info=failure)
        return failure
