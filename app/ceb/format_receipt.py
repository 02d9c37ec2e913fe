"""The format receipt (CEB900): the answer to a message that breaks the schema, naming every faulty field."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from app.ceb.messages.receipts import CEB900
from app.ceb.problems import MalformedMessage
from app.ceb.receipt_writing import VERSION, fitted
from app.ceb.receipts import MessageReturn, receipt_guid
from app.ceb.writing import XML_DECLARATION, opening
from app.ceb.xml_text import cdata, element, is_xml_text
from app.domain.dossier import Declaration, Order, Payment, Waybill
from app.domain.period import compact_milliseconds
from app.domain.return_codes import Filed, Refusal, return_code
from app.errors import Problem

INFO_LENGTH: Final = 5000
# The original is sent back whole or not at all; a message of 100 parcels of three items has about 0.4 MB.
ORIGINAL_AT_MOST_BYTES: Final = 1024**2
# Interpretation: the specification demands a number below zero and names none for a message that cannot be read; this
# is "0001 报文格式错误" of the exchange platform.
UNREADABLE: Final = "-0001"
_FILED: Final[dict[str, Filed]] = {
    "CEB311Message": Order,
    "CEB411Message": Payment,
    "CEB511Message": Waybill,
    "CEB621Message": Declaration,
}
_COUNT_LENGTH: Final = 30  # room for the count of the rest


def format_receipt(malformed: MalformedMessage, body: bytes, at: datetime) -> bytes:
    """The CEB900 message; `body` is what was received, sent back where XML can carry it."""
    filed = _FILED.get(malformed.message_type)
    time = compact_milliseconds(at)
    original = original_text(body)
    returned = MessageReturn(
        guid=receipt_guid(malformed.message_type, time, original),
        return_status=UNREADABLE if filed is None else return_code(filed, Refusal.BAD_PARAMETER).code,
        return_info=listed(malformed.problems, malformed.total),
        return_time=time,
        original_transport_id="",
        original_message_type=malformed.message_type,
        original_message=original,
    )
    return _written(returned)


def listed(problems: Sequence[Problem], total: int) -> str:
    """Every problem with its path; those that do not fit the field are counted."""
    lines: list[str] = []
    length = 0
    for problem in problems:
        line = f"{problem.pointer} {problem.zh}"
        length += len(line) + 1
        if length > INFO_LENGTH - _COUNT_LENGTH:
            break
        lines.append(line)
    rest = total - len(lines)
    return ";".join([*lines, f"另有{rest}处错误"] if rest else lines)


def original_text(body: bytes) -> str:
    """The message as text; empty when it is too long, not UTF-8, or holds characters that XML cannot carry."""
    if len(body) > ORIGINAL_AT_MOST_BYTES:
        return ""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""
    return text if is_xml_text(text) else ""


def _written(returned: MessageReturn) -> bytes:
    nodes = []
    for field in CEB900.section.fields:
        value = fitted(field, getattr(returned, field.name)) or ""
        if field.wire == "oriBizMessage":
            nodes.append(f"<{field.wire}>{cdata(value)}</{field.wire}>")
        else:
            nodes.append(element(field.wire, value))
    name = CEB900.section.element
    start = XML_DECLARATION + opening(CEB900.root, returned.guid, VERSION)
    return f"{start}<{name}>{''.join(nodes)}</{name}></{CEB900.root}>".encode()
