"""`make bench`: measures, prints a table, and writes the figures as JSON. Nothing is asserted about time.

`--only assess,units,…` runs some of it; `--quick` runs the short form of the parts that have one; `--json FILE` says
where the figures go (default: a file in the system's temporary folder).
"""

import argparse
import asyncio
import dataclasses
import signal
import tempfile
import time
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from types import FrameType
from typing import Any, Final

import msgspec

from bench import (
    assess,
    batches,
    growth,
    http_rate,
    memory,
    office_beside_intake,
    office_pages,
    office_processor,
    overload,
    service_rate,
    single,
    stages,
    statements,
    storage,
    units,
)
from bench.figures import this_machine
from bench.stand import Machine, durable_machine

Measured = tuple[Any, list[str]]


@dataclasses.dataclass
class Run:
    """What the parts of one run share: the server, once a part needs it, and how it was asked for."""

    stack: ExitStack
    options: argparse.Namespace

    @cached_property
    def machine(self) -> Machine:
        """The server of this run."""
        return self.stack.enter_context(durable_machine(self.options.keep))

    @property
    def quick(self) -> bool:
        """Whether the short form of a part was asked for."""
        return bool(self.options.quick)


def _assess(_: Run) -> Measured:
    figures = assess.measure()
    return figures, assess.lines(figures)


def _units(run: Run) -> Measured:
    figures = asyncio.run(units.measure(run.machine))
    return figures, units.lines(figures)


def _storage(run: Run) -> Measured:
    figures = asyncio.run(storage.measure(run.machine))
    return figures, storage.lines(figures)


def _stages(run: Run) -> Measured:
    figures = asyncio.run(stages.measure(run.machine))
    return figures, stages.lines(figures)


def _services(run: Run) -> Measured:
    figures = asyncio.run(service_rate.measure(run.machine))
    return figures, service_rate.lines(figures)


def _http(_: Run) -> Measured:
    figures = http_rate.measure()
    return figures, http_rate.lines(figures)


def _single(run: Run) -> Measured:
    plan = single.QUICK if run.quick else single.Plan()
    figures = asyncio.run(single.measure(run.machine, _narrowed(plan, run)))
    return figures, single.lines(figures)


def _few(run: Run) -> Measured:
    figures = asyncio.run(single.measure(run.machine, _narrowed(single.FEW, run)))
    return figures, single.lines(figures)


def _batches(run: Run) -> Measured:
    plan = batches.QUICK if run.quick else batches.Plan()
    figures = asyncio.run(batches.measure(run.machine, plan))
    return figures, batches.lines(figures)


def _statements(run: Run) -> Measured:
    figures = asyncio.run(statements.measure(run.machine))
    return figures, statements.lines(figures)


def _growth(run: Run) -> Measured:
    return _grown(run, growth.measure)


def _growth_http(run: Run) -> Measured:
    return _grown(run, growth.measure_http)


def _grown(run: Run, measure: Callable[..., Coroutine[Any, Any, growth.GrowthFigures | str]]) -> Measured:
    plan = growth.QUICK if run.quick else growth.Plan()
    given = {"declarations": run.options.declarations, "fill_seconds": run.options.fill_seconds}
    plan = msgspec.structs.replace(plan, **{name: value for name, value in given.items() if value})
    figures = asyncio.run(measure(run.machine, plan, lambda said: print(f"  … {said}", flush=True)))
    return figures, growth.lines(figures)


def _memory(run: Run) -> Measured:
    plan = memory.QUICK if run.quick else memory.Plan()
    if run.options.declarations:
        plan = msgspec.structs.replace(plan, declarations=run.options.declarations)
    figures = asyncio.run(memory.measure(run.machine, plan))
    return figures, memory.lines(figures)


def _office_pages(run: Run) -> Measured:
    plan = office_pages.QUICK if run.quick else office_pages.Plan()
    figures = asyncio.run(office_pages.measure(run.machine, plan, lambda said: print(f"  … {said}", flush=True)))
    return figures, office_pages.lines(figures)


