"""Verifiable inspection: commitments first, secrets late enough, and a record that can be computed again."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from app.domain.period import shanghai_day
from app.domain.sampling import commitment, disagreements, secret_of_day
from app.errors import Forbidden, NotFound
from app.security.keyring import KeyRing
from app.services.office.sampling import DAYS_AHEAD, Sampling
from app.services.sampling_record import Published, read_list
from app.services.service import ClearanceServices
from tests.conftest import FreshDatabase
from tests.office.officers import ADMINISTRATOR, AUDITOR, an_officer
from tests.office.tabling import tabling_on
from tests.services.conftest import AT, Opened, dossier, filed, submission
from tests.services.parcels import parcel

DAY = shanghai_day(AT)
BEFORE = AT - timedelta(days=3)
LATER = AT + timedelta(days=10)


@pytest.fixture
async def sampling(registered: FreshDatabase, keyring: KeyRing) -> AsyncIterator[Sampling]:
    async with tabling_on(registered.service_url, keyring) as opened:
        yield Sampling(opened.backing)


async def test_commitments_of_the_days_to_come_are_published_once(
    sampling: Sampling, keyring: KeyRing, service_connection: asyncpg.Connection
) -> None:
    await sampling.publish(BEFORE)
    await sampling.publish(BEFORE + timedelta(hours=1))
    days = await sampling.days(date(2024, 1, 1), date(2024, 12, 31))
    assert len(days) == DAYS_AHEAD + 1
    assert days[0].commitment.commitment == commitment(secret_of_day(keyring.sampling_key, days[0].day))
    assert days[0].commitment.in_time
    assert not days[-1].commitment.in_time  # the service began within this day
    assert {each.secret for each in days} == {None}
    assert await service_connection.fetchval("SELECT count(*) FROM events") == 1  # what was published is in the chain
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await service_connection.execute("UPDATE sampling_commitments SET commitment = ''")


async def test_a_secret_is_published_when_nothing_of_its_day_can_be_drawn_any_more(sampling: Sampling) -> None:
    await sampling.publish(BEFORE)
    ends = datetime(DAY.year, DAY.month, DAY.day, 16, tzinfo=UTC)
    await sampling.publish(ends + timedelta(hours=72))  # the deadline for documents passes in this hour
    assert (await sampling.day(DAY)).secret is None
    await sampling.publish(ends + timedelta(hours=73))
    published = await sampling.day(DAY)
    assert published.secret is not None
    assert published.proven
    assert (await sampling.day(DAY + timedelta(days=1))).secret is None


async def test_a_secret_waits_for_a_declaration_that_still_waits(
    sampling: Sampling, services: ClearanceServices, owner_connection: asyncpg.Connection
) -> None:
    documents = parcel(1)
    await filed(services, submission(documents.declaration))
    await sampling.publish(BEFORE)
    await sampling.publish(LATER)
    assert (await sampling.day(DAY)).secret is None
    assert (await sampling.day(DAY - timedelta(days=1))).secret is not None
    await owner_connection.execute("UPDATE declarations SET deadline_at = NULL")
    await sampling.publish(LATER)
    assert (await sampling.day(DAY)).secret is not None


async def test_another_key_is_noticed_and_reveals_nothing(
    sampling: Sampling, registered: FreshDatabase, keyring: KeyRing, caplog: pytest.LogCaptureFixture
) -> None:
    await sampling.publish(BEFORE)
    async with tabling_on(registered.service_url, keyring) as opened:
        other = Sampling(opened.backing)
        other._secret = lambda day: secret_of_day(b"another sampling key of 32 bytes", day)  # type: ignore[method-assign]
        await other.publish(LATER)
        published = await other.day(DAY)
    assert published.fault
    assert published.secret is None
    assert "it was changed" in caplog.text


async def test_a_draw_is_shown_and_computed_again_when_its_secret_is_public(
    sampling: Sampling, open_services: Opened
) -> None:
    services = await open_services(TONGGUAN_INSPECTION_RATE="0.5")
    (answer,) = await filed(services, dossier(parcel(1)))
    assert answer.declaration
    assert answer.declaration.outcome is not None
    key = answer.declaration.declaration_id
    before = await sampling.declaration(AUDITOR, key)
    assert before.disagreements is None
    await sampling.publish(BEFORE)
    await sampling.publish(LATER)
    checked = await sampling.declaration(AUDITOR, key)
    assert checked.drawn.rate_ppm == 500_000
    assert checked.drawn.picked == (answer.declaration.outcome.word == "inspection")
    assert checked.disagreements == ()
    with pytest.raises(Forbidden):
        await sampling.declaration(ADMINISTRATOR, key)
    with pytest.raises(NotFound):
        await sampling.declaration(an_officer("far", "examiner", districts=("51",)), key)
    with pytest.raises(NotFound):
        await sampling.declaration(AUDITOR, UUID(int=1))


async def test_the_list_of_a_day_proves_itself_and_shows_what_was_changed(
    sampling: Sampling, open_services: Opened
) -> None:
    services = await open_services(TONGGUAN_INSPECTION_RATE="0.5")
    await filed(services, *(dossier(parcel(number)) for number in range(1, 21)))
    await sampling.publish(BEFORE)
    await sampling.publish(LATER)
    text = "".join([part async for part in sampling.export(AUDITOR, DAY)])
    told, rows = read_list(text.splitlines())
    drawn = list(rows)
    assert told == Published(str(DAY), told.commitment, told.secret)
    assert len(drawn) == 20
    assert 0 < sum(each.picked for each in drawn) < 20
    secret = bytes.fromhex(told.secret)
    assert commitment(secret) == told.commitment
    assert disagreements(secret, drawn) == []
    forged = text.replace(",yes,", ",no,", 1)
    assert [each.what for each in disagreements(secret, read_list(forged.splitlines())[1])] == ["picked"]


async def test_a_list_that_is_read_slowly_keeps_no_connection(sampling: Sampling, open_services: Opened) -> None:
    await filed(await open_services(), dossier(parcel(1)))
    await sampling.publish(BEFORE)
    await sampling.publish(LATER)
    parts = sampling.export(AUDITOR, DAY)
    assert [len((await anext(parts)).splitlines()) for _ in range(2)] == [4, 1]
    assert sampling._pool.get_idle_size() == sampling._pool.get_size()


async def test_a_day_without_a_commitment_says_so(sampling: Sampling) -> None:
    with pytest.raises(NotFound):
        await sampling.day(DAY)
