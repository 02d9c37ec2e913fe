"""Everything that the statistics ask of the database, for the record of statements."""

from datetime import UTC, datetime

from app.security.keyring import KeyRing
from app.services.office.backing import Backing
from app.services.office.statistics.figures import Period
from app.services.office.statistics.gathering import start_again
from app.services.office.statistics.statistics import Statistics
from app.services.service import ClearanceServices
from app.settings import Settings
from tests.services.conftest import AT, OFFICER


async def do_everything_of_statistics(services: ClearanceServices, keyring: KeyRing) -> None:
    """Count, show, start again."""
    backing = Backing(services._side, services._means, keyring, Settings.from_environment({}), services._desk)
    statistics, officer = Statistics(backing), OFFICER
    await statistics.gather()
    today = datetime.now(UTC).date()
    await statistics.figures(officer, Period(first_day=today, last_day=today))
    await statistics.districts(officer, AT.date(), AT.date())
    async with services._side.acquire() as connection:
        await start_again(connection)
    await statistics.gather()
