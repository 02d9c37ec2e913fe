"""One run: load, fault, ready again, everything settled, everything checked; again and again."""

import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from chaos.checking import Checker
from chaos.clock import ServiceClock
from chaos.disk import Place
from chaos.faults import KILLS, Struck
from chaos.filings import Filings
from chaos.findings import Findings, Kind
from chaos.installation import Installation
from chaos.ledger import Ledger
from chaos.report import Report
from chaos.senders import Senders
from chaos.special import SPECIALS, Surroundings

SETTINGS: Final = {
    "TONGGUAN_INSTANCE": "chaos",
    "TONGGUAN_DEMO": "1",
    "TONGGUAN_TEST_CLOCK": "1",
    "TONGGUAN_SHUTDOWN_SECONDS": "10",
    # A stopped worker may hold its lane for ten seconds, until PostgreSQL ends its idle transaction.
    "TONGGUAN_WORKER_SILENCE_SECONDS": "20",
}
_SETTLE_SECONDS: Final = 60.0
Told = Callable[[str], None]


class Pace(msgspec.Struct, frozen=True):
    """How long the load flows before a fault and after the service is ready again, in seconds."""

    before: tuple[float, float] = (0.4, 1.8)
    between: tuple[float, float] = (0.0, 0.6)  # of faults that strike together
    after: float = 0.3
    longest_pause_seconds: float = 0.12  # of a sender between two filings
    whole_every: int = 20  # so many faults between two verifications of everything


class Run:
    """A started service, its senders, and what was found so far."""

    def __init__(self, installation: Installation, place: Place, clock: ServiceClock, seed: int, pace: Pace) -> None:
        self._installation = installation
        self._dice = random.Random(seed)
        self._pace = pace
        self._ledger = Ledger()
        installation.spawn()
        installation.wait_until_ready()
        key = installation.keys()["PLATFORM_KEY"]
        self._senders = Senders(installation.port, key, Filings(seed), self._ledger, random.Random(seed))
        self._senders.longest_pause_seconds = pace.longest_pause_seconds
        self._checker = Checker(installation, self._ledger, self._senders, self._dice)
        self._around = Surroundings(installation, self._senders, place, clock, self._dice)
        self._faults = 0
        self.report = Report()

    @property
    def ledger(self) -> Ledger:
        """What the client knows."""
        return self._ledger

    def strike(self, names: Sequence[str], told: Told) -> None:
        """One fault, or several together; then everything is settled and checked."""
        began = time.monotonic()
        with self._senders.flowing():
            time.sleep(self._dice.uniform(*self._pace.before))
            ready_seconds = self._struck(names)
            time.sleep(self._pace.after)
        self._faults += 1
        found = self._settled_and_checked(whole=self._faults % self._pace.whole_every == 0)
        self.report.note(" + ".join(names), ready_seconds, found)
        told(self._said(" + ".join(names), ready_seconds, found, time.monotonic() - began))

    def finish(self, told: Told) -> None:
        """Everything once more, from the beginning; then the service is stopped as an operator does it."""
        began = time.monotonic()
        found = self._settled_and_checked(whole=True)
        if (code := self._installation.stop()) != 0:
            found.add(Kind.STUCK, f"Ctrl-C ended the service with {code}")
        self.report.note("end of the run", None, found)
        told(self._said("end of the run", None, found, time.monotonic() - began))

    def _struck(self, names: Sequence[str]) -> float:
        """Strike, and wait; answers how long it took from the last blow to ready."""
        gone: list[int] = []
        struck = Struck((), time.monotonic())
        for number, name in enumerate(names):
            if number:
                time.sleep(self._dice.uniform(*self._pace.between))
            struck = self._one(name)
            gone += struck.gone
        self._installation.wait_until_ready(gone)
        return time.monotonic() - struck.at

    def _one(self, name: str) -> Struck:
        if name in SPECIALS:
            return SPECIALS[name](self._around)
        return KILLS[name][0](self._installation, self._dice)

    def _settled_and_checked(self, *, whole: bool) -> Findings:
        left = self._senders.settle(_SETTLE_SECONDS)
        found = self._checker.check(whole=whole)
        if left:
            found.add(Kind.STUCK, f"{left} filings could not be settled; troubles: {dict(self._ledger.troubles)}")
        return found

    def _said(self, fault: str, ready_seconds: float | None, found: Findings, seconds: float) -> str:
        ready = "" if ready_seconds is None else f"ready after {ready_seconds:5.2f} s, "
        wrong = "nothing wrong" if not found.total else f"{found.total} WRONG: " + "; ".join(found.words)
        count = len(self._ledger.acknowledged)
        slow = sum(n for what, n in self._ledger.troubles.items() if "only after" in what)
        wrong += f", {slow} slow answers so far" if slow else ""
        return f"{self._faults:4} {fault:<22} {ready}{count:6} acknowledged, {seconds:5.1f} s, {wrong}"


def home_in(folder: Path) -> Path:
    """TONGGUAN_HOME within a folder."""
    return folder / "var"
