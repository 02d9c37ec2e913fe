"""A started service whose record is tampered with behind its back: the check after a fault reports it."""

import asyncio
import random
import shutil
from collections.abc import Iterator

import asyncpg
import pytest

from app.database_url import for_asyncpg
from chaos.checking import Checker
from chaos.filings import Filings
from chaos.findings import Findings, Kind
from chaos.installation import Installation
from chaos.ledger import Ledger
from chaos.run import SETTINGS
from chaos.senders import Senders
from tests.conftest import throwaway_folder

FILINGS = 12
pytestmark = [pytest.mark.slow, pytest.mark.chaos]


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    folder = throwaway_folder()
    folder.chmod(0o711)
    made = Installation(folder / "var", folder / "service.log", workers=1)
    made.settings = dict(SETTINGS)
    made.spawn()
    made.wait_until_ready()
    yield made
    made.clean_up()
    shutil.rmtree(folder, ignore_errors=True)


def tampered(installation: Installation, statement: str) -> None:
    """As the owner of the tables may, past the service."""

    async def execute() -> str:
        connection = await asyncpg.connect(for_asyncpg(installation.urls().owner))
        try:
            return str(await connection.execute(statement))
        finally:
            await connection.close()

    assert asyncio.run(execute()).rsplit(" ", 1)[-1] == "1", "one row"


def first_of(table: str) -> str:
    """A condition that one row meets."""
    return f"ctid = (SELECT min(ctid) FROM {table})"


def test_what_is_done_to_the_record_behind_the_service_s_back_is_reported(installation: Installation) -> None:
    ledger, dice = Ledger(), random.Random(1)
    filings = Filings(1)
    senders = Senders(installation.port, installation.keys()["PLATFORM_KEY"], filings, ledger, dice)
    ledger.unsettled.extend(filings.take() for _ in range(FILINGS))
    assert senders.settle(60) == 0
    checker = Checker(installation, ledger, senders, dice)

    def found() -> Findings:
        return checker.check(whole=True)

    assert found().counts == {}, "nothing is wrong before anything was done"

    tampered(installation, f"UPDATE limit_balances SET used = used + 1 WHERE {first_of('limit_balances')}")
    assert found().counts[Kind.LIMITS]

    repeated = (
        "INSERT INTO events (month, lane, position, clock, declaration_id, sequence, at, payload, chain) "
        "SELECT month, lane, position + 1, clock + 1, declaration_id, sequence, at, payload, chain FROM events "
        "ORDER BY lane DESC, position DESC LIMIT 1"
    )
    tampered(installation, repeated)
    counts = found().counts
    assert counts[Kind.GAPS]
    assert counts[Kind.AUDIT]

    tampered(installation, f"DELETE FROM declarations WHERE {first_of('declarations')}")
    assert found().counts[Kind.LOST]

    tampered(installation, f"UPDATE idempotency_keys SET status = 202 WHERE {first_of('idempotency_keys')}")
    ledger.fresh_keys.extend(ledger.keyed)
    assert found().counts[Kind.REPLAYS]
