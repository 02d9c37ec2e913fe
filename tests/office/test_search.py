"""One box finds declarations by whatever an officer was told, within the districts, and tells what it was taken for."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import asyncpg
import msgspec
import pytest

from app.errors import Forbidden, Malformed
from app.repositories.case_work import add_words
from app.security.keyring import KeyRing
from app.services.office.case_file.files import CaseFiles
from app.services.office.search import MOST, Meaning, SearchResult, meanings_of
from app.services.service import ClearanceServices
from tests.office.queue_ground import ELSEWHERE, EXAMINER, SUPERVISOR, Cases, Desks, acts_of, desks
from tests.services.conftest import dossier, filed
from tests.services.parcels import parcel


@pytest.fixture
def office(services: ClearanceServices, keyring: KeyRing) -> Desks:
    return desks(services, keyring)


@pytest.fixture
def cases(owner_connection: asyncpg.Connection, keyring: KeyRing) -> Cases:
    return Cases(owner_connection, keyring)


def ids(result: SearchResult) -> set[UUID]:
    return {each.declaration_id for each in result.found}


async def test_a_parcel_without_a_case_is_found_by_each_of_its_numbers(
    office: Desks, services: ClearanceServices, owner_connection: asyncpg.Connection
) -> None:
    documents = parcel(1)
    (answer,) = await filed(services, dossier(documents))
    view = answer.declaration
    assert view is not None
    typed = {
        Meaning.ID: str(view.declaration_id),
        Meaning.DECLARATION_NO: view.pre_no or "",
        Meaning.PERSON: documents.order.buyer_id_number.lower(),
        Meaning.TELEPHONE: f"+86 {documents.order.buyer_telephone}",
        Meaning.ORDER_NO: view.order_no,
        Meaning.WAYBILL_NO: view.waybill_no or "",
    }
    for meaning, text in typed.items():
        result = await office.search.find(SUPERVISOR, f"  {text} ")
        assert (result.meaning, ids(result), result.more) == (meaning, {view.declaration_id}, False)
        assert result.found[0].queue == 0
        assert ids(await office.search.find(ELSEWHERE, text)) == set()
    told = await acts_of(owner_connection)
    assert not [note for _, _, note in told if any(text in note for text in typed.values())]
    # Each person twice; and what finds nothing as a waybill's number may be a passport's: then that was looked for.
    assert [name for name, _, _ in told] == ["search.person"] * 5


async def test_the_official_declaration_number_is_recognised(office: Desks, services: ClearanceServices) -> None:
    (answer,) = await filed(services, dossier(parcel(1)))
    assert answer.declaration is not None
    assert answer.declaration.declaration_no is not None
    result = await office.search.find(SUPERVISOR, answer.declaration.declaration_no)
    assert (result.meaning, len(result.found)) == (Meaning.DECLARATION_NO, 1)


@pytest.mark.parametrize(
    ("typed", "meanings"),
    [
        ("13800000000", (Meaning.ORDER_NO, Meaning.WAYBILL_NO, Meaning.TELEPHONE, Meaning.WORDS)),
        ("021-58880000", (Meaning.ORDER_NO, Meaning.WAYBILL_NO, Meaning.TELEPHONE, Meaning.WORDS)),
        ("+86 138 0000 0000", (Meaning.TELEPHONE, Meaning.WORDS)),
        ("11010519491231002X", (Meaning.PERSON,)),
        ("B20240618000000001", (Meaning.DECLARATION_NO, Meaning.ORDER_NO, Meaning.WAYBILL_NO)),
        ("婴儿奶粉", (Meaning.WORDS,)),
        ("E12345678", (Meaning.ORDER_NO, Meaning.WAYBILL_NO, Meaning.PERSON, Meaning.WORDS)),
        ("SF2406180000011", (Meaning.ORDER_NO, Meaning.WAYBILL_NO, Meaning.WORDS)),
    ],
)
def test_what_is_typed_may_mean(typed: str, meanings: tuple[Meaning, ...]) -> None:
    assert meanings_of(typed) == meanings


async def test_words_of_goods_and_notes_are_found_in_open_and_closed_cases(
    office: Desks, cases: Cases, owner_connection: asyncpg.Connection
) -> None:
    key, closed = await cases.add(1, words="婴儿配方奶粉 一段"), await cases.add(2, words="配方奶粉", queue=0)
    other = await cases.add(3)
    result = await office.search.find(EXAMINER, "配方奶粉")
    assert (result.meaning, ids(result)) == (Meaning.WORDS, {key, closed})
    assert ids(await office.search.find(EXAMINER, "奶粉 婴儿")) == {key}
    assert ids(await office.search.find(EXAMINER, "缺少报关单")) == set()
    for _ in range(2):
        await add_words(owner_connection, other, office.tags.words("缺少报关单, 已电话联系"))
    assert ids(await office.search.find(EXAMINER, "缺少报关单")) == {other}
    row = await cases.of(other)
    assert len(row["noted"]) == len(set(row["noted"])) == len(office.tags.words("缺少报关单, 已电话联系"))
    assert set(row["noted"]) <= set(row["tags"])


async def test_more_than_a_page_is_said_to_be_more(office: Desks, cases: Cases) -> None:
    for number in range(MOST + 2):
        await cases.add(number)
    result = await office.search.find(EXAMINER, "面霜")
    assert (len(result.found), result.more) == (MOST, True)


async def test_nothing_too_much_and_strangers_are_refused(office: Desks) -> None:
    for typed in ("", " ", "x" * 101, "a\x00b"):
        with pytest.raises(Malformed):
            await office.search.find(EXAMINER, typed)
    with pytest.raises(Forbidden):
        await office.search.find(SUPERVISOR.__class__(key_id="k", party_code="p", role="platform", name="p"), "x")


async def test_a_note_is_found_by_its_words(
    office: Desks, services: ClearanceServices, owner_connection: asyncpg.Connection
) -> None:
    documents = parcel(1)
    heavy = msgspec.structs.replace(documents.waybill, gross_weight_kg=Decimal("9.9"))
    (answer,) = await filed(services, dossier(msgspec.structs.replace(documents, waybill=heavy)))
    assert answer.declaration is not None
    key = answer.declaration.declaration_id
    await CaseFiles(office.backing).note(SUPERVISOR, key, "外包装破损，已拍照", datetime.now(UTC))
    assert ids(await office.search.find(SUPERVISOR, "包装破损")) == {key}
