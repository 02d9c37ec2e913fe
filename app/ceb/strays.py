"""What the schema allows nowhere: attributes, text between elements, processing instructions.

A well-made message has none, and one XPath question finds that out for the whole message. Only when it is
answered with yes, every element is looked at to say where.
"""

from collections.abc import Iterable
from typing import Final

from lxml import etree

from app.ceb.messages.shape import NAMESPACE, SIGNATURE_NAMESPACE
from app.ceb.problems import Problems

_XML_SPACE: Final = " \t\r\n"
_NAME_LENGTH_SHOWN: Final = 60
# Signature and extension follow schemas of their own; attributes of the root are read with it.
_OURS: Final = "/*/*[not(self::ds:Signature or self::ceb:ExtendMessage)]"
_NODES: Final = "/*/*[not(self::ds:Signature or starts-with(local-name(), 'Base') or self::ceb:ExtendMessage)]"
# One step at a time: the same question with a descendant axis takes fifty times as long.
_STRAYS: Final = etree.XPath(
    f"boolean({_OURS}/@*) or boolean({_OURS}/*/@*) or boolean({_OURS}/*/*/@*)"
    f" or boolean(/*/text()[normalize-space()]) or boolean({_OURS}/text()[normalize-space()])"
    f" or boolean({_NODES}/*[*]/text()[normalize-space()])",
    namespaces={"ceb": NAMESPACE, "ds": SIGNATURE_NAMESPACE},
)
_INSTRUCTIONS: Final = etree.XPath("//processing-instruction()")


def take_out_instructions(root: etree._Element, problems: Problems) -> None:
    """Note processing instructions and remove them, so that the text around them is read as one."""
    if _INSTRUCTIONS(root):
        problems.add(f"/{shown_name(root.tag)}", "instruction")
        etree.strip_elements(root, etree.PI, with_tail=False)


def has_strays(root: etree._Element) -> bool:
    """Whether an attribute or a text stands anywhere where none may be."""
    return bool(_STRAYS(root))


def note_attributes(element: etree._Element, path: str, problems: Problems) -> None:
    """Note every attribute of an element that may have none."""
    for name in element.keys():  # noqa: SIM118 - not a mapping
        problems.add(f"{path}/@{shown_name(name)}", "unexpected_attribute")


def note_text_between(element: etree._Element, path: str, problems: Problems) -> None:
    """Note text that stands between the children of an element that may hold elements only."""
    texts: Iterable[str | None] = (element.text, *(child.tail for child in element))
    if not all(is_blank(text) for text in texts):
        problems.add(path, "text_between")


def shown_name(tag: object) -> str:
    """The name of an element for a path: bare in our namespace, with its namespace otherwise; cut when it is long."""
    name = str(tag).removeprefix(f"{{{NAMESPACE}}}")
    return name if len(name) <= _NAME_LENGTH_SHOWN else name[:_NAME_LENGTH_SHOWN] + "…"


def is_blank(text: str | None) -> bool:
    """Whether there is nothing but XML white space."""
    return text is None or not text.strip(_XML_SPACE)
