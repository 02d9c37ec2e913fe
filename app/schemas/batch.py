"""Many dossiers in one body: cut into the raw slices of its elements, so that one bad element spoils no other."""

import re
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from app.schemas.dossier import DossierBody
from app.schemas.faults import InvalidBody, fault
from app.schemas.fields import Body

MOST_DECLARATIONS: Final = 1000
_MEMBER: Final = "declarations"


class BatchBody(Body, kw_only=True):
    """Up to 1,000 dossiers; each is answered alone, in order."""

    declarations: Annotated[tuple[DossierBody, ...], Meta(title="申报列表", min_length=1, max_length=MOST_DECLARATIONS)]


class _Slices(msgspec.Struct, forbid_unknown_fields=True):
    declarations: list[msgspec.Raw]


_DECODER: Final = msgspec.json.Decoder(_Slices)
_OPENING: Final = re.compile(rb'[ \t\r\n]*\{[ \t\r\n]*"declarations"[ \t\r\n]*:[ \t\r\n]*\[[ \t\r\n]*')
_BETWEEN: Final = re.compile(rb"[ \t\r\n]*[,\]][ \t\r\n]*")
_ENDING: Final = re.compile(rb"[ \t\r\n]*\][ \t\r\n]*\}[ \t\r\n]*")


def slices_of(content: bytes, depth_limit: int) -> list[bytes]:
    """The bytes of each element; InvalidBody when the body as a whole is no batch."""
    if not content.strip():
        raise InvalidBody((fault("", "body_empty"),))
    try:
        slices = [bytes(raw) for raw in _DECODER.decode(content).declarations]
    except msgspec.ValidationError as error:
        raise _not_a_batch(error) from None
    except msgspec.DecodeError as error:
        raise InvalidBody((fault("", "json_syntax", at=_place(error)),)) from None
    except UnicodeDecodeError as error:
        raise InvalidBody((fault("", "json_encoding", at=error.start),)) from None
    except RecursionError:
        raise InvalidBody((fault("", "json_too_deep", limit=depth_limit),)) from None
    _demand_count(len(slices))
    _demand_single_member(content, slices)
    return slices


def _demand_count(count: int) -> None:
    if count < 1:
        raise InvalidBody((fault(f"/{_MEMBER}", "too_few", count=1),))
    if count > MOST_DECLARATIONS:
        raise InvalidBody((fault(f"/{_MEMBER}", "too_many", count=MOST_DECLARATIONS),))


def _demand_single_member(content: bytes, slices: list[bytes]) -> None:
    """Walk the body along the slices: where something else stands between them, the member was given twice."""
    opening = _OPENING.match(content)
    position = opening.end() if opening else -1
    for number, element in enumerate(slices):
        if position < 0 or not content.startswith(element, position):
            raise InvalidBody((fault(f"/{_MEMBER}", "duplicate_key"),))
        position += len(element)
        separator = _BETWEEN.match(content, position)
        if number < len(slices) - 1:
            position = separator.end() if separator else -1
    if not _ENDING.fullmatch(content, position):
        raise InvalidBody((fault(f"/{_MEMBER}", "duplicate_key"),))


def _not_a_batch(error: msgspec.ValidationError) -> InvalidBody:
    """The few ways in which the outer object can be wrong; msgspec names one at a time."""
    message = str(error)
    if "missing required field" in message:
        return InvalidBody((fault(f"/{_MEMBER}", "missing_field"),))
    if "unknown field" in message:
        hints = {"hint_zh": "，只能有 declarations", "hint_en": ", only declarations"}
        return InvalidBody((fault("", "unknown_field", **hints),))
    if "$.declarations" in message:
        return InvalidBody((fault(f"/{_MEMBER}", "wrong_type", zh="数组", en="an array"),))
    return InvalidBody((fault("", "wrong_type", zh="对象", en="an object"),))


def _place(error: Exception) -> str:
    found = re.search(r"byte (\d+)", str(error))
    return f"byte {found[1]}" if found else "the end"
