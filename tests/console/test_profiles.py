"""The pages of risk profiles: written row by row without script, rehearsed, approved by another, seen to hit."""

from datetime import UTC, datetime, timedelta

import pytest

from app.console.profiles.editing import Draft, Row, RowGroup, changed, draft_of, raw_of
from app.domain.period import shanghai_day
from app.rules.profiles.checking import checked
from app.services.office.office import Office
from tests import builders
from tests.console.conftest import Browser, SignedIn
from tests.office.profiles import ANALYST, CHIEF, CHOCOLATE, force, in_force, sent
from tests.services.conftest import AT

TODAY = shanghai_day(datetime.now(UTC))
FORM = {
    "name_zh": "低价奶粉",
    "name_en": "Cheap milk powder",
    "explanation": "Prices were too low in November.",
    "first_day": str(TODAY),
    "last_day": "",
    "districts": "22",
    "action": "inspect",
    "rate": "25",
    "g0.kind": "item",
    "g0.r0.field": "goods_name",
    "g0.r0.comparison": "contains",
    "g0.r0.values": "奶粉\n成人 奶粉",
    "g0.r1.field": "item_price",
    "g0.r1.comparison": "below",
    "g0.r1.values": "50",
}


async def test_a_profile_is_written_rehearsed_and_approved_by_another_person(
    office: Office, sign_in_as: SignedIn
) -> None:
    analyst = await sign_in_as("A1", "analyst")
    assert "There is no risk profile yet." in (await analyst.get("/console/profiles")).text
    page = await analyst.get("/console/profiles/new")
    assert page.status_code == 200, page.text
    assert 'name="districts" type="text" value="22"' in page.text
    more = await analyst.post("/console/profiles/new", FORM | {"do": "add_row:0"})
    assert 'name="g0.r2.field"' in more.text
    assert 'value="低价奶粉"' in more.text
    saved = await analyst.post("/console/profiles/new", FORM | {"do": "save"})
    assert saved.status_code == 303, saved.text
    address = saved.headers["location"]
    assert address == "/console/profiles/PRF-0001/versions/1"
    shown = await analyst.get(address)
    assert "unit price (CNY) is below 50" in shown.text
    assert "Not rehearsed yet." in shown.text
    assert (await analyst.post(f"{address}/rehearse", {"sample": "10"})).status_code == 303
    while await office.profiles.rehearsals.work() or await office.profiles.follower.work():
        pass
    assert "Further cases a day" in (await analyst.get(address)).text
    assert (await analyst.post(f"{address}/shadow")).status_code == 303
    assert (await analyst.post(f"{address}/propose", {"note": "needed"})).status_code == 303
    assert "somebody else has to approve it" in (await analyst.get(address)).text
    assert (await analyst.post(f"{address}/approve", {"note": "mine"})).status_code == 403
    chief = await sign_in_as("S1", "supervisor")
    await chief.get(address)
    assert (await chief.post(f"{address}/approve", {"note": "agreed"})).status_code == 303
    assert "In force" in (await chief.get("/console/profiles")).text
    whole = await chief.get("/console/profiles/PRF-0001")
    assert "agreed" in whole.text
    assert "No hit in 30 days." in whole.text
    await is_retired_by_two(chief, await sign_in_as("S2", "supervisor"), address)


async def is_retired_by_two(chief: Browser, other: Browser, address: str) -> None:
    """A version in force ends when somebody else approves that it does."""
    assert "until another officer has approved" in (await chief.get(address)).text
    ended = await chief.post(f"{address}/retire", {"note": "over"})
    assert "another officer has to approve" in (await chief.get(ended.headers["location"])).text.lower()
    assert "rejected, it stays in force" in (await other.get(address)).text
    assert (await other.post(f"{address}/approve", {"note": "agreed"})).status_code == 303
    assert ">Retired<" in (await other.get(address)).text


async def test_faults_stand_beside_their_rows_and_nothing_is_stored(sign_in_as: SignedIn) -> None:
    analyst = await sign_in_as("A1", "analyst")
    await analyst.get("/console/profiles/new")
    wrong = FORM | {"name_zh": " ", "g0.r1.comparison": "contains", "rate": "x", "do": "save"}
    page = await analyst.post("/console/profiles/new", wrong)
    assert page.status_code == 422
    assert "does not fit the field" in page.text
    assert page.text.count('class="error"') == 3
    assert "must be a percentage above 0, up to 100" in page.text, "the form asks for percent"
    assert "ppm" not in page.text
    assert "There is no risk profile yet." in (await analyst.get("/console/profiles")).text


async def test_an_edit_shows_what_differs_and_never_the_people_of_a_list(sign_in_as: SignedIn) -> None:
    analyst = await sign_in_as("A1", "analyst")
    await analyst.get("/console/profiles/new")
    listed = {name: text for name, text in FORM.items() if not name.startswith("g0.")} | {
        "g0.kind": "any",
        "g0.r0.field": "buyer_list",
        "g0.r0.comparison": "one_of",
        "g0.r0.values": builders.IDENTITY,
    }
    saved = await analyst.post("/console/profiles/new", listed | {"do": "save"})
    form = await analyst.get(saved.headers["location"] + "/edit")
    assert form.status_code == 200
    assert builders.IDENTITY not in form.text
    assert "#" in form.text
    kept = form.text.partition('name="g0.r0.values"')[2].partition(">")[2].partition("<")[0]
    second = await analyst.post(
        saved.headers["location"] + "/edit", listed | {"g0.r0.values": kept, "action": "hold", "do": "save"}
    )
    page = await analyst.get(second.headers["location"])
    assert "Difference to version 1" in page.text
    assert "<del>Inspect</del>" in page.text
    assert page.text.count("<del>") == 1


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("address", ["/console/profiles", "/console/profiles/new"])
async def test_the_pages_are_in_both_languages(sign_in_as: SignedIn, address: str, language: str) -> None:
    analyst = await sign_in_as("A1", "analyst")
    page = await analyst.get(f"{address}?lang={language}")
    assert page.status_code == 200
    assert ("风险布控" in page.text) is (language == "zh")


