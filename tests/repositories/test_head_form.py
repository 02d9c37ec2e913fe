"""A head comes back from its row as it was, whatever is known of it."""

from datetime import UTC, date, datetime
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.identifiers import waybill_id
from app.domain.lifecycle import Status
from app.models.declarations import declarations
from app.repositories.head_form import Head, head_from, new_head, row_of
from app.repositories.numbers import claim_of, number_key, number_of

NOW = datetime(2024, 6, 18, 1, 30, 0, 123456, tzinfo=UTC)
STAMP = "20240618093000" + "4F8C2D1E-5B7A-4C3D-9E8F-0A1B2C3D4E5F" + "0123456789abcdef"


def complete() -> Head:
    """A decided head: nothing of it is empty."""
    return Head(
        UUID(int=1), UUID(int=2), UUID(int=3), UUID(int=3), waybill_id("L", "W"), UUID(int=5), UUID(int=6),
        NOW, NOW.replace(hour=0), NOW, NOW, 7, 8, 9, 10, 11, date(2024, 6, 18), 1, 2, 3, 800, 0, "I", "P", "O",
        "M", "D", "L", "Y", "W", "2244", "9610", "INTERNAL", "B20240618000000001", "22442024I000000002",
        STAMP, STAMP[:14] + STAMP, STAMP, -(2**63), 2**63 - 1,
    )  # fmt: skip


@pytest.mark.parametrize(
    "head",
    [
        new_head(UUID(int=1), "I", "P", "O", NOW),
        complete(),
        msgspec.structs.replace(complete(), waybill_id=UUID(int=4)),
        msgspec.structs.replace(complete(), logistics_code=None, waybill_no=None, order_filing=None),
        msgspec.structs.replace(complete(), queue=6, watched=True, corrected=300),
        msgspec.structs.replace(complete(), queue=15, watched=False, corrected=1, events=70_000),
        msgspec.structs.replace(complete(), declaration_filing=None, pre_no="X", declaration_no="AB122024I000000002"),
    ],
)
def test_a_head_comes_back_as_it_was(head: Head) -> None:
    row = row_of(head)
    assert head_from(row) == head
    assert len(row) == len(declarations.columns)


def test_a_head_that_was_stored_before_there_were_cases_has_none() -> None:
    *columns, packed = row_of(complete())
    older = msgspec.msgpack.encode(msgspec.msgpack.decode(packed)[:-2])
    assert msgspec.structs.replace(head_from([*columns, older]), events=0) == complete()


def test_a_head_that_was_stored_in_an_inspection_before_there_were_cases_has_no_result_of_it() -> None:
    *columns, packed = row_of(msgspec.structs.replace(complete(), status=Status.INSPECTION))
    older = msgspec.msgpack.encode(msgspec.msgpack.decode(packed)[:-2])
    assert head_from([*columns, older]).uninspected


def test_events_of_a_head_that_was_stored_before_they_were_counted_are_numbered_behind_those_it_had() -> None:
    *columns, packed = row_of(complete())
    older = head_from([*columns, msgspec.msgpack.encode(msgspec.msgpack.decode(packed)[:-1])])
    assert older.next_event() == complete().sequence + 1
    assert head_from(row_of(older)).next_event() == complete().sequence + 2


def test_a_complete_head_has_no_empty_field() -> None:
    assert None not in msgspec.structs.astuple(complete())


def test_the_columns_stand_in_the_order_of_the_table() -> None:
    columns = dict(zip((column.name for column in declarations.columns), row_of(complete()), strict=True))
    named = {name: getattr(complete(), name) for name in columns if name != "kept"}
    assert {name: columns[name] for name in named} == named


@given(st.one_of(st.text(max_size=20), st.from_regex(r"(B[0-9]{17}|[0-9]{8}I[0-9]{9})", fullmatch=True)))
def test_every_number_comes_back_and_has_a_claim_of_its_own(number: str) -> None:
    assert number_of(number_key(number)) == number
    assert (claim_of(number) < 0) == isinstance(number_key(number), str)


def test_numbers_that_look_alike_are_claimed_apart() -> None:
    alike = [
        "B20240618000000001",
        "20240618I000000001",
        "B20240618000000002",
        "AB122024I000000001",
        "AB122024I000000002",
    ]
    assert len({claim_of(number) for number in alike}) == len(alike)
