"""Exported heads: signed, read again, and what proves that old months were dropped and not cut out."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from app.errors import NotFound
from app.security.keyring import KeyRing
from app.security.signing import Signer
from app.services.auditing.discrepancies import Discrepancies, Kind
from app.services.auditing.heads import Heads, LaneHead, MonthEnd, signed_line
from app.services.auditing.keeping import append_line, keep_exporting
from app.services.auditing.known_heads import KnownHeads
from app.services.clearance import unit
from app.services.desk import acting
from tests.conftest import FreshDatabase
from tests.services.auditing.conftest import Auditor, a_day_of_work
from tests.services.conftest import Opened, dossier, filed
from tests.services.parcels import parcel

OTHER = Signer(bytes(range(32)))


async def test_heads_say_where_every_lane_stands(tampered: Auditor, owner: asyncpg.Connection) -> None:
    heads = json.loads(await tampered.heads())["heads"]
    rows = await owner.fetch("SELECT lane, epoch, position, head FROM lanes ORDER BY lane")
    assert [
        (each["lane"], each["epoch"], each["position"], bytes.fromhex(each["head"])) for each in heads["lanes"]
    ] == [tuple(row) for row in rows]
    assert [each["name"] for each in heads["lanes"]] == ["test/1/desk", "test/1/intake-0", "command-line"]
    assert all(each["months"][-1][1:] == [each["position"], each["head"]] for each in heads["lanes"])


@pytest.mark.parametrize(
    ("was", "becomes"),
    [('"position":1', '"position":2'), ('"epoch":', '"epoch":1'), ('"instance":"test"', '"instance":"tess"')],
)
async def test_a_changed_byte_of_heads_is_found(tampered: Auditor, was: str, becomes: str) -> None:
    line = await tampered.heads()
    assert was in line
    await tampered.verify(line.replace(was, becomes, 1))
    assert tampered.kinds == {Kind.HEADS_UNSIGNED}


async def test_heads_of_another_key_do_not_count(tampered: Auditor) -> None:
    line = await tampered.heads()
    tampered.signer = OTHER
    await tampered.verify(line)
    assert tampered.kinds == {Kind.HEADS_UNSIGNED}


async def test_without_an_expected_key_the_one_beside_the_signature_is_named(tampered: Auditor) -> None:
    known = KnownHeads([], Discrepancies())
    assert known.add((await tampered.heads()).encode(), "heads")
    assert known.untrusted == {tampered.signer.public_key}


@pytest.mark.parametrize("line", ["", "{", "[]", '{"heads": 1}', "\ud800"])
async def test_a_damaged_line_is_told(tampered: Auditor, line: str) -> None:
    known = KnownHeads([], found := Discrepancies())
    assert known.add(line.encode("utf-8", "surrogatepass"), "heads") is None
    assert set(found.counts) == {Kind.HEADS_UNREADABLE}


def test_a_folder_without_heads_is_said(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent.json"):
        with pytest.raises(NotFound, match="export-heads"):
            KnownHeads([], Discrepancies()).load(path)


async def test_heads_that_are_newer_than_an_export_cannot_contradict_it(
    tampered: Auditor, owner: asyncpg.Connection
) -> None:
    export = await tampered.export()
    await owner.execute("UPDATE lanes SET position = 99 WHERE lane = 2")
    later = await tampered.heads(datetime.now(UTC) + timedelta(seconds=1))
    tampered.verify_export(export, later)
    assert tampered.kinds == set()
    await tampered.verify(later)
    assert tampered.kinds == {Kind.LANE_CUT, Kind.HEAD_NOT_REACHED}


JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
MONTHLY = ("events", "documents", "assessments", "deliveries", "signed_messages")


@pytest.fixture
async def three_months(
    open_services: Opened, registered: FreshDatabase, auditor: Auditor, monkeypatch: pytest.MonkeyPatch
) -> Auditor:
    """Verifies three months of work, of which the last link of January came in a clock's February."""
    services = await open_services(TONGGUAN_LANES_PER_WORKER="1")
    for number, month in enumerate((JANUARY, FEBRUARY, JANUARY, FEBRUARY, MARCH)):
        for module in (unit, acting):
            monkeypatch.setattr(module, "month_of", lambda _, month=month: month)
        if number == 0:
            await a_day_of_work(services)
        await filed(services, *[dossier(parcel(100 + 10 * number + n)) for n in range(3)])
    await auditor.connection.close()
    auditor.connection = await asyncpg.connect(registered.owner_url)
    return auditor


