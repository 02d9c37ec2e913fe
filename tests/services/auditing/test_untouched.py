"""What nobody touched is in order: from the database, from exports, and while others write."""

import asyncio

import pytest

from app.repositories import auditing as rows
from app.security.keyring import KeyRing
from app.services.auditing import reading
from app.services.auditing.discrepancies import Kind
from tests.conftest import FreshDatabase
from tests.services.auditing.conftest import Auditor, worker
from tests.services.conftest import dossier, filed
from tests.services.parcels import parcel


@pytest.mark.parametrize("page", [1, 3, 500])
async def test_an_untouched_record_is_in_order(auditor: Auditor, page: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PAGE", page)
    check = await auditor.verify(await auditor.heads())
    assert auditor.found.kept == []
    assert check.links == 20
    assert check.lanes == 3
    assert check.rows == 55


@pytest.mark.parametrize("name", ["export.jsonl", "export.jsonl.zst"])
async def test_so_is_its_export(auditor: Auditor, name: str) -> None:
    check = auditor.verify_export(await auditor.export(name), await auditor.heads())
    assert auditor.found.kept == []
    assert (check.links, check.rows) == (20, 55)


async def test_everything_in_the_tables_of_evidence_is_spoken_of(auditor: Auditor) -> None:
    check = await auditor.verify()
    counted = {table: there for table, _, there in await rows.counts(auditor.connection)}
    assert check.links == counted.pop("events")
    assert counted.pop("deliveries") > 0
    assert check.rows == sum(counted.values())


async def test_writing_meanwhile_is_no_damage(auditor: Auditor, recorded: FreshDatabase, keyring: KeyRing) -> None:
    services = await worker(recorded.service_url, keyring, 2)
    heads = await auditor.heads()
    filing = asyncio.create_task(_file_on(services))
    walked = []
    while not filing.done():
        walked.append((await auditor.verify(heads)).links)
        assert auditor.found.kept == []
    await filing
    await services.close()
    assert len(set(walked)) > 1, "nothing was written while it was verified"


async def _file_on(services: object) -> None:
    for number in range(100, 160, 2):
        await filed(services, dossier(parcel(number)), dossier(parcel(number + 1)))  # type: ignore[arg-type]


async def test_one_export_continues_another(auditor: Auditor, recorded: FreshDatabase, keyring: KeyRing) -> None:
    first = await auditor.export("2026-01.jsonl")
    known = auditor.known(await auditor.heads())
    services = await worker(recorded.service_url, keyring)
    await filed(services, *[dossier(parcel(number)) for number in range(100, 110)])
    await services.close()
    second = await auditor.export("2026-02.jsonl", known.latest())
    check = auditor.verify_export(auditor.folder)
    assert auditor.found.kept == []
    assert check.links == 30
    assert check.partly == set()
    first.unlink()
    auditor.verify_export(second)
    assert [(each.kind, each.where) for each in auditor.found.kept] == [(Kind.LINKS_MISSING, "lane 2, links up to 15")]
