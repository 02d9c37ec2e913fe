"""Who is on duty: seen lately, and willing to take cases."""

from datetime import datetime

import msgspec

from app.domain.duties import PERMISSIONS, Permission
from app.repositories.bulk import Connection
from app.repositories.together import Statement, together

_COLUMNS = "officer, name, districts, works, takes, seen_at"
_WORKING = [duty.value for duty, allowed in PERMISSIONS.items() if Permission.WORK_CASES in allowed]
# The register of officers counts where it knows one; an officer with a key alone is as seen last.
_KNOWN = (
    "SELECT COALESCE(o.officer_code, d.officer), COALESCE(o.name, d.name), COALESCE(o.districts, d.districts), "
    "CASE WHEN o.officer_code IS NULL THEN d.works ELSE o.state = 2 AND o.duties && $1::text[] END, "
    "COALESCE(d.takes, false), COALESCE(d.seen_at, o.created_at) "
    "FROM on_duty AS d FULL JOIN officers AS o ON o.officer_code = d.officer"
)


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
    row = await connection.fetchrow(f"{_KNOWN} WHERE COALESCE(o.officer_code, d.officer) = $2", _WORKING, officer)
    return None if row is None else DutyRow(*row)


async def known(connection: Connection) -> list[DutyRow]:
    """Every officer there is, by code."""
    (rows,) = await together(connection, [known_wanted()])
    return [DutyRow(*row) for row in rows]


def known_wanted() -> Statement:
    """Every officer there is."""
    return Statement(f"{_KNOWN} ORDER BY 1", (_WORKING,))


async def on_duty(connection: Connection, since: datetime) -> list[DutyRow]:
    """Who takes cases now: the switch is on, the roles allow it, seen since."""
    rows = await connection.fetch(f"{_KNOWN} WHERE d.takes AND d.seen_at >= $2 ORDER BY 1", _WORKING, since)
    return [row for each in rows if (row := DutyRow(*each)).works]
