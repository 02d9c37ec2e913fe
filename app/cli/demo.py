"""`tongguan demo`: file recorded parcels to the running service and print what it decided."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.demo.demonstration import Outcome
    from app.settings import ApiSettings, Settings

CALLERS = ("platform", "merchant", "payment", "logistics", "declarant", "officer")
PATIENCE_SECONDS = 30
# Where a service listens that was told to listen everywhere.
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - read here, never bound


def demo() -> None:
    """File recorded parcels through both doors; print parcel, outcome, rule, law, tax and milliseconds.

    Every run files them anew: under new numbers and for new buyers.
    """
    import asyncio

    from app.demo.table import console, remarks_on, table_of
    from app.settings import Settings

    outcome = asyncio.run(_demonstrated(Settings.from_environment()))
    screen = console()
    screen.print(table_of(outcome))
    for remark in remarks_on(outcome):
        screen.print(remark, markup=False)


async def _demonstrated(settings: "Settings") -> "Outcome":
    import httpx

    from app.demo.demonstration import demonstrate, has_test_clock
    from app.demo.filing import Door
    from app.errors import CannotStart, Unauthenticated

    keys, base = _keys(settings), _address(settings.api)
    # The service is on this machine: a proxy of the environment is not for it.
    async with httpx.AsyncClient(base_url=base, timeout=PATIENCE_SECONDS, trust_env=False) as client:
        try:
            clock = await has_test_clock(Door(client, keys))
            return await demonstrate(Door(client, keys, clock))
        except httpx.TransportError as problem:
            raise CannotStart(
                f"No service answers at {base}: start it with `make run`, or say by HOST and PORT where it is."
            ) from problem
        except Unauthenticated as problem:
            raise CannotStart(
                f"The service at {base} does not know the keys in {settings.demo_keys_path}: it runs with another "
                "TONGGUAN_HOME, or its demo keys were revoked."
            ) from problem
        except (ValueError, KeyError, httpx.HTTPStatusError) as problem:
            raise CannotStart(f"What answers at {base} is not this service, or it is not well: {problem}.") from problem


def _keys(settings: "Settings") -> dict[str, str]:
    """The key of each demo party."""
    from app.errors import CannotStart
    from app.services.demo_keys import read_demo_keys

    known = read_demo_keys(settings.demo_keys_path)
    keys = {caller: known.get(f"{caller.upper()}_KEY", "") for caller in CALLERS}
    if not all(keys.values()):
        raise CannotStart(
            f"There are no demo keys in {settings.demo_keys_path}. `make run` makes them with its embedded database at "
            "the first start; with a database of yours (DATABASE_URL) only where TONGGUAN_DEMO=1."
        )
    return keys


def _address(api: "ApiSettings") -> str:
    host = EVERYWHERE.get(api.host, api.host)
    return f"http://[{host}]:{api.port}" if ":" in host else f"http://{host}:{api.port}"
