"""The recorded scenarios: what was filed through the doors, and what had to come of it (README.md)."""

from pathlib import Path

import pytest

from app.demo.comparing import differences
from app.services.explaining import replay_all
from app.services.service import ClearanceServices
from tests.ceb.samples import EDITIONS, violations
from tests.recorded.conftest import Played, recording_files

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
            found += differences(entries.receipts, receipts, path=f"{reader}/{entries.number}")
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


@pytest.mark.parametrize("edition", EDITIONS)
async def test_every_receipt_is_valid_by_the_official_schema(edition: str, played: Played, shared_dir: Path) -> None:
    for recording in played.recordings.values():
        for entries in recording.feed:
            await played.feed(recording, entries.readers[0])
    messages = set(played.messages)
    assert len(messages) > 300
    broken = {message.decode(): found for message in messages if (found := violations(shared_dir, edition, message))}
    assert broken == {}


@pytest.mark.parametrize("edition", EDITIONS)
async def test_every_message_that_is_accepted_is_valid_but_for_signature_and_fixed_values(
    edition: str, played: Played, shared_dir: Path
) -> None:
    # Nobody signs here. A currency other than 142 is a wrong value, and so a finding: DEC-10.
    filed = [step for recording in played.recordings.values() for step in recording.steps if step.is_xml]
    accepted = [step for step in filed if step.answer.http == 200]
    assert len(accepted) > 150
    for step in accepted:
        found = violations(shared_dir, edition, step.body_of(1) or b"")
        assert [each for each in found if "Signature" not in each and "fixed value" not in each] == [], step.about