def _office_processor(run: Run) -> Measured:
    plan = office_processor.QUICK if run.quick else office_processor.Plan()
    figures = asyncio.run(office_processor.measure(run.machine, plan))
    return figures, office_processor.lines(figures)


def _overload(run: Run) -> Measured:
    plan = overload.QUICK if run.quick else overload.Plan()
    figures = asyncio.run(overload.measure(run.machine, plan))
    return figures, overload.lines(figures)


def _beside(run: Run) -> Measured:
    plan = office_beside_intake.QUICK if run.quick else office_beside_intake.Plan()
    if run.options.workers:
        plan = msgspec.structs.replace(plan, workers=run.options.workers[0])
    figures = asyncio.run(office_beside_intake.measure(run.machine, plan))
    return figures, office_beside_intake.lines(figures)


def _narrowed(plan: single.Plan, run: Run) -> single.Plan:
    return msgspec.structs.replace(plan, workers=run.options.workers) if run.options.workers else plan


PARTS: Final[dict[str, tuple[str, Callable[[Run], Measured]]]] = {
    "assess": ("Assessing one parcel", _assess),
    "units": ("Statements and rows written by one unit of work", _units),
    "storage": ("Bytes on disk per declaration", _storage),
    "stages": ("Where the processor time goes", _stages),
    "services": ("Decisions a second through the services of one worker, no HTTP", _services),
    "http": ("Decisions a second over HTTP, sender on the same machine", _http),
    "single": ("Single requests over HTTP, against the baseline", _single),
    "batches": ("Batches and CEB messages over HTTP, against a naive batch", _batches),
    "statements": ("PostgreSQL alone with the statements of our units of work", _statements),
    "growth": ("Ten thousand stored declarations against a million", _growth),
    "growth-http": ("Ten thousand stored declarations against a million, over HTTP", _growth_http),
    "memory": ("Memory of the workers over a long run", _memory),
    "office-pages": ("Officers' pages with a million declarations and 150,000 open cases", _office_pages),
    "office-processor": ("Processor time of officers' pages", _office_processor),
    "overload": ("More than the service can do: an open loop", _overload),
    "beside": ("Filings alone and with officers beside them", _beside),
    "few": ("Single requests over few connections, against the baseline", _few),
}


def main() -> None:
    """Run the parts that were asked for."""
    options = _options()
    signal.signal(signal.SIGTERM, _ended)  # servers and services that were started have to be stopped
    began = time.perf_counter()
    print(f"Machine: {this_machine()}\n")
    figures: dict[str, Any] = {"machine": this_machine()}
    with ExitStack() as stack:
        run = Run(stack, options)
        for name in options.only:
            title, measure = PARTS[name]
            print(f"{title} ({name})", flush=True)
            figures[name], lines = measure(run)
            print("\n".join(f"  {line}" for line in lines), end="\n\n", flush=True)
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_bytes(msgspec.json.format(msgspec.json.encode(figures), indent=2) + b"\n")
    print(f"{time.perf_counter() - began:.0f} s; the figures as JSON: {options.json}")


def _ended(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", type=_names, default=list(PARTS), help="parts, separated by commas")
    parser.add_argument("--quick", action="store_true", help="the short form of the parts that have one")
    parser.add_argument("--workers", type=_numbers, help="numbers of workers, separated by commas")
    parser.add_argument("--keep", type=Path, help="a folder for the server and its databases, kept for further runs")
    parser.add_argument("--declarations", type=int, help="how many `growth` stores and `memory` decides")
    parser.add_argument("--fill-seconds", type=float, help="how long one run of `growth` may fill; the next goes on")
    parser.add_argument("--json", type=Path, default=Path(tempfile.gettempdir()) / "tongguan-bench.json")
    return parser.parse_args()


def _names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := set(names) - set(PARTS):
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)} is none of {', '.join(PARTS)}")
    return names


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in text.split(","))


if __name__ == "__main__":
    main()
