"""Comparing an answer with the part of it that a recording prescribes."""

from typing import Any

from lxml import etree


def differences(expected: Any, actual: Any, path: str = "") -> list[str]:
    """Where an answer differs: each prescribed member must be equal, a list has exactly the prescribed elements."""
    if isinstance(expected, dict):
        if not isinstance(actual, dict):
            return [f"{path or '/'}: expected an object, got {actual!r}"]
        absent = [f"{path}/{key}: missing" for key in expected if key not in actual]
        return absent + [
            found
            for key, value in expected.items()
            if key in actual
            for found in differences(value, actual[key], f"{path}/{key}")
        ]
    if isinstance(expected, list):
        if not isinstance(actual, list) or len(actual) != len(expected):
            return [f"{path or '/'}: expected {len(expected)} elements, got {actual!r}"]
        pairs = zip(expected, actual, strict=True)
        return [found for n, (one, other) in enumerate(pairs) for found in differences(one, other, f"{path}/{n}")]
    return (
        []
        if expected == actual and type(expected) is type(actual)
        else [f"{path}: expected {expected!r}, got {actual!r}"]
    )


def receipts_in(message: bytes) -> tuple[str, list[dict[str, str]]]:
    """The root's name of a receipt message, and the fields of each receipt by their XML names."""
    root = etree.fromstring(message)
    return _name(root), [{_name(field): field.text or "" for field in receipt} for receipt in root]


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname
