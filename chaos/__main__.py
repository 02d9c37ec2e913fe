"""`make chaos`: kills the service under load, checks everything after each kill, prints a table, writes JSON.

`--kills 500` is the full command. The seed is printed; with it the same faults strike in the same order (the load and
the processors have a will of their own). Exit code 1 if anything was lost, doubled, wrong or too late.
"""

import argparse
import random
import secrets
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from bench.figures import this_machine
from chaos.clock import ServiceClock, find_library
from chaos.disk import Place, small_disk
from chaos.faults import KILLS
from chaos.installation import Installation, NeverReady
from chaos.plan import plan
from chaos.run import SETTINGS, Pace, Run, home_in
from chaos.special import SPECIALS

FAULTS = [*KILLS, *SPECIALS]
_DISK_MEBIBYTES = 4096


def main() -> int:
    """Run what was asked for; the exit code says whether anything was wrong."""
    options = _options()
    print(f"Machine: {this_machine()}\nSeed: {options.seed}", flush=True)
    signal.signal(signal.SIGTERM, _end)
    began = time.monotonic()
    with small_disk(_DISK_MEBIBYTES) as place, tempfile.TemporaryDirectory(prefix="tg-chaos-") as logs:
        clock = ServiceClock(Path(logs), find_library(options.libfaketime))
        installation = Installation(home_in(place.folder), Path(logs) / "service.log", options.workers)
        installation.settings = SETTINGS | clock.settings
        try:
            wrong = _played(options, installation, place, clock)
        finally:
            installation.clean_up()
            options.log.write_bytes(installation.log.read_bytes())
    print(f"{time.monotonic() - began:.0f} s; the figures as JSON: {options.json}; the log: {options.log}")
    return int(wrong)


def _played(options: argparse.Namespace, installation: Installation, place: Place, clock: ServiceClock) -> bool:
    run = Run(installation, place, clock, options.seed, Pace())
    only = set(options.only)
    specials = [name for name in SPECIALS if name in only]
    if "disk full" in specials and not place.limited:
        specials.remove("disk full")
        run.report.skipped["disk full"] = place.why_not
    if clock.library is None:
        run.report.skipped["clock jumps of the processes"] = "libfaketime is not installed; only the test clock jumps"
    died = ""
    try:
        until = time.monotonic() + options.seconds
        for name in plan(options.kills, only.intersection(KILLS), specials, random.Random(options.seed)):
            if time.monotonic() > until:
                run.report.skipped["the rest of the plan"] = f"{options.seconds} s are over"
                break
            run.strike([name], _told)
        run.finish(_told)
    except NeverReady as problem:
        died = str(problem)
        print(f"STUCK: {problem}")
    _conclude(run, options, died)
    return bool(run.report.wrong or run.report.late or died)


def _conclude(run: Run, options: argparse.Namespace, died: str) -> None:
    report, ledger = run.report, run.ledger
    print("\n" + "\n".join(report.lines()) + "\n")
    for fault, reason in report.skipped.items():
        print(f"Skipped: {fault}: {reason}")
    print(f"Requests sent: {dict(ledger.sent)}; not answered for good at first: {dict(ledger.troubles)}")
    for words in report.words:
        print(f"WRONG: {words}")
    figures: dict[str, Any] = {"machine": this_machine(), "seed": options.seed, "kills": options.kills}
    figures |= report.figures() | {"acknowledged": len(ledger.acknowledged), "died": died}
    figures |= {"sent": dict(ledger.sent), "troubles": dict(ledger.troubles)}
    options.json.write_bytes(msgspec.json.format(msgspec.json.encode(figures), indent=2) + b"\n")


def _end(number: int, frame: object) -> NoReturn:
    """Whoever ends us by a signal leaves no service and no mounted disk behind."""
    raise SystemExit(128 + number)


def _told(line: str) -> None:
    print(line, flush=True)


def _options() -> argparse.Namespace:
    folder = Path(tempfile.gettempdir())
    parser = argparse.ArgumentParser(prog="python -m chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--seconds", type=int, default=24 * 3600, help="begin no fault after so long")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", type=_names, default=FAULTS, help="faults separated by commas: " + ", ".join(FAULTS))
    parser.add_argument("--libfaketime", type=Path, action="append", default=[], help="where it is not installed")
    parser.add_argument("--json", type=Path, default=folder / "tongguan-chaos.json")
    parser.add_argument("--log", type=Path, default=folder / "tongguan-chaos.log", help="what the service said")
    return parser.parse_args()


def _names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := set(names) - set(FAULTS):
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)} is none of {', '.join(FAULTS)}")
    return names


if __name__ == "__main__":
    sys.exit(main())
