"""The commands of docs/parties.md do what the page says, in its order."""

import re
import shlex

import asyncpg

from app.services.demo_parties import PARTIES
from tests.cli.conftest import Command, done
from tests.cli.test_audit import chain
from tests.conftest import REPOSITORY

PAGE = (REPOSITORY / "docs" / "parties.md").read_text(encoding="utf-8")


async def test_every_command_of_the_page_runs(tongguan: Command, connection: asyncpg.Connection) -> None:
    commands = re.findall(r"^tongguan (.+)$", PAGE, re.MULTILINE)
    assert len(commands) == 11
    for command in commands:
        await done(tongguan(*shlex.split(command)))
    acts = {payload.act for payload in await chain(connection)}
    assert all(f"`{act}`" in PAGE for act in acts)
    assert acts == {
        "party.register", "key.create", "party.edit", "party.classify", "party.suspend", "party.resume",
        "mandate.grant", "mandate.revoke",
    }  # fmt: skip


def test_the_page_names_every_demo_key() -> None:
    assert all(f"`{party.variable}`" in PAGE for party in PARTIES)
