"""GET /v1/stats: the same figures over the API, for officers of the districts alone."""

from typing import cast

import httpx
import msgspec
import pytest

from app.domain.period import shanghai_day
from app.errors import Unauthenticated
from app.main import create_app
from app.schemas.statistics import period_of
from app.security.keyring import KeyRing
from app.services.contract import Services
from app.services.filings import Caller
from app.services.office.backing import Backing
from app.services.office.office import Office
from app.services.office.statistics.figures import Figures
from app.services.office.statistics.statistics import Statistics
from app.services.service import ClearanceServices
from app.settings import Settings
from tests.services.conftest import AT, OFFICER, PLATFORM, dossier, filed
from tests.services.parcels import parcel

SUPERVISOR = msgspec.structs.replace(OFFICER, duties=("supervisor",))
CALLERS = {"supervisor": SUPERVISOR, "platform": PLATFORM, "nobody": msgspec.structs.replace(OFFICER, duties=())}


class Door:
    """The office as far as the address needs it."""

    def __init__(self, statistics: Statistics) -> None:
        self.statistics = statistics

    async def authenticate(self, key: str) -> Caller:
        """Keys are names here."""
        if key not in CALLERS:
            raise Unauthenticated("unknown")
        return CALLERS[key]


@pytest.mark.parametrize(("key", "status"), [("supervisor", 200), ("platform", 403), ("nobody", 403), ("x", 401)])
async def test_officers_with_the_permission_read_the_figures(
    services: ClearanceServices, keyring: KeyRing, key: str, status: int
) -> None:
    settings = Settings.from_environment({})
    statistics = Statistics(Backing(services._side, services._means, keyring, settings, services._desk))
    await filed(services, dossier(parcel(1)))
    await statistics.gather()
    door = Door(statistics)
    application = create_app(settings, cast(Services, door), cast(Office, door))
    transport = httpx.ASGITransport(application, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
        answer = await client.get(
            "/v1/stats?first_day=2024-06-17&last_day=2024-06-18&step=day", headers={"authorization": f"Bearer {key}"}
        )
        assert answer.status_code == status, answer.text
        if status == 200:
            figures = msgspec.json.decode(answer.content, type=Figures)
            assert [step.decided for step in figures.steps] == [0, 1]
            wrong = await client.get("/v1/stats?step=year", headers={"authorization": f"Bearer {key}"})
            assert wrong.status_code == 422


def test_what_is_left_empty_counts_as_left_out() -> None:
    today = shanghai_day(AT)
    period, problems = period_of(b"first_day=&last_day=2024-06-18&district=&step=week", today)
    assert problems == ()
    assert ((period.last_day - period.first_day).days, period.district, period.weekly) == (29, None, True)
    for wrong in (b"first_day=x", b"district=22", b"step=year", b"other=1"):
        assert period_of(wrong, today)[1]
