"""The demonstration: every run files the recorded parcels anew and is decided as they were recorded."""

import pytest

from app.demo.demonstration import Outcome, Parcel, demonstrate, has_test_clock, recordings
from app.demo.filing import Door
from app.demo.recording import read_recording
from app.demo.renewal import renewed
from app.demo.table import console, remarks_on, table_of
from app.domain.identity import is_valid_identity_number
from app.errors import Unauthenticated
from tests.builders import ACCEPTED_ON
from tests.conftest import FreshDatabase
from tests.recorded.world import running

Furnished = tuple[FreshDatabase, dict[str, str]]


async def test_a_second_run_files_new_parcels_and_is_decided_as_the_first(
    furnished: Furnished, variables: dict[str, str]
) -> None:
    async with running(variables, *furnished) as world:
        assert await has_test_clock(world.door)
        first, second = await demonstrate(world.door), await demonstrate(world.door)
    assert (first.different, first.left_out, second.different) == ({}, [], {})
    assert first.recordings == len(recordings())
    assert len(first.parcels) == len(second.parcels)
    assert {each.order_no for each in first.parcels}.isdisjoint(each.order_no for each in second.parcels)


async def test_without_the_test_clock_parcels_are_accepted_today(
    furnished: Furnished, variables: dict[str, str]
) -> None:
    async with running(variables | {"TONGGUAN_TEST_CLOCK": "0"}, *furnished) as world:
        clock = await has_test_clock(world.door)
        outcome = await demonstrate(Door(world.door.client, world.door.keys, clock))
    assert not clock
    assert outcome.different == {}
    assert len(outcome.left_out) + outcome.recordings == len(recordings())
    assert any("several days" in remark for remark in remarks_on(outcome))


async def test_unknown_keys_are_said_to_be_unknown(furnished: Furnished, variables: dict[str, str]) -> None:
    async with running(variables, *furnished) as world:
        with pytest.raises(Unauthenticated):
            await has_test_clock(Door(world.door.client, dict.fromkeys(world.door.keys, "tg_unknown")))


async def test_a_service_that_inspects_at_random_is_explained(furnished: Furnished, variables: dict[str, str]) -> None:
    async with running(variables | {"TONGGUAN_INSPECTION_RATE": "1"}, *furnished) as world:
        outcome = await demonstrate(world.door)
    assert outcome.drawn
    told = "\n".join(remarks_on(outcome))
    assert "TONGGUAN_INSPECTION_RATE=0" in told
    assert "Otherwise than recorded" not in told


@pytest.mark.parametrize("text", recordings(), ids=lambda text: read_recording(text).serial)
def test_a_renewed_recording_shares_no_number_and_no_person_with_the_old(text: str) -> None:
    old, new = read_recording(text), renewed(text)
    bodies = "\n".join(step.body or "" for step in new.steps)
    assert old.serial not in bodies
    assert len(new.serial) == len(old.serial)
    for before, after in zip(old.buyers, new.buyers, strict=True):
        assert before.identity not in bodies
        assert before.telephone not in bodies
        assert len(after.telephone) == 11
        right = is_valid_identity_number(before.identity, ACCEPTED_ON)
        assert is_valid_identity_number(after.identity, ACCEPTED_ON) is right


def _parcel(**declaration: object) -> Parcel:
    finding = {"rule_id": "TRI-02", "official_code": "1332", "law": "表3-3"}
    shown = {"status": "refused", "outcome": "refused", "findings": [finding], "tax": {"total_cny": "20.02"}}
    return Parcel("A parcel", "PF-1", "CEB", shown | declaration, 12.4)


def _printed(*parcels: Parcel) -> str:
    screen = console()
    with screen.capture() as captured:
        screen.print(table_of(Outcome(parcels=list(parcels), recordings=1)))
    return captured.get()


def test_the_table_names_rule_code_law_tax_and_time() -> None:
    printed = _printed(_parcel())
    for word in ("A parcel", "CEB", "refused", "TRI-02 (1332)", "表3-3", "20.02", "12"):
        assert word in printed


def test_the_table_tells_what_became_of_a_held_parcel() -> None:
    assert "released (was held)" in _printed(_parcel(status="released", outcome="held"))


def test_the_table_cuts_no_law() -> None:
    law = "海关跨境统一版系统企业对接报文规范" * 8
    printed = _printed(_parcel(findings=[{"rule_id": "TRI-01", "official_code": None, "law": law}]))
    assert "…" not in printed