@pytest.mark.parametrize(("duty", "list_status", "form_status"), [("supervisor", 200, 403), ("examiner", 403, 403)])
async def test_who_may_not_write_sees_no_editor(
    sign_in_as: SignedIn, duty: str, list_status: int, form_status: int
) -> None:
    officer = await sign_in_as("X1", duty)
    assert (await officer.get("/console/profiles")).status_code == list_status
    assert (await officer.get("/console/profiles/new")).status_code == form_status


def test_rows_are_added_and_taken_away_by_buttons() -> None:
    draft = Draft({}, [RowGroup(rows=[Row("platform"), Row("port")])])
    assert [row.field for row in changed(draft, "remove_row:0:0").groups[0].rows] == ["port"]
    assert len(changed(draft, "add_row:0").groups[0].rows) == 2
    assert len(changed(draft, "add_group").groups) == 2
    assert len(changed(draft, "remove_group:1").groups) == 1
    for nonsense in ("", "add_row:9", "remove_row:x", "remove_group", "format"):
        changed(draft, nonsense)


def test_what_the_form_shows_says_the_same_when_it_is_sent_again() -> None:
    raw = {
        "name_zh": "甲",
        "name_en": "A",
        "explanation": "x",
        "first_day": str(TODAY),
        "last_day": str(TODAY + timedelta(days=3)),
        "districts": ["22", "4604"],
        "action": "hold",
        "rate_ppm": 12_500,
        "condition": {
            "kind": "all",
            "of": [
                {
                    "kind": "any",
                    "of": [{"kind": "compare", "field": "hs_code", "comparison": "one_of", "values": ["1", "2"]}],
                },
                {
                    "kind": "none",
                    "of": [{"kind": "compare", "field": "goods_name", "comparison": "contains", "values": ["a, b"]}],
                },
            ],
        },
    }
    profile, faults = checked(raw)
    assert faults == ()
    assert profile is not None
    draft = draft_of(profile)
    assert draft is not None
    again, _ = checked(raw_of(draft))
    assert again == profile
    deeper, _ = checked(raw | {"condition": {"kind": "any", "of": [raw["condition"]]}})
    assert deeper is not None
    assert draft_of(deeper) is None


def test_a_profile_with_more_groups_than_the_form_has_is_not_shown_in_part() -> None:
    known = {name: FORM[name] for name in ("name_zh", "name_en", "explanation", "first_day", "action")}
    group = {"kind": "none", "of": [{"kind": "compare", "field": "port", "comparison": "one_of", "values": ["2244"]}]}
    for groups, shown in ((20, True), (21, False)):
        profile, _ = checked(known | {"condition": {"kind": "all", "of": [group] * groups}})
        assert profile is not None
        assert (draft_of(profile) is not None) is shown


async def test_a_step_back_is_proposed_on_the_page_and_approved_by_another(
    office: Office, sign_in_as: SignedIn
) -> None:
    pool, profiles = office.backing.pool, office.profiles.life
    profile_id, _ = await in_force(profiles, pool, sent())
    await profiles.edit(ANALYST, profile_id, 1, sent(action="inspect"), AT)
    await force(profiles, pool, profile_id, 2)
    analyst = await sign_in_as("A1", "analyst", districts=("*",))
    page = await analyst.get(f"/console/profiles/{profile_id}")
    assert "Propose the step back" in page.text
    proposed = await analyst.post(f"/console/profiles/{profile_id}/step-back", {"note": "too many"})
    assert proposed.headers["location"] == f"/console/profiles/{profile_id}/versions/1"
    assert "Propose the step back" not in (await analyst.get(f"/console/profiles/{profile_id}")).text
    chief = await sign_in_as("S1", "supervisor", districts=("*",))
    assert "waits for approval" in (await chief.get(proposed.headers["location"])).text
    approved = await chief.post(f"{proposed.headers['location']}/approve", {"note": "agreed"})
    assert approved.status_code == 303
    assert (await office.profiles.reading.one(CHIEF, profile_id)).version(1).row.current


async def test_a_version_that_the_page_cannot_show_whole_is_not_edited_there(
    office: Office, sign_in_as: SignedIn
) -> None:
    deep = {"kind": "any", "of": [{"kind": "all", "of": [CHOCOLATE]}]}
    profile_id, _ = await office.profiles.life.create(ANALYST, sent(deep), AT)
    analyst = await sign_in_as("A1", "analyst", districts=("*",))
    version = f"/console/profiles/{profile_id}/versions/1"
    assert f'href="{version}/edit"' not in (await analyst.get(version)).text
    page = await analyst.get(f"{version}/edit")
    assert page.status_code == 409
    assert "edit it over /v1/profiles" in page.text
    assert f'href="{version}">Back</a>' in page.text
