"""What each change of a parcel's history adds to the sums; without a database."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.domain.decision import Outcome
from app.domain.lifecycle import ACT_NUMBERS, Act, Status
from app.domain.measures import Measure
from app.repositories.evidence import TransitionRow
from app.services.office.statistics.counting import Findings, Seen, counted, revisions_wanted

PARCEL = UUID(int=1)
BEGAN = datetime(2024, 6, 18, 1, tzinfo=UTC)
INSPECTED: Findings = {(PARCEL, 1): [("RSK-06", Outcome.INSPECTION), ("WGT-02", Outcome.HELD)]}
Step = tuple[Act, Status]


def history(*steps: Step, versions: tuple[int, ...] = ()) -> list[TransitionRow]:
    """Changes of one parcel, an hour apart; each assessment is a revision."""
    rows, status, revision = list[TransitionRow](), Status.COLLECTING, 0
    for number, (act, to) in enumerate(steps, 1):
        revision += act is Act.ASSESS
        version = versions[number - 1] if versions else 1
        rows.append(
            TransitionRow(
                PARCEL,
                BEGAN + timedelta(hours=number - 1),
                BEGAN.date().replace(day=1),
                number,
                version,
                revision if act is Act.ASSESS else None,
                status,
                to,
                ACT_NUMBERS[act],
                None,
                None,
            )
        )
        status = to
    return rows


def sums(rows: list[TransitionRow], findings: Findings = INSPECTED) -> Counter[tuple[str, str, str]]:
    """Everything that a history adds, one link a change."""
    found: Counter[tuple[str, str, str]] = Counter()
    for place in range(1, len(rows) + 1):
        one = Seen("2244", "PLATFORM", tuple(rows[:place]), frozenset({place}))
        found.update((Measure(measure).name, name, part) for _, measure, _, name, part in counted(one, findings))
    return found


INSPECTION = (Act.ASSESS, Status.INSPECTION)


@pytest.mark.parametrize(
    ("act", "status", "result"),
    [
        (Act.CONFORM, Status.RELEASED, "conforms"),
        (Act.RELEASE_DESPITE, Status.RELEASED, "despite"),
        (Act.AMEND, Status.REFUSED, "amend"),
        (Act.REFUSE, Status.REFUSED, "refuse"),
        (Act.RETURN, Status.RETURNED, "return"),
        (Act.DETAIN, Status.DETAINED_OTHER, "detain"),
    ],
)
def test_the_result_of_an_inspection_is_that_of_the_rules_that_wanted_it(act: Act, status: Status, result: str) -> None:
    found = sums(history(INSPECTION, (act, status)))
    assert found["HIT", "RSK-06", ""] == 1
    assert found["RESULT", "RSK-06", result] == 1
    assert found["DECIDED", status.word, "officer"] == 1
    assert not [key for key in found if key[0] in ("HIT", "RESULT") and key[1] == "WGT-02"]


def test_an_inspection_that_was_suspended_meanwhile_still_has_a_result() -> None:
    found = sums(
        history(INSPECTION, (Act.SUSPEND, Status.SUSPENDED), (Act.RESUME, Status.HELD), (Act.REFUSE, Status.REFUSED))
    )
    assert found["RESULT", "RSK-06", "refuse"] == 1
    assert found["HIT", "RSK-06", ""] == 1


def test_an_inspection_that_goes_on_is_the_one_that_was_sent() -> None:
    laid_aside = ((Act.SUSPEND, Status.SUSPENDED), (Act.RESUME, Status.INSPECTION))
    found = sums(history(INSPECTION, *laid_aside, (Act.RELEASE_DESPITE, Status.RELEASED)))
    assert {key: amount for key, amount in found.items() if key[0] in ("HIT", "RESULT")} == {
        ("HIT", "RSK-06", ""): 1,
        ("RESULT", "RSK-06", "despite"): 1,
    }


def test_an_inspection_that_goes_on_after_a_detention_is_no_new_one_and_its_result_was_the_detention() -> None:
    detained = ((Act.DETAIN, Status.DETAINED_OTHER), (Act.LIFT_DETENTION, Status.INSPECTION))
    found = sums(history(INSPECTION, *detained, (Act.CONFORM, Status.RELEASED)))
    assert {key: amount for key, amount in found.items() if key[0] in ("HIT", "RESULT")} == {
        ("HIT", "RSK-06", ""): 1,
        ("RESULT", "RSK-06", "detain"): 1,
    }


def test_a_release_that_is_taken_back_is_decided_again_and_by_an_officer() -> None:
    released = (Act.ASSESS, Status.RELEASED)
    found = sums(history(released, (Act.CORRECT, Status.HELD), (Act.REFUSE, Status.REFUSED)))
    assert found["DECIDED", "released", "itself"] == 1
    assert found["DECIDED", "refused", "officer"] == 1
    assert sum(amount for key, amount in found.items() if key[0] == "TIME") == 2
    assert not [key for key in found if key[0] == "RESULT"]


def test_what_was_detained_and_then_returned_is_one_decision() -> None:
    held = (Act.ASSESS, Status.HELD)
    found = sums(history(held, (Act.DETAIN, Status.DETAINED_LEGAL), (Act.RETURN, Status.RETURNED)))
    assert {key: amount for key, amount in found.items() if key[0] == "DECIDED"} == {
        ("DECIDED", "detained_legal", "officer"): 1
    }


def test_a_new_version_begins_anew() -> None:
    refused, released = (Act.ASSESS, Status.REFUSED), (Act.ASSESS, Status.RELEASED)
    found = sums(history(refused, released, versions=(1, 2)))
    assert found["DECIDED", "refused", "itself"] == found["DECIDED", "released", "itself"] == 1
    assert found["ASSESSED", "refused", "first"] == found["ASSESSED", "released", "again"] == 1
    assert found["TIME", "itself", "0"] == 2, "the second runs from its own acceptance"


def test_a_passed_deadline_is_no_officer() -> None:
    steps = ((Act.DECLARE, Status.WAITING), (Act.HOLD, Status.HELD), (Act.ASSESS, Status.RELEASED))
    found = sums(history(*steps))
    assert found["OVERDUE", "PLATFORM", ""] == 1
    assert found["DECIDED", "released", "itself"] == 1


def test_asking_for_papers_is_an_officer_s_act_and_papers_that_do_not_come_are_overdue() -> None:
    held = (Act.ASSESS, Status.HELD)
    asked, late = (Act.REQUEST_DOCUMENTS, Status.HELD), (Act.OVERDUE, Status.HELD)
    found = sums(history(held, asked, late, (Act.RELEASE, Status.RELEASED)))
    assert found["OVERDUE", "PLATFORM", ""] == 1
    assert found["DECIDED", "released", "officer"] == 1


def test_only_assessments_that_did_not_release_are_opened() -> None:
    assert not list(revisions_wanted(Seen("", "", tuple(history((Act.ASSESS, Status.RELEASED))), frozenset({1}))))
    rows = history(INSPECTION, (Act.CONFORM, Status.RELEASED))
    assert list(revisions_wanted(Seen("", "", tuple(rows), frozenset({2})))) == [rows[0]]
