"""From bytes to a tree, safely: nothing is resolved, included or fetched, and every size is bounded.

Refused before the parser sees them: other encodings than UTF-8, any DOCTYPE, NUL, more elements or attributes than the
largest lawful message has. The parser itself bounds depth (256), names and texts (10 MB) and refuses control
characters, lone surrogates and undeclared entities.
"""

import itertools
import re
from typing import Final

from lxml import etree

from app.ceb.messages.shape import ITEMS_AT_MOST, NODES_AT_MOST
from app.ceb.problems import MalformedMessage, Problems, unreadable

_BOM: Final = b"\xef\xbb\xbf"
_OTHER_BOMS: Final = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
_XML_DECLARATION: Final = re.compile(
    rb"""<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*["'](?P<version>[^"'<>]{0,20})["']"""
    rb"""(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*["'](?P<encoding>[^"'<>]{0,40})["'])?[^<>]{0,100}\?>"""
)
_ATTRIBUTE: Final = re.compile(rb"""=[ \t\r\n]*["']""")
_BEFORE_ROOT: Final = re.compile(rb"[ \t\r\n]*(?:<!--|<\?)")
_DOCTYPE_START: Final = re.compile(rb"[ \t\r\n]*<!DOCTYPE", re.IGNORECASE)
# 100 nodes of a head of 47 fields and 99 items of 20, two tags each, and room for envelope, signature and comments.
TAGS_AT_MOST: Final = 2 * NODES_AT_MOST * (2 + 47 + ITEMS_AT_MOST * 21) + 20_000
# Only the root and the signature have attributes; the bound keeps the tree of a hostile message small.
ATTRIBUTES_AT_MOST: Final = 20_000
MESSAGE_LENGTH_SHOWN: Final = 200


def parse(body: bytes) -> etree._Element:
    """The root element; `MalformedMessage` for what is no well-formed, harmless XML in UTF-8."""
    _refuse_other_encodings(body)
    text = body.removeprefix(_BOM)
    _refuse_nul(text)
    _refuse_excess(text)
    _refuse_doctype(text)
    try:
        root = etree.fromstring(text, _parser())
    except etree.XMLSyntaxError as error:
        raise _syntax_problem(error) from None
    # The scan of the prolog has seen any DOCTYPE; should it ever miss one, the parser has not.
    if root.getroottree().docinfo.internalDTD is not None:
        raise unreadable("doctype")
    return root


def canonical(element: etree._Element, path: str, problems: Problems) -> bytes:
    """The element alone as exclusive canonical XML: independent of what stood around it.

    XML with a relative namespace address has no canonical form, and so could not be signed either: that is noted.
    """
    try:
        return etree.tostring(element, method="c14n", exclusive=True, with_tail=False)
    except etree.C14NError:
        problems.add(path, "relative_namespace")
        return b""


def _parser() -> etree.XMLParser:
    # A parser of its own for every message costs a microsecond and shares no state between threads.
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,  # so that A<!-- -->B is the text AB and not A
        recover=False,
    )


def _refuse_other_encodings(body: bytes) -> None:
    for mark, name in _OTHER_BOMS.items():
        if body.startswith(mark):
            raise _other_encoding(name)
    declaration = _XML_DECLARATION.match(body.removeprefix(_BOM))
    if declaration is None:
        return
    encoding = declaration["encoding"]
    if encoding is not None and encoding.lower() not in (b"utf-8", b"utf8"):
        raise _other_encoding(encoding.decode("ascii", "replace"))
    if declaration["version"] != b"1.0":
        raise unreadable("version")


def _other_encoding(name: str) -> MalformedMessage:
    shown = re.sub(r"[^A-Za-z0-9._-]", "?", name)
    return unreadable("encoding", encoding=shown)


def _refuse_nul(body: bytes) -> None:
    if b"\0" in body:
        raise unreadable("nul")


def _refuse_doctype(body: bytes) -> None:
    """A DOCTYPE can stand only before the root: skip declaration, comments and instructions, then look."""
    position = 0
    while match := _BEFORE_ROOT.match(body, position):
        opening, position = match[0].lstrip(), match.end()
        closing = b"-->" if opening == b"<!--" else b"?>"
        end = body.find(closing, position)
        if end < 0:
            return  # not well-formed: the parser says so
        position = end + len(closing)
    if _DOCTYPE_START.match(body, position):
        raise unreadable("doctype")


def _refuse_excess(body: bytes) -> None:
    if body.count(b"<") > TAGS_AT_MOST:
        raise unreadable("elements", nodes=NODES_AT_MOST, items=ITEMS_AT_MOST)
    if sum(1 for _ in itertools.islice(_ATTRIBUTE.finditer(body), ATTRIBUTES_AT_MOST + 1)) > ATTRIBUTES_AT_MOST:
        raise unreadable("attributes")


def _syntax_problem(error: etree.XMLSyntaxError) -> MalformedMessage:
    line, column = error.position
    detail = (error.msg or "").split(", line ")[0].strip()[:MESSAGE_LENGTH_SHOWN]
    return unreadable("xml_syntax", line=line, column=column, detail=detail)
