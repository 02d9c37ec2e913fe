"""Who may read what, and since when."""

import asyncpg
import msgspec
import pytest

from app.domain.identifiers import declaration_id
from app.errors import Unauthenticated
from app.repositories import registers
from app.security.api_keys import new_key
from app.services import callers
from app.services.service import ClearanceServices
from tests import builders
from tests.services.conftest import AT, OFFICER, filed, submission
from tests.services.parcels import parcel


async def test_a_revoked_key_stops_working_in_a_worker_that_knew_it(
    services: ClearanceServices, service_connection: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callers, "CHECKED_EVERY_SECONDS", 0.0)
    key = new_key()
    stored = registers.ApiKey(key.key_id, builders.PLATFORM, "platform", "test", (), AT, None)
    await registers.add_key(service_connection, key.key_hash, stored)
    assert (await services.authenticate(key.key)).party_code == builders.PLATFORM
    async with service_connection.transaction():
        await registers.revoke_key(service_connection, key.key_id, AT)
        await registers.raise_epoch(service_connection)
    with pytest.raises(Unauthenticated):
        await services.authenticate(key.key)


async def test_an_unknown_key_is_nobody(services: ClearanceServices) -> None:
    with pytest.raises(Unauthenticated):
        await services.authenticate("tg_unknown")


async def test_a_declarant_cannot_show_the_order_to_a_merchant_of_its_choice(services: ClearanceServices) -> None:
    documents = parcel(1)
    foreign = msgspec.structs.replace(documents.declaration, merchant_code=builders.LOGISTICS)
    for first, second in ((documents.order, foreign), (foreign, documents.order)):
        await filed(services, submission(first), submission(second))
        key = declaration_id("I", documents.order.platform_code, documents.order.order_no)
        assert (await services.declaration(OFFICER, key)).merchant_code == documents.order.merchant_code
