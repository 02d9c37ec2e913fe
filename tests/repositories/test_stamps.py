"""Stamps are compared as text, so what is stored must give exactly the same text again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.repositories.stamps import packed_stamp, unpacked_stamp

TIME, DIGEST = "20240618093000", "0123456789abcdef"
GUID = "4F8C2D1E-5B7A-4C3D-9E8F-0A1B2C3D4E5F"


@pytest.mark.parametrize(
    ("message_id", "stored_bytes"),
    [
        (GUID, 31),
        (GUID.lower(), 31),
        (GUID[:-1] + "f", 67),  # both cases: kept as it is
        ("00000000-0000-0000-0000-000000000000", 31),
        ("{" + GUID[:34] + "}", 67),
        ("", 31),
        ("编号-1", 39),
    ],
)
def test_a_stamp_comes_back_as_it_was(message_id: str, stored_bytes: int) -> None:
    stamp = TIME + message_id + DIGEST
    packed = packed_stamp(stamp)
    assert packed is not None
    assert unpacked_stamp(packed) == stamp
    assert len(packed) == stored_bytes


def test_a_time_that_is_none_is_kept_as_text() -> None:
    stamp = "-0240618093000" + GUID + DIGEST
    assert unpacked_stamp(packed_stamp(stamp)) == stamp


def test_no_stamp_stays_none() -> None:
    assert packed_stamp(None) is None
    assert unpacked_stamp(None) is None


@given(st.one_of(st.text(max_size=80), st.text("0123456789abcdefABCDEF-", min_size=66, max_size=66)))
def test_whatever_it_holds_it_comes_back(stamp: str) -> None:
    assert unpacked_stamp(packed_stamp(stamp)) == stamp


@given(st.integers(0, 10**14 - 1), st.uuids(), st.integers(0, 2**64 - 1), st.booleans())
def test_every_guid_comes_back(time: int, guid: object, digest: int, upper: bool) -> None:
    text = str(guid).upper() if upper else str(guid)
    stamp = f"{time:014}{text}{digest:016x}"
    assert unpacked_stamp(packed_stamp(stamp)) == stamp
