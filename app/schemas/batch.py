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
_BETWEEN: Final = re.compile(rb"[ \t\r\n]*,[ \t\r\n]*")
_ENDING: Final = re.compile(rb"[ \t\r\n]*\][ \t\r\n]*\}[ \t\r\n]*")
_SURROGATES: Final = re.compile(rb"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")


def slices_of(content: bytes, depth_limit: int) -> list[bytes]:
    """The bytes of each element; InvalidBody when the body as a whole is no batch."""
    if not content.strip():
        raise InvalidBody((fault("", "body_empty"),))
    try:
        text, elements = _elements(content)
    except msgspec.ValidationError as error:
        raise _not_a_batch(error) from None
    except msgspec.DecodeError as error:
        raise InvalidBody((fault("", "json_syntax", at=_place(error)),)) from None
    except UnicodeDecodeError as error:
        raise InvalidBody((fault("", "json_encoding", at=error.start),)) from None
    except RecursionError:
        raise InvalidBody((fault("", "json_too_deep", limit=depth_limit),)) from None
    return [content[begin:end] for begin, end in _spans(text, elements)]


def _elements(content: bytes) -> tuple[bytes, list[bytes]]:
    """The elements, and the text that they were cut from."""
    try:
        return content, _cut(content)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        # Half a surrogate pair or NaN in one element is no JSON for the cutter, and the others shall not suffer for
        # it. So a copy is cut in which something harmless of the same length stands there.
        copy = _SURROGATES.sub(rb"\\u0000", content).replace(b"NaN", b"1e1").replace(b"Infinity", b"1.000000")
        return copy, _cut(copy)


def _cut(content: bytes) -> list[bytes]:
    elements = [bytes(raw) for raw in _DECODER.decode(content).declarations]
    if not elements:
        raise InvalidBody((fault(f"/{_MEMBER}", "too_few", count=1),))
    if len(elements) > MOST_DECLARATIONS:
        raise InvalidBody((fault(f"/{_MEMBER}", "too_many", count=MOST_DECLARATIONS),))
    return elements


def _spans(text: bytes, elements: list[bytes]) -> list[tuple[int, int]]:
    """Where each element stands. Where something else stands between them, the member was given twice."""
    spans: list[tuple[int, int]] = []
    opening = _OPENING.match(text)
    position = opening.end() if opening else len(text)
    for element in elements:
        if spans:
            between = _BETWEEN.match(text, position)
            position = between.end() if between else len(text)
        if not text.startswith(element, position):
            break
        spans.append((position, position + len(element)))
        position += len(element)
    if len(spans) < len(elements) or not _ENDING.fullmatch(text, position):
        raise InvalidBody((fault(f"/{_MEMBER}", "duplicate_key"),))
    return spans


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
