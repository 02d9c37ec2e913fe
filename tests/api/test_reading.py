"""The JSON door's reader as a whole: every fault with its pointer, both paths alike."""

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.dossier import Order, OrderItem
from app.schemas import reading
from app.schemas.declaration import DeclarationBody
from app.schemas.dossier import DossierBody
from app.schemas.faults import MOST_FAULTS, InvalidBody
from app.schemas.order import OrderBody
from app.schemas.payment import PaymentBody
from app.schemas.reading import documents_in, documents_of, read_filing
from app.schemas.waybill import WaybillBody
from tests import builders
from tests.api import bodies
from tests.api.reader import FILED, an_order_with, faults_of, result_of, the_order


@pytest.fixture
def thorough_path(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Counts how often the thorough path was taken."""
    taken: list[bytes] = []
    thorough = reading._read_thoroughly

    def counted(content: bytes, *rest: Any) -> Any:
        taken.append(content)
        return thorough(content, *rest)

    monkeypatch.setattr(reading, "_read_thoroughly", counted)
    return lambda: len(taken)


def test_a_clean_dossier_is_read_into_equal_documents_without_the_thorough_path(
    thorough_path: Callable[[], int],
) -> None:
    content = bodies.encoded(bodies.a_dossier_tree())
    documents = documents_in(read_filing(content, DossierBody), FILED)
    assert documents == (
        builders.an_order(),
        builders.a_payment(),
        builders.a_waybill(),
        builders.a_declaration(transmitted_by=None),
    )
    assert thorough_path() == 0


@pytest.mark.parametrize(
    ("body", "tree"),
    [
        (OrderBody, bodies.an_order_tree()),
        (PaymentBody, bodies.a_payment_tree()),
        (WaybillBody, bodies.a_waybill_tree()),
        (DossierBody, {"declaration": bodies.a_declaration_tree()}),
        (DossierBody, bodies.a_dossier_tree()),
    ],
)
def test_stored_content_is_read_again_to_equal_documents(body: Any, tree: dict[str, Any]) -> None:
    content = bodies.encoded(tree)
    assert documents_of(content, FILED) == documents_in(read_filing(content, body), FILED)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", [("", "body_empty")]),
        (b" \r\n", [("", "body_empty")]),
        (b"[]", [("", "wrong_type")]),
        (b'{"order_no":', [("", "json_syntax")]),
        (b'{"order_no":"a\nb"}', [("", "json_syntax")]),
        (b"\xef\xbb\xbf{}", [("", "json_syntax")]),
        ('{"note":"上海"}'.encode("gbk"), [("", "json_encoding")]),
        ('{"note":"x"}'.encode("utf-16"), [("", "json_encoding")]),
        (b"[" * 10_000 + b"]" * 10_000, [("", "json_too_deep")]),
        (b'{"a":' * 10_000, [("", "json_too_deep")]),
        (b'{"note":' + b"[" * 10_000 + b"]" * 10_000 + b"}", [("", "json_too_deep")]),
    ],
)
def test_what_is_no_json_object_is_one_fault_of_the_whole_body(content: bytes, expected: list[tuple[str, str]]) -> None:
    assert faults_of(content) == expected


def test_depth_beyond_the_limit_is_refused_and_depth_within_it_is_not() -> None:
    # The order itself is the first level.
    assert faults_of(an_order_with("note", "[" * 32 + "]" * 32)) == [("", "json_too_deep")]
    assert faults_of(an_order_with("note", "[" * 31 + "]" * 31)) == [("/note", "wrong_type")]
    assert faults_of(an_order_with("note", '{"a":' * 32 + "1" + "}" * 32)) == [("", "json_too_deep")]
    assert the_order(an_order_with("note", '"' + "[{" * 400 + '\\""')).note == "[{" * 400 + '"'


def test_all_faults_are_listed_at_once() -> None:
    tree = bodies.an_order_tree()
    del tree["order_no"]
    tree["items"][1]["quantity"] = -1
    tree["items"][0]["colour"] = "red"
    tree["currency"] = "CNY "
    tree["filed_at"] = "2024-06-31T09:30:00+08:00"
    tree["platform_cod"] = "x"
    tree["a/b~c"] = 1
    assert faults_of(bodies.encoded(tree)) == [
        ("/platform_cod", "unknown_field"),
        ("/a~1b~0c", "unknown_field"),
        ("/filed_at", "not_an_instant"),
        ("/order_no", "missing_field"),
        ("/currency", "wrong_length"),
        ("/items/0/colour", "unknown_field"),
        ("/items/1/quantity", "negative_number"),
    ]


def test_a_misspelt_field_is_answered_with_the_right_one() -> None:
    with pytest.raises(InvalidBody) as refused:
        read_filing(bodies.encoded(bodies.an_order_tree(buyer_nam="x")), OrderBody)
    (problem,) = refused.value.problems
    assert "buyer_name" in problem.en
    assert "buyer_name" in problem.zh


@pytest.mark.parametrize(
    "doubled",
    [
        b'"order_no":"A","order_no":"B"',
        b'"order_no" : "A" , "order_no" : "B"',
        b'"order_no":"A","\\u006frder_no":"B"',
        b'"order_no":"A","order_no":"B","note":"\\u0022\\u0022\\u0022\\u0022"',
        b'"order_no":null,"order_no":"B"',
        b'"note":null,"note":null,"order_no":"B"',
        b'"note":"","note":"","order_no":"B"',
        b'"order_no":"A","freight_cny":1,"freight_cny":1',
        b'"order_no":"A","freight_cny":"1","freight_cny":1',
    ],
)
def test_a_repeated_key_is_refused(doubled: bytes) -> None:
    content = bodies.encoded(bodies.an_order_tree())
    number = f'"order_no":"{builders.ORDER_NO}"'.encode()
    faults = faults_of(content.replace(number, doubled, 1))
    assert {code for _, code in faults} == {"duplicate_key"}


def test_a_repeated_key_deep_inside_is_refused() -> None:
    content = bodies.encoded(bodies.a_dossier_tree()).replace(b'"line_no":2', b'"line_no":2,"line_no":2', 1)
    assert faults_of(content, DossierBody) == [("/order/items/1/line_no", "duplicate_key")]


def test_absent_null_and_empty_optional_texts_are_the_same() -> None:
    names = ("item_no", "note", "payment_company_code", "consignee_district", "batch_numbers", "filing_type")
    plain = bodies.an_order_tree(message_id=bodies.an_order_tree()["message_id"])
    for name in names:
        plain.pop(name, None)
    expected = the_order(bodies.encoded(plain))
    assert expected.note is None
    assert the_order(bodies.encoded(plain | dict.fromkeys(names[1:], None))) == expected
    assert the_order(bodies.encoded(plain | dict.fromkeys(names[1:], ""))) == expected


def test_explicit_nulls_and_empty_texts_stay_on_the_fast_path(thorough_path: Callable[[], int]) -> None:
    the_order(bodies.encoded(bodies.an_order_tree(note=None, batch_numbers="")))
    assert thorough_path() == 0


@pytest.mark.parametrize("spelt", [{"ensure_ascii": True}, {"ensure_ascii": False, "indent": 1}])
def test_escapes_spaces_and_marks_inside_texts_stay_on_the_fast_path(
    spelt: dict[str, Any], thorough_path: Callable[[], int]
) -> None:
    note = 'a 24" screen \\" \\\\" back\\slash \\'
    content = json.dumps(bodies.a_payment_tree(note=note, amount_cny=230.02), **spelt).encode()
    (payment,) = documents_in(read_filing(content, PaymentBody), FILED)
    assert payment == builders.a_payment(note=note)
    assert thorough_path() == 0


def test_what_was_read_is_the_domains_own_down_to_its_bytes() -> None:
    (order,) = documents_in(read_filing(bodies.encoded(bodies.an_order_tree()), OrderBody), FILED)
    assert type(order) is Order
    assert type(order.items[0]) is OrderItem
    assert hash(order) == hash(builders.an_order())
    assert msgspec.json.encode(order) == msgspec.json.encode(builders.an_order())
    assert msgspec.structs.replace(order, note="x") == builders.an_order(note="x")


@pytest.mark.parametrize("value", ["null", '"3101980D01"'])
def test_a_member_that_only_the_domain_knows_is_refused(value: str) -> None:
    content = bodies.encoded(bodies.a_declaration_tree(transmitted_by="@@")).replace(b'"@@"', value.encode())
    assert faults_of(content, DeclarationBody) == [("/transmitted_by", "unknown_field")]


def test_a_document_without_header_gets_an_id_from_its_content_and_the_time_of_receipt() -> None:
    tree = bodies.an_order_tree()
    del tree["message_id"], tree["filed_at"]
    order = the_order(bodies.encoded(tree))
    assert order.filed_at == FILED
    assert len(order.message_id) == 36
    assert order.message_id == order.message_id.upper()
    (later,) = documents_in(read_filing(bodies.encoded(tree), OrderBody), "20250101000000")
    assert later.message_id == order.message_id
    changed = the_order(bodies.encoded(tree | {"note": "other"}))
    assert changed.message_id != order.message_id


def test_the_number_of_items_is_limited_and_faults_are_not_listed_without_end() -> None:
    tree = bodies.an_order_tree(items=[])
    assert faults_of(bodies.encoded(tree)) == [("/items", "too_few")]
    tree["items"] = [{}] * 2_000
    faults = faults_of(bodies.encoded(tree))
    assert faults[0] == ("/items", "too_many")
    assert len(faults) == MOST_FAULTS + 1
    assert faults[-1] == ("", "more_faults")


# --------------------------------------------------------------------------------------------------- both paths alike
_ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.decimals(allow_nan=False, allow_infinity=False, places=6).map(lambda number: number),
    st.text(max_size=8),
    st.sampled_from(
        ["", "1.5", "-1", "1_0", "NaN", "20240618093000", "2024-06-18", "1", "new", "142", '"', "\\", "\0"]
    ),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)
_NAMES = sorted({field.name for field in msgspec.structs.fields(OrderBody)} - {"items"})
_ITEM_NAMES = sorted(bodies.an_order_tree()["items"][0])


@given(
    changes=st.dictionaries(st.sampled_from(_NAMES), _ODD, max_size=4),
    item=st.dictionaries(st.sampled_from(_ITEM_NAMES), _ODD, max_size=2),
)
def test_both_paths_give_the_same_result(changes: dict[str, Any], item: dict[str, Any]) -> None:
    tree = bodies.an_order_tree(**changes)
    tree["items"][0] |= item
    content = bodies.encoded(tree)
    thorough = result_of(lambda: reading._read_thoroughly(content, OrderBody, 32))
    either = result_of(lambda: read_filing(content, OrderBody))
    assert either == thorough
    assert ("", "malformed") not in either


@st.composite
def _with_one_member_repeated(draw: st.DrawFn) -> bytes:
    """A dossier of which one member is sent twice: with null, an empty text or its own value, before or after it."""
    tree = bodies.a_dossier_tree()
    for name in draw(st.lists(st.sampled_from(sorted(tree)), unique=True)):
        tree[name] |= dict.fromkeys(draw(st.lists(st.sampled_from(["note", "filing_type"]), unique=True)))
    place = draw(st.sampled_from([tree[name] for name in sorted(tree)] + tree["order"]["items"]))
    name = draw(st.sampled_from(sorted(place)))
    value = draw(st.sampled_from(["null", '""', bodies.encoded(place[name]).decode()]))
    place["@@"] = 0
    content = bodies.encoded(tree)
    doubled = f'"{name}":{value}'.encode()
    if draw(st.booleans()):
        own = f'"{name}":'.encode() + bodies.encoded(place[name])
        at = content.rindex(own, 0, content.index(b'"@@":0'))
        content = content[:at] + doubled + b"," + content[at:]
        return content.replace(b',"@@":0', b"")
    return content.replace(b'"@@":0', doubled)


@given(_with_one_member_repeated())
def test_whatever_member_is_sent_twice_is_refused(content: bytes) -> None:
    assert "duplicate_key" in {code for _, code in faults_of(content, DossierBody)}


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(_NAMES), inner),
    )
)
def test_arbitrary_json_is_read_or_refused_but_never_crashes(tree: Any) -> None:
    content = json.dumps(tree).encode("utf-8", "surrogatepass")
    with pytest.raises(InvalidBody) as refused:
        read_filing(content, OrderBody)
    assert refused.value.problems
    assert "malformed" not in {problem.code for problem in refused.value.problems}


@given(st.binary())
def test_arbitrary_bytes_are_refused_but_never_crash(content: bytes) -> None:
    with pytest.raises(InvalidBody):
        read_filing(content, DossierBody)
