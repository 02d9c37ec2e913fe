"""What officers did stands in the chain: verification follows every act, proposal and correction."""

from pathlib import Path

import asyncpg
import pytest

from app.domain.lifecycle import Act, Status
from app.security.keyring import KeyRing
from app.services.desk import Decision
from app.services.service import ClearanceServices
from tests.office.people import EXAMINER, carry_out, held
from tests.services.auditing.conftest import Auditor
from tests.services.conftest import AT


async def _work(services: ClearanceServices) -> None:
    detained, corrected, amended = [await held(services, number) for number in range(3)]
    await carry_out(services, detained, Act.DETAIN, Status.DETAINED_LEGAL)
    for act in (Act.SUSPEND, Act.RESUME, Act.RELEASE):
        await services._desk.act_on_one(EXAMINER, corrected, Decision(act=act, reason="核查"), AT)
    await carry_out(services, corrected, Act.CORRECT)
    await services._desk.act_on_one(EXAMINER, amended, Decision(act=Act.AMEND, reason="改单"), AT)


async def test_the_record_of_officers_verifies(
    services: ClearanceServices, owner_connection: asyncpg.Connection, keyring: KeyRing, tmp_path: Path
) -> None:
    await _work(services)
    auditor = Auditor(owner_connection, keyring, tmp_path)
    check = await auditor.verify(await auditor.heads())
    assert auditor.found.kept == []
    assert check.rows > 0


@pytest.mark.parametrize("change", ["decided_by = 'SOMEBODY'", "decided_with = 7"])
async def test_another_name_in_the_record_is_found(
    services: ClearanceServices, owner_connection: asyncpg.Connection, keyring: KeyRing, tmp_path: Path, change: str
) -> None:
    await _work(services)
    await owner_connection.execute(f"UPDATE transitions SET {change} WHERE decided_by = 'EXAMINER'")
    auditor = Auditor(owner_connection, keyring, tmp_path)
    await auditor.verify()
    assert auditor.found.kept != []
