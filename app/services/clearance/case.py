"""One submission on its way through a unit of work."""

import msgspec

from app.services.clearance.apply import Applied
from app.services.clearance.judge import Verdict
from app.services.clearance.prepared import Prepared


class Case(msgspec.Struct, gc=False):
    """A prepared submission, what was said of it, and what it did to the working set.

    `applied` is None where nothing is stored for it; `refusal` is the error that answers it alone.
    """

    prepared: Prepared
    verdicts: tuple[Verdict, ...] = ()
    applied: Applied | None = None
    refusal: Exception | None = None
