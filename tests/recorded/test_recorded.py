"""The recorded scenarios: what was filed through the doors, and what had to come of it (README.md)."""

import pytest

from app.services.explaining import replay_all
from app.services.service import ClearanceServices
from tests.recorded.conftest import Played, recording_files
from tests.recorded.differences import differences

NAMES = list(recording_files())


@pytest.mark.parametrize("name", NAMES)
async def test_a_recording_is_answered_as_it_prescribes(name: str, played: Played) -> None:
    assert not played.differences[name], "\n".join(played.differences[name])


@pytest.mark.parametrize("name", NAMES)
async def test_the_feeds_hold_what_a_recording_prescribes(name: str, played: Played) -> None:
    recording = played.recordings[name]
    found = []
    for entries in recording.feed:
        for reader in entries.readers:
            receipts = (await played.feed(recording, reader)).get(entries.number, [])
            found += differences(entries.receipts, receipts, f"{reader}/{entries.number}")
    assert not found, "\n".join(found)


async def test_everything_stored_replays_to_equal_bytes(played: Played) -> None:
    for world in played.worlds.values():
        services: ClearanceServices = world.app.state.services
        means = services._means
        book = means.registry.current.book
        async with services._pool.acquire() as connection:
            pages = [page async for page in replay_all(connection, means.envelope, means.readers, book)]
        assert sum(len(page) for page in pages) > 0
        assert [each.row for page in pages for each in page if not each.result.equal] == []
