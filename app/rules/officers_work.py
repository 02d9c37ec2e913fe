"""The dated values of officers' work: how long a case may wait, what it weighs, how many one officer decides alone.

They lie beside the rule book and not in it: none of them decides on a parcel, so changing one makes no new book.
"""

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final, get_type_hints

import msgspec

from app.domain.queues import Queue
from app.errors import RuleBookRefused
from app.rules.parameter_files import Parameter, read_parameter
from app.rules.parameter_groups import FIRST_LAW_DAY

_FOLDER: Final = Path(__file__).parent / "law" / "officers"
# The database refuses a larger decision by one officer (`models.evidence`): the dated value may be lower, not higher.
MOST_ALONE: Final = 20


class OfficersWork(msgspec.Struct, frozen=True, kw_only=True):
    """The values of one day."""

    weight_first: int
    weight_further: int
    review_minutes: int
    inspection_minutes: int
    suspended_minutes: int
    overdue_minutes: int
    amended_minutes: int
    awaiting_minutes: int
    silence_minutes: int
    bulk_alone: int
    bulk_window_minutes: int
    proposal_days: int

    def weight(self, items: int) -> int:
        """The workload of a declaration of so many items."""
        return self.weight_first + self.weight_further * max(items - 1, 0)

    def minutes(self, queue: Queue) -> int:
        """How long a case may wait in a queue."""
        minutes: int = getattr(self, f"{queue.word}_minutes")
        return minutes


@lru_cache(maxsize=64)
def officers_work(day: date) -> OfficersWork:
    """The values in force on a day; before the first law those of its first day."""
    day = max(day, FIRST_LAW_DAY)
    return OfficersWork(**{name: _value(parameter, day) for name, parameter in work_parameters().items()})


@lru_cache(maxsize=1)
def work_parameters() -> dict[str, Parameter]:
    """Every value with its days; RuleBookRefused names the file that is wrong."""
    read = {
        name: read_parameter(_FOLDER / f"{name}.yaml", shape) for name, shape in get_type_hints(OfficersWork).items()
    }
    if any(dated.value > MOST_ALONE for dated in read["bulk_alone"].values):
        raise RuleBookRefused(f"officers/bulk_alone.yaml: the database lets one officer decide at most {MOST_ALONE}")
    return read


def _value(parameter: Parameter, day: date) -> int:
    dated = parameter.in_force_on(day)
    if dated is None:
        raise RuleBookRefused(f"officers/{parameter.name}.yaml must begin on {FIRST_LAW_DAY}")
    value: int = dated.value
    return value
