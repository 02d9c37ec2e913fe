"""Cursors: what we gave out is taken, anything else is refused and reaches no query."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Malformed
from app.services.cursors import decode_cursor, encode_cursor
from app.services.feed import Place as FeedPlace
from app.services.filings import DeclarationFilter
from app.services.service import ClearanceServices
from tests.services.conftest import PLATFORM

FORGED: tuple[object, ...] = (
    [{1: 2**63}, {}],
    [{2**31: 1}, {}],
    [{-1: 1}, {}],
    [{1: 1}, {1: -1}],
    [{}, {"lane": 1}],
    ["2024-06-18T10:00:00", str(uuid4())],
    [datetime(2024, 6, 18, tzinfo=UTC), "no uuid"],
    ["0001-01-01T00:00:00+14:00", str(uuid4())],
    {},
    b"",
)


@pytest.mark.parametrize("forged", FORGED, ids=range(len(FORGED)))
async def test_a_forged_cursor_is_refused(services: ClearanceServices, forged: object) -> None:
    cursor = encode_cursor(forged)
    with pytest.raises(Malformed) as of_the_feed:
        await services.receipts(PLATFORM, cursor, 10)
    with pytest.raises(Malformed) as of_the_list:
        await services.declarations(PLATFORM, DeclarationFilter(), cursor, 10)
    pointers = [refusal.value.problems[0].pointer for refusal in (of_the_feed, of_the_list)]
    assert pointers == ["/after", "/cursor"], "each names the parameter that it was sent in"


@given(st.text() | st.from_regex(r"[A-Za-z0-9_-]{0,40}", fullmatch=True))
def test_any_text_is_a_cursor_or_refused(text: str) -> None:
    try:
        place = decode_cursor(text, FeedPlace)
    except Malformed:
        return
    assert isinstance(place, FeedPlace)
