"""Comparing an answer with the part of it that a recording prescribes."""

from typing import Any, Final

import httpx
from lxml import etree

from app.demo.recording import Expected

# What depends on the instant of filing: passed over where a service lets nobody set it.
DATED: Final = frozenset({"accepted_on", "returnTime"})
_LONGEST_SHOWN: Final = 500


def compared(expected: Expected, answer: httpx.Response, passed_over: frozenset[str] = frozenset()) -> list[str]:
    """What differs between an answer and its prescribed part."""
    if answer.status_code != expected.http:
        return [f"expected HTTP {expected.http}, got {answer.status_code}: {answer.text[:_LONGEST_SHOWN]}"]
    given = {name: answer.headers.get(name, "") for name in expected.headers}
    found = differences(expected.headers, given)
    if expected.body is not None:
        found += differences(expected.body, answer.json(), passed_over)
    if expected.receipts is not None:
        root, receipts = receipts_in(answer.content)
        found += differences(expected.root, root, path="root") + differences(expected.receipts, receipts, passed_over)
    return found


def differences(expected: Any, actual: Any, passed_over: frozenset[str] = frozenset(), path: str = "") -> list[str]:
    """Where an answer differs: each prescribed member must be equal, a list has exactly the prescribed elements."""
    if isinstance(expected, dict):
        if not isinstance(actual, dict):
            return [f"{path or '/'}: expected an object, got {actual!r}"]
        asked = [key for key in expected if key not in passed_over]
        absent = [f"{path}/{key}: missing" for key in asked if key not in actual]
        pairs = [(expected[key], actual[key], f"{path}/{key}") for key in asked if key in actual]
        return absent + [found for one, other, place in pairs for found in differences(one, other, passed_over, place)]
    if isinstance(expected, list):
        if not isinstance(actual, list) or len(actual) != len(expected):
            return [f"{path or '/'}: expected {len(expected)} elements, got {actual!r}"]
        rows = enumerate(zip(expected, actual, strict=True))
        return [found for n, (one, other) in rows for found in differences(one, other, passed_over, f"{path}/{n}")]
    same = expected == actual and type(expected) is type(actual)
    return [] if same else [f"{path}: expected {expected!r}, got {actual!r}"]


def receipts_in(message: bytes) -> tuple[str, list[dict[str, str]]]:
    """The root's name of a receipt message, and the fields of each receipt by their XML names."""
    root = etree.fromstring(message, etree.XMLParser(resolve_entities=False, no_network=True))
    return _name(root), [{_name(field): field.text or "" for field in receipt} for receipt in root]


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname
