"""Attachments: what they are by their bytes, how many, who sees them."""

import asyncio
import hashlib

import asyncpg
import msgspec
import pytest

from app.domain.case_entries import PaperKind
from app.errors import Conflict, Forbidden, NotFound
from app.security.keyring import KeyRing
from app.services.office.case_file.files import CaseFiles
from app.services.office.case_file.papers import AttachmentRefused, Paper, file_name, tidy_name
from app.services.office.case_file.sniffing import DOCX, XLSX, media_type_of
from app.services.service import ClearanceServices
from tests.office.case_files import EXAMINER, LATER, PDF, PNG, an_archive, an_officer, case_files_of, held
from tests.services.conftest import DECLARANT, LOGISTICS, PLATFORM, dossier, filed
from tests.services.parcels import parcel


@pytest.fixture
def case_files(services: ClearanceServices, keyring: KeyRing) -> CaseFiles:
    limits = {"TONGGUAN_ATTACHMENT_LIMIT_BYTES": "1024", "TONGGUAN_ATTACHMENTS_PER_DECLARATION": "2"}
    return case_files_of(services, keyring, **limits)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PDF, "application/pdf"),
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0rest", "image/jpeg"),
        (b"II*\x00rest", "image/tiff"),
        (an_archive("[Content_Types].xml", "xl/workbook.xml"), XLSX),
        (an_archive("[Content_Types].xml", "word/document.xml"), DOCX),
        (an_archive("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), None),
        (an_archive("[Content_Types].xml", "word/document.xml", "word/embeddings/oleObject1.bin"), None),
        (an_archive("[Content_Types].xml", "xl/workbook.xml", "../../etc/passwd"), None),
        (an_archive("anything"), None),
        (b"PK\x03\x04 no archive", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"<html><script>alert(1)</script></html>", None),
        (b"MZ\x90\x00", None),
        (PDF + b"/JavaScript (app.alert(1))", None),
        (PNG[:16] + b"\xff\xff\xff\xff\xff\xff\xff\xff" + PNG[24:], None),
        (b"\xff\xd8", None),
        (b"", None),
    ],
)
def test_a_paper_is_what_its_bytes_say(content: bytes, media_type: str | None) -> None:
    assert media_type_of(content) == media_type


def test_names_lose_folders_and_marks() -> None:
    assert tidy_name("C:\\secret\\发票 1.pdf") == "发票 1.pdf"
    assert tidy_name('../a"b\r\n;c.png') == "abc.png"
    assert tidy_name("..") == "paper"


async def test_a_paper_is_kept_sealed_and_given_back_as_it_was(
    services: ClearanceServices, case_files: CaseFiles, service_connection: asyncpg.Connection
) -> None:
    key = await held(services)
    paper = Paper(PDF, "李明的发票", PaperKind.INVOICE)
    attachment, new = await case_files.attach(EXAMINER, key, paper, LATER)
    assert new
    assert attachment.sha256 == hashlib.sha256(PDF).hexdigest()
    stored = await service_connection.fetchval("SELECT row::text FROM attachments AS row")
    assert PDF.hex() not in stored
    assert "李明".encode().hex() not in stored
    again, content = await case_files.opened(EXAMINER, key, attachment.attachment_id, LATER)
    assert content == PDF
    assert file_name(again) == "李明的发票.pdf"
    page = await case_files.page(EXAMINER, key)
    assert [each.name for each in page.attachments] == ["李明的发票"]
    opened = [moment for moment in page.timeline if moment.what == "opened"]
    assert [moment.about for moment in opened] == [attachment.attachment_id]


async def test_the_same_paper_twice_is_one(services: ClearanceServices, case_files: CaseFiles) -> None:
    key = await held(services)
    first, _ = await case_files.attach(EXAMINER, key, Paper(PDF, "a.pdf"), LATER)
    second, new = await case_files.attach(DECLARANT, key, Paper(PDF, "b.pdf"), LATER)
    assert (second.attachment_id, new) == (first.attachment_id, False)
    other, new = await case_files.attach(EXAMINER, key, Paper(PDF, "a.pdf", PaperKind.CONTRACT), LATER)
    assert new
    assert other.attachment_id != first.attachment_id


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "empty"), (PDF + b" " * 1024, "too_large"), (b"hello", "type_not_taken")]
)
async def test_what_is_not_taken_is_named(
    services: ClearanceServices, case_files: CaseFiles, content: bytes, code: str
) -> None:
    with pytest.raises(AttachmentRefused) as refused:
        await case_files.attach(EXAMINER, await held(services), Paper(content, "x"), LATER)
    assert refused.value.problems[0].code == code


async def test_a_declaration_takes_so_many_and_no_more(services: ClearanceServices, case_files: CaseFiles) -> None:
    key = await held(services)
    for number in range(2):
        await case_files.attach(EXAMINER, key, Paper(PDF + bytes([number]), "x"), LATER)
    with pytest.raises(AttachmentRefused) as refused:
        await case_files.attach(EXAMINER, key, Paper(PDF, "x"), LATER)
    assert refused.value.problems[0].code == "too_many"


async def test_one_party_does_not_fill_a_declaration_up_for_the_others(
    services: ClearanceServices, keyring: KeyRing
) -> None:
    files, key = case_files_of(services, keyring, TONGGUAN_ATTACHMENTS_PER_PARTY="2"), await held(services)
    for number in range(2):
        await files.attach(DECLARANT, key, Paper(PDF + bytes([number]), "x"), LATER)
    with pytest.raises(AttachmentRefused) as refused:
        await files.attach(DECLARANT, key, Paper(PDF, "x"), LATER)
    assert refused.value.problems[0].code == "too_many_of_yours"
    _, new = await files.attach(DECLARANT, key, Paper(PDF + bytes([0]), "x"), LATER)
    assert not new, "the same paper again is answered as before"
    for number in range(3):
        await files.attach(EXAMINER, key, Paper(PDF + bytes([7, number]), "x"), LATER)
    await files.attach(PLATFORM, key, Paper(PDF, "x"), LATER)


async def test_a_party_attaches_to_its_own_parcels_and_sees_only_its_own_papers(
    services: ClearanceServices, case_files: CaseFiles
) -> None:
    key = await held(services)
    await case_files.attach(EXAMINER, key, Paper(PNG, "officer"), LATER)
    mine, _ = await case_files.attach(DECLARANT, key, Paper(PDF, "mine"), LATER)
    assert [each.attachment_id for each in await case_files.attachments(DECLARANT, key)] == [mine.attachment_id]
    assert await case_files.attachments(LOGISTICS, key) == ()
    assert len(await case_files.attachments(EXAMINER, key)) == 2
    with pytest.raises(Forbidden):
        await case_files.opened(DECLARANT, key, mine.attachment_id, LATER)


async def test_strangers_and_roles_without_cases_are_refused(
    services: ClearanceServices, case_files: CaseFiles
) -> None:
    key = await held(services)
    stranger = msgspec.structs.replace(DECLARANT, party_code="OTHER")
    with pytest.raises(NotFound):
        await case_files.attach(stranger, key, Paper(PDF, "x"), LATER)
    kept, _ = await case_files.attach(EXAMINER, key, Paper(PDF, "x"), LATER)
    for caller in (an_officer("auditor"), an_officer("analyst")):
        with pytest.raises(Forbidden):
            await case_files.opened(caller, key, kept.attachment_id, LATER)
        with pytest.raises(Forbidden):
            await case_files.attach(caller, key, Paper(PDF, "x"), LATER)
    with pytest.raises(NotFound):
        await case_files.opened(an_officer(districts=("53",)), key, kept.attachment_id, LATER)


async def test_what_is_released_takes_no_papers_of_parties(services: ClearanceServices, case_files: CaseFiles) -> None:
    (answer,) = await filed(services, dossier(parcel(2)))
    assert answer.declaration
    key = answer.declaration.declaration_id
    with pytest.raises(Conflict):
        await case_files.attach(DECLARANT, key, Paper(PDF, "x"), LATER)
    assert (await case_files.attach(EXAMINER, key, Paper(PDF, "x"), LATER))[1]


async def test_papers_and_notes_at_the_same_time_are_all_kept_once(
    services: ClearanceServices, case_files: CaseFiles
) -> None:
    key = await held(services)
    work = [case_files.attach(EXAMINER, key, Paper(PDF, "x"), LATER) for _ in range(4)]
    notes = [case_files.note(EXAMINER, key, f"note {number}", LATER) for number in range(4)]
    done, _ = await asyncio.gather(asyncio.gather(*work), asyncio.gather(*notes))
    assert sum(each[1] for each in done) == 1
    assert len((await case_files.page(EXAMINER, key)).notes) == 4
