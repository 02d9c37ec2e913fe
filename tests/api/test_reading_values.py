"""Single values as the JSON door reads them: exact numbers, texts, times, words."""

from decimal import Decimal

import pytest

from app.schemas.declaration import DeclarationBody
from app.schemas.faults import InvalidBody
from app.schemas.order import OrderBody
from app.schemas.reading import documents_in, read_filing
from app.schemas.waybill import WaybillBody
from tests.api import bodies
from tests.api.reader import FILED, an_order_with, faults_of, the_order


@pytest.mark.parametrize("raw", ["12345678901234.12345", "99999999999999.99999", '"12345678901234.12345"', "0.00001"])
def test_an_amount_within_n19_5_is_kept_exactly(raw: str) -> None:
    assert the_order(an_order_with("goods_value_cny", raw)).goods_value_cny == Decimal(raw.strip('"'))


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("1234567890123456.12345", "number_out_of_range"),
        ("100000000000000", "number_out_of_range"),
        ("0.000001", "number_out_of_range"),
        ("1e999999", "number_out_of_range"),
        ("1e-999999", "number_out_of_range"),
        ("1e99999999999999999999", "number_out_of_range"),
        ("9" * 5000, "number_out_of_range"),
        ("0e999999", "number_out_of_range"),
        ("0e-999999", "number_out_of_range"),
        ("1." + "0" * 5000, "number_out_of_range"),
        ("0." + "0" * 5000, "number_out_of_range"),
        ("NaN", "not_a_number"),
        ("Infinity", "not_a_number"),
        ("-Infinity", "not_a_number"),
        ("-0.01", "negative_number"),
        ("-0.0", "negative_number"),
        ('"-5"', "negative_number"),
        ('"NaN"', "not_plain_number"),
        ('"1_000"', "not_plain_number"),
        ('"１２"', "not_plain_number"),
        ('" 1.0 "', "not_plain_number"),
        ('"1e5"', "not_plain_number"),
        ('"1000000000000000"', "number_out_of_range"),
        ("true", "wrong_type"),
        ("[1]", "wrong_type"),
        ("{}", "wrong_type"),
        ("null", "missing_field"),
        ('""', "not_plain_number"),
    ],
)
def test_an_amount_that_is_none_is_refused_with_its_pointer(raw: str, code: str) -> None:
    assert faults_of(an_order_with("goods_value_cny", raw)) == [("/goods_value_cny", code)]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ('"a\\u0000b"', "control_character"),
        ('"a\\u001fb"', "control_character"),
        ('"a\\bb"', "control_character"),
        ('"a\\uffffb"', "control_character"),
        ('"a\uffffb"', "control_character"),
        ('"a\ufffeb"', "control_character"),
        ('"\\ud800"', "lone_surrogate"),
        ('"\\udc00"', "lone_surrogate"),
        ('"\\ud83dx"', "lone_surrogate"),
        ('"\\ud83d\\ud83d"', "lone_surrogate"),
        (f'"{"x" * 61}"', "too_long"),
        ('""', "empty"),
        ("5", "wrong_type"),
    ],
)
def test_a_text_that_is_none_is_refused_with_its_pointer(raw: str, code: str) -> None:
    assert faults_of(an_order_with("buyer_name", raw)) == [("/buyer_name", code)]


def test_lengths_count_characters_and_escapes_are_read() -> None:
    assert the_order(an_order_with("buyer_name", f'"{"😀" * 60}"')).buyer_name == "😀" * 60
    assert the_order(an_order_with("buyer_name", '"\\ud83d\\ude00 \\"a\\" \\\\u0000 \\n"')).buyer_name == (
        '😀 "a" \\u0000 \n'
    )


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2024-06-18T09:30:00+08:00", "20240618093000"),
        ("2024-06-18T01:30:00Z", "20240618093000"),
        ("2024-06-17T20:30:00.123456789-05:00", "20240618093000"),
        ("20240618093000", "20240618093000"),
        ("2024-02-29T23:59:59+08:00", "20240229235959"),
        ("1990-07-01T00:00:00+08:00", "19900701010000"),
        ("1900-06-01T00:00:30+08:00", "19000601000613"),  # until 1901 Shanghai was 5 minutes and 43 seconds further
    ],
)
def test_instants_become_the_compact_form_of_shanghai(sent: str, kept: str) -> None:
    assert the_order(bodies.encoded(bodies.an_order_tree(filed_at=sent))).filed_at == kept


@pytest.mark.parametrize(
    "sent",
    [
        "2024-06-18T09:30:00",
        "2024-06-18 09:30:00+08:00",
        "2023-02-29T00:00:00Z",
        "20230229000000",
        "20240618246000",
        "2024-06-18T24:00:00Z",
        "2024-06-18T09:30:00+08:00\n",
        "20240618093000\n",
        "２０２４0618093000",
        "0001-01-01T00:00:00Z",
    ],
)
def test_what_is_no_instant_is_refused(sent: str) -> None:
    assert faults_of(bodies.encoded(bodies.an_order_tree(filed_at=sent))) == [("/filed_at", "not_an_instant")]


def test_days_become_compact_and_wrong_ones_are_refused() -> None:
    tree = bodies.a_declaration_tree(declared_on="2024-06-18", import_date=None)
    (declaration,) = documents_in(read_filing(bodies.encoded(tree), DeclarationBody), FILED)
    assert (declaration.declared_on, declaration.import_date) == ("20240618", None)  # type: ignore[union-attr]
    wrong = bodies.a_declaration_tree(declared_on="2024-02-30", import_date="20240618T")
    assert faults_of(bodies.encoded(wrong), DeclarationBody) == [
        ("/declared_on", "not_a_day"),
        ("/import_date", "not_a_day"),
    ]


def test_words_of_the_header_are_understood() -> None:
    order = the_order(bodies.encoded(bodies.an_order_tree(filing_type="change", filing_status="staged")))
    assert (order.filing_type, order.filing_status) == ("2", "1")
    faults = faults_of(bodies.encoded(bodies.an_order_tree(filing_type="4")))
    assert faults == [("/filing_type", "not_one_of")]


@pytest.mark.parametrize("raw", ["1.0", "1e0", "1"])
def test_a_whole_number_may_be_written_as_json_allows(raw: str) -> None:
    content = bodies.encoded(bodies.a_waybill_tree()).replace(b'"pack_count":1', b'"pack_count":' + raw.encode())
    (waybill,) = documents_in(read_filing(content, WaybillBody), FILED)
    assert waybill.pack_count == 1  # type: ignore[union-attr]
    assert type(waybill.pack_count) is int  # type: ignore[union-attr]


@pytest.mark.parametrize("raw", ["1.5", '"1"', "true", "1e400", "-1", "1000000000"])
def test_what_is_no_whole_number_is_refused(raw: str) -> None:
    content = bodies.encoded(bodies.a_waybill_tree()).replace(b'"pack_count":1', b'"pack_count":' + raw.encode())
    ((pointer, code),) = faults_of(content, WaybillBody)
    assert pointer == "/pack_count"
    assert code in ("wrong_type", "integer_out_of_range")


def test_a_sentence_never_repeats_what_was_sent() -> None:
    secret = "310104199003070122" * 4
    with pytest.raises(InvalidBody) as refused:
        read_filing(bodies.encoded(bodies.an_order_tree(buyer_id_number=secret, filing_type=secret)), OrderBody)
    for problem in refused.value.problems:
        assert "310104" not in problem.zh + problem.en + problem.pointer
