"""Every change of a register is a link of the command line's audit chain, written with the change itself."""

import asyncio
import json
import os
import pwd
from datetime import UTC, datetime

import asyncpg

from app.repositories.evidence import EventRow
from app.services.audit import LANE
from app.services.clearance.chain import EventPayload, chained, decode_payload
from app.services.clerk import changing_registers
from app.services.register_parties import PartyEdit, edit
from tests.cli.conftest import Command, creating, done
from tests.conftest import FreshDatabase

PLATFORM, MERCHANT = "3101960P01", "3101960M01"


async def chain(connection: asyncpg.Connection) -> list[EventPayload]:
    """What the chain of the command line says; fails where it is not whole up to the head of its lane."""
    number = await connection.fetchval("SELECT lane FROM lane_names WHERE name = $1", LANE)
    rows = await connection.fetch(
        "SELECT month, lane, position, clock, declaration_id, sequence, at, payload, chain FROM events "
        "WHERE lane = $1 ORDER BY position",
        number,
    )
    head = bytes(32)
    for position, row in enumerate(rows, start=1):
        head = chained(head, EventRow(*row))
        assert row["position"] == position
        assert row["chain"] == head
    stored = await connection.fetchrow("SELECT position, head FROM lanes WHERE lane = $1", number)
    assert (stored["position"], stored["head"]) == (len(rows), head)
    return [decode_payload(row["payload"]) for row in rows]


async def test_every_command_continues_the_chain(tongguan: Command, connection: asyncpg.Connection) -> None:
    key = (await done(tongguan(*creating(name="Somebody")))).stdout.strip()
    await done(tongguan(*creating(party=MERCHANT, role="merchant")))
    await done(tongguan("parties", "edit", PLATFORM, "--name", "New", "--credit-class", "advanced"))
    await done(tongguan("parties", "suspend", PLATFORM, "--reason", "x", "--from", "2024-06-18"))
    await done(tongguan("parties", "resume", PLATFORM, "--from", "2024-06-19"))
    await done(tongguan("parties", "mandate", MERCHANT, PLATFORM, "--document", "all", "--from", "2024-06-18"))
    await done(tongguan("parties", "mandate", MERCHANT, PLATFORM, "--document", "order", "--revoke"))
    await done(tongguan("keys", "revoke", await connection.fetchval("SELECT min(key_id) FROM api_keys")))
    payloads = await chain(connection)
    assert [payload.act for payload in payloads] == [
        "party.register", "key.create", "party.register", "key.create", "party.edit", "party.classify",
        "party.suspend", "party.resume", "mandate.grant", "mandate.revoke", "key.revoke",
    ]  # fmt: skip
    user = pwd.getpwuid(os.getuid()).pw_name
    assert {payload.actor for payload in payloads} == {f"cli:{user}"}
    assert json.loads(payloads[6].note) == {
        "party": PLATFORM, "first_day": "2024-06-18", "last_day": None, "reason": "x",
    }  # fmt: skip
    noted = " ".join(payload.note for payload in payloads)
    assert key not in noted
    assert "Somebody" not in noted, "a key's name may be a person's"


async def test_commands_at_the_same_time_come_one_after_the_other(
    tongguan: Command, connection: asyncpg.Connection, database: FreshDatabase
) -> None:
    await done(tongguan(*creating()))

    async def edit_by(user: int) -> None:
        own = await asyncpg.connect(database.service_url)
        async with changing_registers(own, f"cli:{user}", datetime.now(UTC)) as clerk:
            await edit(clerk, PLATFORM, PartyEdit(name=f"name by {user}"))
        await own.close()

    await asyncio.gather(*(edit_by(user) for user in range(8)))
    actors = [payload.actor for payload in await chain(connection) if payload.act == "party.edit"]
    assert sorted(actors) == [f"cli:{user}" for user in range(8)]
    name = await connection.fetchval("SELECT name FROM parties")
    assert name == f"name by {actors[-1].removeprefix('cli:')}", "the last link is the last change"


async def test_what_cannot_be_audited_is_not_done(
    tongguan: Command, connection: asyncpg.Connection, database: FreshDatabase
) -> None:
    await done(tongguan(*creating()))
    owner = await asyncpg.connect(database.owner_url)
    await owner.execute("REVOKE INSERT ON events FROM tongguan_service")
    await owner.close()
    result = await tongguan("parties", "suspend", PLATFORM, "--reason", "x")
    assert result.exit_code == 1
    assert "nothing was changed" in result.stderr
    assert await connection.fetchval("SELECT count(*) FROM party_standings") == 0
