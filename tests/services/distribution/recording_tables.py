"""Every statement of tables, published draws and the audit view: a little of everything of them."""

from datetime import UTC, date, datetime, timedelta

import msgspec

from app.repositories.assessment_samples import sampled
from app.security.keyring import KeyRing
from app.services.office.audit_view import AuditFilter, AuditView
from app.services.office.audit_view_checking import Verifier
from app.services.office.sampling import Sampling
from app.services.service import ClearanceServices
from tests.office.officers import ANALYST, AUDITOR, SUPERVISOR
from tests.office.tabling import AT, DAYS, tabling_on
from tests.services.conftest import dossier, filed
from tests.services.parcels import parcel

_PARTIES = ["party_code,name,roles,credit_class", "NEWPARTY1,新平台,platform,ordinary"]


async def do_everything_of_tables(services: ClearanceServices, service_url: str, keyring: KeyRing) -> None:
    """Upload, rehearse, approve, go back; publish and check draws; look at the audit and verify it."""
    (answer,) = await filed(services, dossier(parcel(77)))
    assert answer.declaration
    key = answer.declaration.declaration_id
    async with tabling_on(service_url, keyring) as office:
        for table, lines in (("customs_district", ["code,name_zh", "2244,测试海关"]), ("parties", _PARTIES)):
            draft = await office.uploaded(table, lines)
            await office.tables.difference_page(ANALYST, draft.draft_id, AT)
            await office.rehearsed(draft.draft_id)
            await office.answers.approve(SUPERVISOR, draft.draft_id, "", AT)
        async with office.backing.pool.acquire() as connection:
            assert await sampled(connection, *DAYS, 1)  # of fewer than there are
        back = await office.tables.step_back(ANALYST, "customs_district", "", AT)
        await office.answers.reject(SUPERVISOR, back.draft_id, "still right", AT)
        await office.tables.drafts(ANALYST, only_open=True)
        sampling = Sampling(office.backing)
        await sampling.publish(AT - timedelta(days=5))
        await sampling.publish(datetime.now(UTC))
        await sampling.declaration(AUDITOR, key)
        assert [part async for part in sampling.export(AUDITOR, date(2024, 6, 16))]  # its secret is public
        view, verifier = AuditView(office.backing), Verifier(_with_address(office.backing, service_url))
        page = await view.page(AUDITOR, AuditFilter(), None, 5)
        await view.link(AUDITOR, page.links[0].lane, page.links[0].position)
        await view.record(AUDITOR, key, datetime.now(UTC))
        await view.heads(AUDITOR)
        await verifier.begin(AUDITOR, datetime.now(UTC))
        await verifier.finish()
        await verifier.last(AUDITOR)


def _with_address(backing, service_url: str):  # type: ignore[no-untyped-def]
    return msgspec.structs.replace(backing, service_url=service_url)
