"""Reading a W3C signature (xmldsig-core): its structure is checked and its values kept; verifying is not done here.

What the schema leaves open (foreign elements in KeyInfo, mixed content of the methods) is left open here too.
"""

import base64
import binascii
from collections.abc import Iterator
from typing import Final

from lxml import etree

from app.ceb.message import Signature, SignedReference
from app.ceb.messages.shape import SIGNATURE_NAMESPACE
from app.ceb.parsing import canonical
from app.ceb.problems import Problems
from app.ceb.sequences import ElementSequence, Slot

_DS: Final = f"{{{SIGNATURE_NAMESPACE}}}"
_UNBOUNDED: Final = 1_000


def _sequence(*names: tuple[str, int, int]) -> ElementSequence:
    return ElementSequence(*(Slot(name, minimum, maximum, SIGNATURE_NAMESPACE) for name, minimum, maximum in names))


_SIGNATURE: Final = _sequence(("SignedInfo", 1, 1), ("SignatureValue", 1, 1), ("KeyInfo", 0, 1))
_SIGNED_INFO: Final = _sequence(
    ("CanonicalizationMethod", 1, 1), ("SignatureMethod", 1, 1), ("Reference", 1, _UNBOUNDED)
)
_REFERENCE: Final = _sequence(("Transforms", 0, 1), ("DigestMethod", 1, 1), ("DigestValue", 1, 1))


def read_signature(element: etree._Element, path: str, problems: Problems) -> Signature | None:
    """The typed signature; None when its structure is broken, which is noted."""
    before = problems.total
    parts = _children(element, _SIGNATURE, path, problems)
    info = parts.get("SignedInfo")
    if info is None or "SignatureValue" not in parts:
        return None
    methods = _children(info, _SIGNED_INFO, f"{path}/SignedInfo", problems)
    signature = Signature(
        canonicalization_algorithm=_algorithm(methods.get("CanonicalizationMethod"), f"{path}/SignedInfo", problems),
        signature_algorithm=_algorithm(methods.get("SignatureMethod"), f"{path}/SignedInfo", problems),
        references=tuple(_references(info, f"{path}/SignedInfo", problems)),
        value=_base64(parts["SignatureValue"], f"{path}/SignatureValue", problems),
        key_name=_key_name(parts.get("KeyInfo")),
        certificate=_certificate(parts.get("KeyInfo"), f"{path}/KeyInfo", problems),
        xml=canonical(element, path, problems),
    )
    return signature if problems.total == before else None


def _references(info: etree._Element, path: str, problems: Problems) -> Iterator[SignedReference]:
    for number, reference in enumerate(info.findall(f"{_DS}Reference"), 1):
        place = f"{path}/Reference[{number}]"
        parts = _children(reference, _REFERENCE, place, problems)
        transforms = parts.get("Transforms")
        digest = parts.get("DigestValue")
        yield SignedReference(
            uri=reference.get("URI"),
            transforms=tuple(
                _algorithm(transform, f"{place}/Transforms", problems)
                for transform in ([] if transforms is None else transforms.findall(f"{_DS}Transform"))
            ),
            digest_algorithm=_algorithm(parts.get("DigestMethod"), place, problems),
            digest=b"" if digest is None else _base64(digest, f"{place}/DigestValue", problems),
        )


def _children(
    element: etree._Element, sequence: ElementSequence, path: str, problems: Problems
) -> dict[str, etree._Element]:
    children = list(element)
    placed = sequence.placed(tuple([child.tag for child in children]), path, problems)
    slots = sequence.slots
    return {slots[index].wire: child for child, index in zip(children, placed, strict=True) if index is not None}


def _algorithm(element: etree._Element | None, path: str, problems: Problems) -> str:
    if element is None:
        return ""  # noted as missing already
    algorithm = element.get("Algorithm")
    if algorithm is None:
        name = etree.QName(element).localname
        problems.add(f"{path}/{name}/@Algorithm", "missing_attribute")
    return algorithm or ""


def _base64(element: etree._Element, path: str, problems: Problems) -> bytes:
    try:
        return base64.b64decode("".join((element.text or "").split()), validate=True)
    except (binascii.Error, ValueError):
        problems.add(path, "not_base64")
        return b""


def _key_name(info: etree._Element | None) -> str | None:
    return None if info is None else info.findtext(f"{_DS}KeyName")


def _certificate(info: etree._Element | None, path: str, problems: Problems) -> bytes | None:
    element = None if info is None else info.find(f"{_DS}X509Data/{_DS}X509Certificate")
    if element is None:
        return None
    return _base64(element, f"{path}/X509Data/X509Certificate", problems)
