"""Header values that fit the schema and yet say nothing we could act upon: the node is answered, not filed.

The schema gives appType, appTime and appStatus only a length. Every other wrong value is left to the rules, which
answer with findings; these three decide what a message *is*, so they are answered with the negative codes of the
specification, for their node alone.
"""

import re
from datetime import datetime
from typing import Final

from app.ceb.message import Document, Refused
from app.domain.return_codes import Refusal, return_code

_TIME: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})")


def unusable_header(document: Document) -> Refused | None:
    """Why a document cannot be filed; None where its header can be acted upon."""
    if document.filing_type not in ("1", "2", "3"):
        return _refused(document, Refusal.BAD_ACTION, "appType")
    if document.filing_status not in ("1", "2"):
        return _refused(document, Refusal.BAD_PARAMETER, "appStatus")
    if not is_message_time(document.filed_at):
        return _refused(document, Refusal.BAD_PARAMETER, "appTime")
    return None


def is_message_time(sent: str) -> bool:
    """Whether this is an existing instant written as YYYYMMDDhhmmss."""
    match = _TIME.fullmatch(sent)
    if match is None:
        return False
    year, month, day, hour, minute, second = map(int, match.groups())
    try:
        datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - only whether it exists
    except ValueError:
        return False
    return True


def _refused(document: Document, refusal: Refusal, field: str) -> Refused:
    code = return_code(type(document), refusal)
    return Refused(code.code, code.zh(field), code.en(field))
