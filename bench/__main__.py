"""`make bench`: measures, prints a table, and writes the figures as JSON. Nothing is asserted about time.

Some minutes on two cores. `--only assess,units,storage,stages,services,http` runs some of it; `--json FILE` says where
the figures go (default: a file in the system's temporary folder).
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec

from bench import assess, http_rate, service_rate, stages, storage, units
from bench.figures import this_machine
from bench.stand import Machine, durable_machine

Measured = tuple[Any, list[str]]


def _assess(_: Machine) -> Measured:
    figures = assess.measure()
    return figures, assess.lines(figures)


def _units(machine: Machine) -> Measured:
    figures = asyncio.run(units.measure(machine))
    return figures, units.lines(figures)


def _storage(machine: Machine) -> Measured:
    figures = asyncio.run(storage.measure(machine))
    return figures, storage.lines(figures)


def _stages(machine: Machine) -> Measured:
    figures = asyncio.run(stages.measure(machine))
    return figures, stages.lines(figures)


def _services(machine: Machine) -> Measured:
    figures = asyncio.run(service_rate.measure(machine))
    return figures, service_rate.lines(figures)


def _http(_: Machine) -> Measured:
    figures = http_rate.measure()
    return figures, http_rate.lines(figures)


PARTS: Final[dict[str, tuple[str, Callable[[Machine], Measured]]]] = {
    "assess": ("Assessing one parcel", _assess),
    "units": ("Statements and rows written by one unit of work", _units),
    "storage": ("Bytes on disk per declaration", _storage),
    "stages": ("Where the processor time goes", _stages),
    "services": ("Decisions a second through the services of one worker, no HTTP", _services),
    "http": ("Decisions a second over HTTP, sender on the same machine", _http),
}


def main() -> None:
    """Run the parts that were asked for."""
    options = _options()
    began = time.perf_counter()
    print(f"Machine: {this_machine()}\n")
    figures: dict[str, Any] = {"machine": this_machine()}
    with durable_machine() as machine:
        for name in options.only:
            title, measure = PARTS[name]
            print(f"{title} ({name})")
            figures[name], lines = measure(machine)
            print("\n".join(f"  {line}" for line in lines), end="\n\n", flush=True)
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_bytes(msgspec.json.format(msgspec.json.encode(figures), indent=2) + b"\n")
    print(f"{time.perf_counter() - began:.0f} s; the figures as JSON: {options.json}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", type=_names, default=list(PARTS), help="parts, separated by commas")
    parser.add_argument("--json", type=Path, default=Path(tempfile.gettempdir()) / "tongguan-bench.json")
    return parser.parse_args()


def _names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := set(names) - set(PARTS):
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)} is none of {', '.join(PARTS)}")
    return names


if __name__ == "__main__":
    main()
