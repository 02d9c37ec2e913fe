"""Whatever is wrong with a command is said in one sentence, with exit code 2, and changes nothing."""

import asyncpg
import pytest

from app.repositories import registers
from tests.builders import IDENTITY
from tests.cli.conftest import Command, creating, done, refused
from tests.conftest import FreshDatabase

PLATFORM, MERCHANT, OFFICER = "3101960P01", "3101960M01", "OFFICER7"
SUSPENDING = ["parties", "suspend", PLATFORM, "--reason"]
GRANTING = ["parties", "mandate", MERCHANT, PLATFORM, "--document"]


@pytest.fixture
def database(module_database: FreshDatabase) -> FreshDatabase:
    """One database for all of these tests: none of them changes it."""
    return module_database


@pytest.fixture
async def known(tongguan: Command, connection: asyncpg.Connection) -> None:
    """Some parties to be wrong about."""
    if not await registers.is_known(connection, PLATFORM):
        await done(tongguan(*creating()))
        await done(tongguan(*creating(party=MERCHANT, role="merchant")))
        await done(tongguan(*creating(party=OFFICER, role="officer", district="22")))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (creating(role="officer"), "which customs districts the officer sees: --district 2244"),
        (creating(role="officer", district="224"), "'224' is no customs district"),
        (creating(role="officer", district="二二"), "is no customs district"),
        (creating(district="2244"), "--district says what an officer sees"),
        (creating(role="king"), "'king' is not one of"),
        (creating(party="3101960-P01"), "is no party code: use 1 to 18 letters and digits"),
        (creating(party="1234567890123456789"), "is no party code"),
        (creating(party="平台"), "is no party code"),
        (creating(name="  "), "The name is empty"),
        (creating(name="a\x00b"), "The name is empty, too long or holds control characters"),
        (creating(name="a\udc80"), "The name is empty, too long or holds control characters"),
        (creating(name="x" * 101), "give 1 to 100 characters"),
        (creating(**{"first-day": "yesterday"}), "does not match the formats"),
        (creating(**{"first-day": "9999-12-31"}), "9999-12-31 is out of range"),
        (["keys", "revoke", "key_0"], "No live key has the id key_0; `tongguan keys list`"),
        (["parties", "show", "X1"], "No party has the code X1"),
        (["parties", "edit", "X1", "--name", "x"], "No party has the code X1"),
        (["parties", "edit", PLATFORM], "Nothing to change: give --name, --district or --credit-class"),
        (["parties", "edit", PLATFORM, "--from", "2024-01-01"], "Nothing to change"),
        (["parties", "edit", PLATFORM, "--name", ""], "The name is empty"),
        (["parties", "edit", PLATFORM, "--district", "22"], "'22' is no customs district: give its four digits"),
        (["parties", "edit", PLATFORM, "--credit-class", "good"], "'good' is not one of"),
        (["parties", "suspend", PLATFORM], "Missing option '--reason'"),
        (["parties", "suspend", "X1", "--reason", "x"], "No party has the code X1"),
        ([*SUSPENDING, " "], "The reason is empty"),
        ([*SUSPENDING, "x" * 501], "give 1 to 500 characters"),
        ([*SUSPENDING, f"冒用 {IDENTITY} 申报"], "The reason holds an identity number"),
        ([*SUSPENDING, "x", "--from", "2024-13-01"], "does not match the formats"),
        ([*SUSPENDING, "x", "--from", "1999-12-31"], "1999-12-31 is out of range"),
        (
            [*SUSPENDING, "x", "--from", "2024-06-18", "--until", "2024-06-17"],
            "The last day 2024-06-17 lies before the first day 2024-06-18",
        ),
        (["parties", "resume", PLATFORM], "3101960P01 is not suspended on"),
        (["parties", "mandate", MERCHANT, "X1", "--document", "order"], "No party has the code X1"),
        (["parties", "mandate", MERCHANT, MERCHANT, "--document", "order"], "needs no mandate for its own documents"),
        ([*GRANTING, "receipt"], "'receipt' is not one of"),
        ([*GRANTING, "waybill"], "3101960M01 (merchant) files no waybill: it has no mandate to give"),
        (
            ["parties", "mandate", OFFICER, PLATFORM, "--document", "all"],
            "OFFICER7 (officer) files no order or",
        ),
        (["parties", "mandate", MERCHANT, OFFICER, "--document", "order"], "OFFICER7 is an officer and files nothing"),
        ([*GRANTING, "order", "--from", "2024-02-01", "--until", "2024-01-01"], "lies before the first day"),
        ([*GRANTING, "order", "--revoke"], "has given 3101960P01 no mandate for its order on"),
    ],
)
@pytest.mark.usefixtures("known")
async def test_wrong_input_is_refused_and_changes_nothing(
    tongguan: Command, connection: asyncpg.Connection, arguments: list[str], said: str
) -> None:
    before = await state(connection)
    sentence = await refused(tongguan(*arguments))
    assert said in sentence
    assert len(sentence.splitlines()) == 1, "one sentence, no box"
    assert await state(connection) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing"], "No such command 'nothing'. `"),
        (["keys", "nothing"], "No such command 'nothing'. `"),
        (["keys", "list", "--nothing"], "No such option: --nothing. `"),
        (["keys", "revoke"], "Missing argument 'key_id'. `"),
        (["keys", "list", "x"], "Got unexpected extra argument"),
    ],
)
async def test_what_is_mistyped_is_one_sentence_that_says_where_help_is(
    tongguan: Command, arguments: list[str], said: str
) -> None:
    sentence = await refused(tongguan(*arguments))
    assert sentence.startswith(said)
    assert sentence.endswith("--help` tells more.")
    assert len(sentence.splitlines()) == 1


async def test_a_command_of_several_without_one_prints_help_and_the_version_ends_well(tongguan: Command) -> None:
    helped = await tongguan("keys")
    assert (helped.exit_code, helped.stderr) == (2, "")
    assert "create" in helped.stdout
    assert (await done(tongguan("--version"))).stdout.startswith("tongguan ")


async def state(connection: asyncpg.Connection) -> list[int]:
    """The epoch, and how many rows there are."""
    tables = ("parties", "party_roles", "party_standings", "mandates", "api_keys", "events")
    counts = [await connection.fetchval(f"SELECT count(*) FROM {table}") for table in tables]
    return [await registers.epoch(connection), *counts]
