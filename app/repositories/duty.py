"""Who is on duty: seen lately, and willing to take cases."""

from datetime import datetime

import msgspec

from app.repositories.bulk import Connection

_COLUMNS = "officer, name, districts, works, takes, seen_at"


class DutyRow(msgspec.Struct, frozen=True):
    """One officer, in the order of the columns."""

    officer: str
    name: str
    districts: list[str]
    works: bool
    takes: bool
    seen_at: datetime


async def seen(connection: Connection, row: DutyRow) -> None:
    """An officer was seen; the switch stays as it is."""
    await connection.execute(
        f"INSERT INTO on_duty ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (officer) DO UPDATE SET "
        "name = EXCLUDED.name, districts = EXCLUDED.districts, works = EXCLUDED.works, seen_at = EXCLUDED.seen_at",
        row.officer, row.name, row.districts, row.works, row.takes, row.seen_at,
    )  # fmt: skip


async def switch(connection: Connection, officer: str, *, takes: bool) -> None:
    """Turn an officer's switch."""
    await connection.execute("UPDATE on_duty SET takes = $2 WHERE officer = $1", officer, takes)


async def one(connection: Connection, officer: str) -> DutyRow | None:
    """What is known of one officer."""
    row = await connection.fetchrow(f"SELECT {_COLUMNS} FROM on_duty WHERE officer = $1", officer)
    return None if row is None else DutyRow(*row)


async def known(connection: Connection) -> list[DutyRow]:
    """Every officer who was ever seen, by code."""
    return [DutyRow(*row) for row in await connection.fetch(f"SELECT {_COLUMNS} FROM on_duty ORDER BY officer")]


async def on_duty(connection: Connection, since: datetime) -> list[DutyRow]:
    """Who takes cases now: the switch is on, the roles allow it, seen since."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM on_duty WHERE takes AND works AND seen_at >= $1 ORDER BY officer",
        since,
    )
    return [DutyRow(*row) for row in rows]
