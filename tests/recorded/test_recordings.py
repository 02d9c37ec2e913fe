"""What the recordings are as a collection: complete, each with numbers of its own, and readable by anybody."""

import re
from collections.abc import Iterator

import pytest

from app.demo.comparing import differences
from app.demo.recording import Recording, read_recording
from app.errors import Malformed
from app.rules.catalogue import all_rules
from tests.recorded.conftest import recording_files
from tests.recorded.world import HERE, OTHERS

RECORDINGS = {name: read_recording(file.read_text("utf-8")) for name, file in recording_files().items()}
# A declaration finds its waybill, and a payment its order, by what these rules compare (README.md).
CANNOT_BREAK = {"DEC-07", "TRI-04"}
_RULE = re.compile(r"[A-Z]{3}-\d\d")
_NUMBER = re.compile(r"\b(?:PF|SF|ZF|BG)-\w+|buyer-\w+|\w{8}-\d{4}-4000-8000-\d{10}|路\d+号\w+[室仓]")


def _rules_in(recording: Recording) -> Iterator[str]:
    for step in recording.steps:
        for declaration in _declarations(step.answer.body):
            for finding in declaration.get("findings", ()):
                yield finding["rule_id"]


def _declarations(body: object) -> Iterator[dict[str, list[dict[str, str]]]]:
    if isinstance(body, dict):
        if "findings" in body:
            yield body
        for value in body.values():
            yield from _declarations(value)
    elif isinstance(body, list):
        for value in body:
            yield from _declarations(value)


def test_every_rule_that_a_filing_can_break_is_broken_by_one() -> None:
    broken = {rule for recording in RECORDINGS.values() for rule in _rules_in(recording)}
    assert broken == {rule.id for rule in all_rules()} - CANNOT_BREAK


@pytest.mark.parametrize("name", [name for name in RECORDINGS if _RULE.match(name.rpartition("/")[2])])
def test_a_scenario_of_a_rule_is_named_after_a_rule_that_falls_in_it(name: str) -> None:
    named = _RULE.match(name.rpartition("/")[2])
    assert named is not None
    assert named[0] in set(_rules_in(RECORDINGS[name]))


def test_serials_are_unique() -> None:
    serials = [recording.serial for recording in RECORDINGS.values()]
    assert len(set(serials)) == len(serials)
    assert {len(serial) for serial in serials} == {8}


@pytest.mark.parametrize("name", RECORDINGS)
def test_every_number_address_and_guid_holds_the_serial(name: str) -> None:
    recording = RECORDINGS[name]
    bodies = "\n".join(step.body or "" for step in recording.steps)
    assert [number for number in _NUMBER.findall(bodies) if recording.serial not in number] == []


def test_buyers_are_shared_by_no_two_recordings() -> None:
    identities = [buyer.identity for recording in RECORDINGS.values() for buyer in recording.buyers]
    telephones = {buyer.telephone: recording.serial for recording in RECORDINGS.values() for buyer in recording.buyers}
    assert len(set(identities)) == len(identities)
    assert all(telephone.startswith(f"139{serial[3:]}") for telephone, serial in telephones.items())


def test_both_doors_are_well_used() -> None:
    steps = [step for recording in RECORDINGS.values() for step in recording.steps if step.body is not None]
    xml = sum(step.is_xml for step in steps)
    assert xml > 150
    assert len(steps) - xml > 100


def test_every_other_caller_and_folder_stands_in_the_readme() -> None:
    told = (HERE / "README.md").read_text("utf-8")
    for caller, (code, _) in OTHERS.items():
        assert caller in told
        assert code in told
    for name in RECORDINGS:
        assert f"`{name.partition('/')[0]}`" in told


def test_a_misspelt_key_is_refused() -> None:
    with pytest.raises(Malformed, match="anwser"):
        read_recording(
            "title: a\nabout: a\nserial: REC00001\nsteps: [{about: a, request: GET /, caller: platform, anwser: {}}]"
        )


def test_an_answer_is_compared_in_its_prescribed_part_only() -> None:
    assert differences({"a": [1, {"b": "x"}]}, {"a": [1, {"b": "x", "c": 2}], "d": 3}) == []
    assert differences({"a": []}, {"a": [1]}) == ["/a: expected 0 elements, got [1]"]
    assert differences({"a": "1"}, {"a": 1}) == ["/a: expected '1', got 1"]
    assert differences({"a": None}, {}) == ["/a: missing"]
