"""Entries: sealed, on record in the audit chain, never changed."""

from datetime import UTC, datetime

import asyncpg
import pytest

from app.errors import Conflict, Forbidden, Malformed, NotFound
from app.security.envelope import Envelope
from app.security.keyring import KeyRing
from app.services.auditing.discrepancies import Discrepancies, Kind
from app.services.auditing.known_heads import KnownHeads
from app.services.auditing.reading import one_moment
from app.services.auditing.verifying import verify_database
from app.services.office.case_file.files import CaseFiles
from app.services.office.case_file.papers import Paper
from app.services.service import ClearanceServices
from tests.builders import an_identity_number
from tests.conftest import FreshDatabase
from tests.office.case_files import EXAMINER, LATER, PDF, an_officer, case_files_of, held
from tests.services.conftest import PLATFORM


@pytest.fixture
def case_files(services: ClearanceServices, keyring: KeyRing) -> CaseFiles:
    return case_files_of(services, keyring)


async def discrepancies(url: str, keyring: KeyRing) -> set[Kind]:
    connection = await asyncpg.connect(url)
    try:
        async with one_moment(connection):
            found = Discrepancies()
            envelope = Envelope(keyring.master_keys, keyring.current)
            check = await verify_database(connection, KnownHeads([], found), found, envelope=envelope)
            assert check.links > 0
    finally:
        await connection.close()
    return set(found.counts)


async def test_a_note_stands_in_the_timeline_and_nowhere_in_the_clear(
    services: ClearanceServices, case_files: CaseFiles, service_connection: asyncpg.Connection
) -> None:
    key = await held(services)
    await case_files.note(EXAMINER, key, "  电话核实李明  ", LATER)
    page = await case_files.page(EXAMINER, key)
    (note,) = page.notes
    assert (note.text, note.at, note.actor) == ("电话核实李明", LATER, "officer:OFFICER1:key_OFFICER1")
    stored = await service_connection.fetchval("SELECT row::text FROM case_entries AS row")
    assert "李明".encode().hex() not in stored


async def test_a_case_is_found_by_the_words_of_its_notes(
    services: ClearanceServices, case_files: CaseFiles, service_connection: asyncpg.Connection
) -> None:
    key = await held(services)
    await case_files.note(EXAMINER, key, "外包装破损", LATER)
    wanted = services._means.tags.wanted("破损")
    found = await service_connection.fetchval("SELECT declaration_id FROM cases WHERE tags @> $1::bigint[]", wanted)
    assert found == key


async def test_a_note_of_the_assignee_breaks_the_silence(
    services: ClearanceServices, case_files: CaseFiles, owner_connection: asyncpg.Connection
) -> None:
    key = await held(services)
    await owner_connection.execute("UPDATE cases SET assignee = 'OFFICER1', touched_at = NULL")
    await case_files.note(an_officer(code="OFFICER2"), key, "not mine", LATER)
    assert await owner_connection.fetchval("SELECT touched_at FROM cases") is None
    await case_files.note(EXAMINER, key, "mine", LATER)
    assert await owner_connection.fetchval("SELECT touched_at FROM cases") == LATER


async def test_a_note_holds_no_identity_number(services: ClearanceServices, case_files: CaseFiles) -> None:
    key = await held(services)
    with pytest.raises(Malformed, match="identity number"):
        await case_files.note(EXAMINER, key, f"买家 {an_identity_number()} 本人", LATER)


async def test_only_who_works_on_cases_writes_notes(services: ClearanceServices, case_files: CaseFiles) -> None:
    key = await held(services)
    for caller in (an_officer("auditor"), an_officer("analyst"), an_officer("administrator"), PLATFORM):
        with pytest.raises(Forbidden):
            await case_files.note(caller, key, "x", LATER)
    with pytest.raises(NotFound):
        await case_files.note(an_officer(districts=("53",)), key, "x", LATER)


@pytest.mark.parametrize("text", ["", "  \n", "x" * 4001])
async def test_a_note_says_something_and_not_too_much(
    services: ClearanceServices, case_files: CaseFiles, text: str
) -> None:
    with pytest.raises(Malformed) as refused:
        await case_files.note(EXAMINER, await held(services), text, LATER)
    assert refused.value.problems[0].pointer == "/text"


async def test_the_audit_finds_a_changed_a_missing_and_an_added_entry(
    services: ClearanceServices,
    case_files: CaseFiles,
    registered: FreshDatabase,
    keyring: KeyRing,
    owner_connection: asyncpg.Connection,
) -> None:
    key = await held(services)
    await case_files.note(EXAMINER, key, "first", LATER)
    await case_files.note(EXAMINER, key, "second", LATER)
    assert await discrepancies(registered.service_url, keyring) == set()
    await owner_connection.execute("UPDATE case_entries SET actor = 'officer:OTHER:key'")
    assert await discrepancies(registered.service_url, keyring) == {Kind.EVIDENCE_CHANGED}
    await owner_connection.execute("DELETE FROM case_entries")
    assert await discrepancies(registered.service_url, keyring) == {Kind.EVIDENCE_MISSING}
    await owner_connection.execute(
        "INSERT INTO case_entries SELECT declaration_id, gen_random_uuid(), now(), 1, 1, 'x', declaration_id, '\\x00' "
        "FROM declarations, generate_series(1, 3)"
    )
    assert await discrepancies(registered.service_url, keyring) == {Kind.EVIDENCE_MISSING, Kind.EVIDENCE_ADDED}


async def test_the_audit_finds_a_changed_attachment_by_its_sealed_body(
    services: ClearanceServices,
    case_files: CaseFiles,
    registered: FreshDatabase,
    keyring: KeyRing,
    owner_connection: asyncpg.Connection,
) -> None:
    await case_files.attach(EXAMINER, await held(services), Paper(PDF, "发票.pdf"), LATER)
    assert await discrepancies(registered.service_url, keyring) == set()
    await owner_connection.execute("UPDATE attachments SET body = body || '\\x00'::bytea")
    assert await discrepancies(registered.service_url, keyring) == {Kind.EVIDENCE_CHANGED}


async def test_what_was_shredded_takes_its_entries_with_it(
    services: ClearanceServices, case_files: CaseFiles, owner_connection: asyncpg.Connection
) -> None:
    key = await held(services)
    await case_files.note(EXAMINER, key, "secret words", LATER)
    await owner_connection.execute("DELETE FROM data_keys WHERE subject_id = $1", key)
    page = await case_files.page(EXAMINER, key)
    assert page.erased
    assert [moment.text for moment in page.timeline if moment.what == "note"] == [None]
    assert page.comparison.lines == ()
    with pytest.raises(Conflict):
        await case_files.note(EXAMINER, key, "more", datetime.now(UTC))
