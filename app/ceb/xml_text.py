"""Text as XML: escaped so that it is read back exactly, and always well-formed."""

import re
from typing import Final

_SPECIAL: Final = re.compile("[&<>\r]|[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_IN_ATTRIBUTE: Final = re.compile('[&<>"\t\n\r]|[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]')
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES: Final = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "\t": "&#9;",
    "\n": "&#10;",
    "\r": "&#13;",  # a bare carriage return would be read as a line feed
}
REPLACEMENT: Final = "\ufffd"  # for characters that XML cannot carry; the JSON door takes some of them


def escaped(text: str) -> str:
    """Text for the content of an element."""
    return _SPECIAL.sub(_escape, text) if _SPECIAL.search(text) else text


def quoted(text: str) -> str:
    """Text as an attribute value, in quotes."""
    return f'"{_IN_ATTRIBUTE.sub(_escape, text)}"'


def element(name: str, text: str) -> str:
    """An element that holds a text."""
    return f"<{name}>{escaped(text)}</{name}>"


def cdata(text: str) -> str:
    """Text as a CDATA section; its end mark is split over two sections."""
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"


def is_xml_text(text: str) -> bool:
    """Whether XML can carry every character of a text."""
    return _NOT_XML.search(text) is None


def _escape(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[0], REPLACEMENT)
