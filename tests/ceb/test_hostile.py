"""Hostile XML: a clear refusal each, with nothing resolved and little memory used."""

import re
import subprocess
import sys
import textwrap

import pytest

from app.ceb.messages.shape import NAMESPACE
from app.ceb.problems import DESCRIBED_AT_MOST, MalformedMessage
from app.ceb.reading import read_message
from app.ceb.receipt_reading import read_receipts
from tests.builders import a_payment
from tests.ceb.samples import xml_of
from tests.conftest import REPOSITORY

SOUND = xml_of(a_payment()).decode()
BODY = SOUND.partition("\n")[2]
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def _in_name(text: str) -> bytes:
    """A sound message but for the payer's name."""
    return re.sub("<payerName>.*?</payerName>", lambda _: f"<payerName>{text}</payerName>", SOUND).encode(
        "utf-8", "surrogatepass"
    )


_ENTITIES = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
LAUGHS = f'<!DOCTYPE a [<!ENTITY l0 "lol">{_ENTITIES}]>'
HOSTILE: dict[str, tuple[bytes, str]] = {
    "billion laughs": ((DECLARATION + LAUGHS + BODY.replace("李明", "&l9;")).encode(), "doctype"),
    "laughs in an attribute": ((LAUGHS + BODY.replace('version="1.0"', 'version="&l9;"')).encode(), "doctype"),
    "external entity": (
        (DECLARATION + '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + BODY.replace("李明", "&x;")).encode(),
        "doctype",
    ),
    "parameter entity": (
        (DECLARATION + '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x.dtd">%x;]>' + BODY).encode(),
        "doctype",
    ),
    "external DTD": ((DECLARATION + '<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd">' + BODY).encode(), "doctype"),
    "bare doctype": ((DECLARATION + "<!DOCTYPE CEB411Message>" + BODY).encode(), "doctype"),
    "doctype behind comments": (("<!-- a --><?x y?>\n<!-- <a> -->\n<!DOCTYPE a>" + BODY).encode(), "doctype"),
    "doctype behind a BOM": (("\ufeff<!DOCTYPE a>" + BODY).encode(), "doctype"),
    "undeclared entity": (_in_name("&nbsp;"), "xml_syntax"),
    "XInclude": (
        _in_name('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'),
        "has_elements",
    ),
    "depth 10,000": (_in_name("<a>" * 10_000 + "</a>" * 10_000), "xml_syntax"),
    "depth 200": (_in_name("<a>" * 200 + "</a>" * 200), "has_elements"),
    "GBK": (SOUND.replace("UTF-8", "GBK").encode("gbk"), "encoding"),
    "GBK that is not declared": (SOUND.encode("gbk"), "xml_syntax"),
    "declared GBK": (SOUND.replace("UTF-8", "gb2312").encode(), "encoding"),
    "declared GBK behind a BOM": (("\ufeff" + SOUND.replace("UTF-8", "GBK")).encode(), "encoding"),
    "UTF-16": (SOUND.replace("UTF-8", "UTF-16").encode("utf-16"), "encoding"),
    "UTF-16 without BOM": (SOUND.replace("UTF-8", "UTF-16").encode("utf-16-le"), "nul"),
    "UTF-32": (SOUND.encode("utf-32"), "encoding"),
    "UTF-7": (SOUND.replace("UTF-8", "UTF-7").encode(), "encoding"),
    "XML 1.1": (SOUND.replace('"1.0" encoding', '"1.1" encoding').encode(), "version"),
    "NUL": (_in_name("a\0b"), "nul"),
    "NUL reference": (_in_name("&#0;"), "xml_syntax"),
    "control character": (_in_name("a\x01b"), "xml_syntax"),
    "control reference": (_in_name("&#x1;"), "xml_syntax"),
    "lone surrogate reference": (_in_name("&#xD800;"), "xml_syntax"),
    "surrogate pair reference": (_in_name("&#xD83D;&#xDE00;"), "xml_syntax"),
    "encoded surrogate": (_in_name("\ud800"), "xml_syntax"),
    "noncharacter": (_in_name("&#xFFFF;"), "xml_syntax"),
    "overlong UTF-8": (SOUND.encode().replace("李明".encode(), b"\xc0\x80"), "xml_syntax"),
    "processing instruction in a field": (_in_name("a<?php x?>b"), "instruction"),
    "style sheet": ((DECLARATION + '<?xml-stylesheet href="http://127.0.0.1:1/"?>' + BODY).encode(), "instruction"),
    "huge attribute": (
        SOUND.replace('version="1.0">', f'version="1.0" x="{"x" * 20_000_000}">').encode(),
        "xml_syntax",
    ),
    "long attribute": (
        SOUND.replace('version="1.0">', f'version="1.0" x="{"x" * 1_000_000}">').encode(),
        "unexpected_attribute",
    ),
    "many attributes": (
        SOUND.replace("<Payment>", "<Payment " + " ".join(f'a{n}=""' for n in range(50_000)) + ">").encode(),
        "attributes",
    ),
    "attributes with space": (
        SOUND.replace("<Payment>", "<Payment " + " ".join(f"a{n} = ''" for n in range(50_000)) + ">").encode(),
        "attributes",
    ),
    "huge name": (_in_name("<" + "a" * 1_000_000 + "/>"), "xml_syntax"),
    "huge text": (_in_name("x" * 20_000_000), "xml_syntax"),
    "long text": (_in_name("x" * 5_000_000), "wrong_length"),
    "many elements": (_in_name("<a/>" * 1_000_000), "elements"),
    "duplicate attribute": (SOUND.replace('version="1.0">', 'version="1.0" guid="x">').encode(), "xml_syntax"),
    "undeclared prefix": (_in_name("<x:a/>"), "xml_syntax"),
    "relative namespace in a node": (
        SOUND.replace("<Payment>", '<Payment xmlns:x="relative">').encode(),
        "relative_namespace",
    ),
    "relative namespace in a field": (
        SOUND.replace("<payerName>", '<payerName xmlns:x="relative">').encode(),
        "relative_namespace",
    ),
    "relative namespace in the transfer": (
        SOUND.replace("<BaseTransfer>", '<BaseTransfer xmlns:x="relative">').encode(),
        "relative_namespace",
    ),
    "relative namespace on the root": (
        SOUND.replace("<CEB411Message ", '<CEB411Message xmlns:x="relative" ').encode(),
        "relative_namespace",
    ),
    "cut off": (SOUND[:500].encode(), "xml_syntax"),
    "garbage behind": ((SOUND + "x").encode(), "xml_syntax"),
    "second root": ((SOUND + BODY).encode(), "xml_syntax"),
    "empty": (b"", "xml_syntax"),
    "white space": (b"  \n ", "xml_syntax"),
    "JSON": (b'{"a": 1}', "xml_syntax"),
    "xsi:nil": (
        SOUND.replace(
            "<currency>", '<currency xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true">'
        ).encode(),
        "unexpected_attribute",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_xml_is_refused_clearly(name: str) -> None:
    body, code = HOSTILE[name]
    with pytest.raises(MalformedMessage) as malformed:
        read_message(body)
    assert code in {problem.code for problem in malformed.value.problems}
    for problem in malformed.value.problems:
        assert len(problem.zh) < 400
        assert len(problem.pointer) < 400
        assert "root:" not in problem.en


def test_text_around_an_instruction_is_read_as_one() -> None:
    with pytest.raises(MalformedMessage) as malformed:
        read_message(_in_name("x" * 40 + "<?php x?>" + "x" * 40))
    assert [problem.code for problem in malformed.value.problems] == ["instruction", "wrong_length"]
    assert "has 80 characters" in malformed.value.problems[1].en


def test_receipts_are_read_by_the_same_safe_parser() -> None:
    for name in ("billion laughs", "external entity", "UTF-16", "depth 10,000", "many elements"):
        with pytest.raises(MalformedMessage):
            read_receipts(HOSTILE[name][0])


def test_a_doctype_that_is_only_text_is_accepted() -> None:
    body = SOUND.replace("李明", "<![CDATA[<!DOCTYPE a>]]>").encode()
    assert read_message(body).nodes[0].document == a_payment(payer_name="<!DOCTYPE a>")


def test_a_flood_of_faults_is_counted_but_described_only_in_part() -> None:
    body = f'<CEB411Message xmlns="{NAMESPACE}">{"<a/>" * 200_000}</CEB411Message>'.encode()
    with pytest.raises(MalformedMessage) as malformed:
        read_message(body)
    assert len(malformed.value.problems) == DESCRIBED_AT_MOST
    assert malformed.value.total == 200_004  # with guid, version, Payment and BaseTransfer missing


def test_memory_stays_flat_whatever_the_message() -> None:
    # 30 MB each; a tree of such bodies without bounds takes gigabytes. In a process of its own, to see its peak.
    program = textwrap.dedent(
        f"""
        from app.ceb.problems import MalformedMessage
        from app.ceb.reading import read_message
        root = b'<CEB411Message xmlns="{NAMESPACE}">'
        for filling in (b'<a/>' * 7_500_000, b'<a ' + b'b="" ' * 6_000_000, b'<!---->' * 4_000_000, b' ' * 30_000_000,
                        b'<a>' * 10_000_000, b'&lt;' * 7_500_000, b'<' * 30_000_000, b'="' * 15_000_000):
            for body in (root + filling, filling):
                try:
                    read_message(body)
                except MalformedMessage:
                    pass
                else:
                    raise AssertionError("accepted")
        # Not ru_maxrss: a child that was started by vfork inherits the peak of the large process that started it.
        status = dict(line.split(":", 1) for line in open("/proc/self/status"))
        print(int(status["VmHWM"].split()[0]) // 1024)
        """
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=REPOSITORY)
    assert int(done.stdout) < 350, done.stdout
