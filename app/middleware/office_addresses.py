"""Which addresses are the office's: those that its own process answers, and the workers hand on."""

import re
from typing import Final

OFFICE_PARTS: Final = (
    "/console",
    "/v1/cases",
    "/v1/proposals",
    "/v1/profiles",
    "/v1/tables",
    "/v1/stats",
    "/v1/officers",
    "/v1/sampling",
    "/v1/audit",
)
_OF_ONE: Final = re.compile(r"/v1/declarations/[^/]+/attachments(?:/.*)?")


def is_office(path: str) -> bool:
    """Whether an address is the office's."""
    for part in OFFICE_PARTS:
        if path.startswith(part):
            return len(path) == len(part) or path[len(part)] == "/"
    return path.startswith("/v1/declarations/") and _OF_ONE.fullmatch(path) is not None