async def test_months_are_walked_in_the_order_of_the_lane(three_months: Auditor) -> None:
    check = await three_months.verify(await three_months.heads())
    assert three_months.found.kept == []
    assert check.links == 33


async def drop(auditor: Auditor, *months: date) -> None:
    """What dropping their partitions does."""
    for table in MONTHLY:
        await auditor.connection.execute(f"DELETE FROM {table} WHERE month = ANY($1)", months)


async def test_dropped_months_are_no_damage_where_heads_were_exported(three_months: Auditor) -> None:
    heads = await three_months.heads()
    await drop(three_months, JANUARY, FEBRUARY)
    check = await three_months.verify(heads, kept_from=MARCH)
    assert three_months.found.kept == []
    assert check.links == 3
    path = await three_months.export()
    three_months.verify_export(path, heads, kept_from=MARCH)
    assert three_months.found.kept == []


async def test_without_heads_or_without_a_word_dropped_months_are_missing(three_months: Auditor) -> None:
    heads = await three_months.heads()
    await drop(three_months, JANUARY, FEBRUARY)
    await three_months.verify(kept_from=MARCH)
    assert three_months.kinds == {Kind.LINKS_MISSING, Kind.LANE_CUT}
    await three_months.verify(heads)
    assert Kind.LINKS_MISSING in three_months.kinds


async def test_a_kept_month_cannot_be_cut_off_up_to_where_it_was_exported(three_months: Auditor) -> None:
    whole = await three_months.heads()
    await drop(three_months, JANUARY, FEBRUARY)
    *_, before, last = await three_months.connection.fetch("SELECT lane, position, chain FROM events ORDER BY position")
    end = MonthEnd(MARCH, before["position"], before["chain"].hex())
    exported = LaneHead(before["lane"], None, 1, end.position, end.head, (end,))
    in_march = signed_line(Heads("test", datetime.now(UTC), (exported,)), three_months.signer)
    await three_months.connection.execute("DELETE FROM events WHERE position < $1", last["position"])
    await three_months.verify(whole, in_march, kept_from=MARCH)
    assert Kind.LINKS_MISSING in three_months.kinds


async def test_more_than_the_dropped_months_is_found(three_months: Auditor) -> None:
    heads = await three_months.heads()
    await drop(three_months, JANUARY, FEBRUARY)
    first = await three_months.connection.fetchrow("SELECT lane, position FROM events ORDER BY position LIMIT 1")
    await three_months.connection.execute("DELETE FROM events WHERE lane = $1 AND position = $2", *first)
    await three_months.verify(heads, await three_months.heads(), kept_from=MARCH)
    assert Kind.LINKS_MISSING in three_months.kinds


def test_a_line_that_a_crash_tore_stays_a_line_alone(tmp_path: Path) -> None:
    file = tmp_path / "heads.jsonl"
    append_line(file, "first")
    with file.open("ab") as torn:
        torn.write(b"sec")
    append_line(file, "third")
    assert file.read_bytes() == b"first\nsec\nthird\n"


async def test_heads_are_exported_on_a_schedule_and_a_failure_does_not_end_it(
    recorded: FreshDatabase, keyring: KeyRing, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "not" / "yet"
    (tmp_path / "not").write_text("a file stands in the way")
    signer = Signer(keyring.signing_key)
    task = asyncio.create_task(keep_exporting(recorded.service_url, "a/b", signer, folder, 0))
    await until(lambda: "could not be exported" in caplog.text)
    (tmp_path / "not").unlink()
    await until(lambda: any(file.read_bytes().count(b"\n") > 1 for file in folder.glob("heads-a_b-20*.jsonl")))
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    known = KnownHeads([signer.public_key], found := Discrepancies())
    known.load(folder)
    assert known.exports > 1
    assert found.kept == []


async def until(met: Callable[[], bool]) -> None:
    """Wait for something that is going to happen."""
    async with asyncio.timeout(30):
        while not met():
            await asyncio.sleep(0.01)
