"""The dated values of officers' work, and the queue that follows from an act."""

from datetime import date

import pytest

from app.domain.lifecycle import Act, Status
from app.domain.queues import Queue, queue_of
from app.rules.officers_work import MOST_ALONE, officers_work, work_parameters


def test_a_case_weighs_ten_and_five_for_each_further_item() -> None:
    work = officers_work(date(2026, 11, 22))
    assert [work.weight(items) for items in (0, 1, 2, 5)] == [10, 10, 15, 30]


def test_every_open_queue_has_its_minutes_on_every_day() -> None:
    for day in (date(2010, 1, 1), date(2026, 11, 22)):
        assert all(officers_work(day).minutes(queue) > 0 for queue in Queue if queue)


def test_one_officer_decides_no_more_at_once_than_the_database_lets_him() -> None:
    assert officers_work(date(2026, 11, 22)).bulk_alone <= MOST_ALONE


def test_every_value_says_where_it_comes_from() -> None:
    for parameter in work_parameters().values():
        assert parameter.unit
        assert all("operational" in dated.law for dated in parameter.values), parameter.path


@pytest.mark.parametrize(
    ("status", "act", "watched", "queue"),
    [
        (Status.HELD, Act.ASSESS, False, Queue.REVIEW),
        (Status.HELD, Act.ASSESS, True, Queue.AMENDED),
        (Status.INSPECTION, Act.ASSESS, True, Queue.AMENDED),
        (Status.HELD, Act.HOLD, False, Queue.OVERDUE),
        (Status.HELD, Act.REQUEST_DOCUMENTS, True, Queue.AWAITING),
        (Status.HELD, Act.DOCUMENTS_ARRIVED, False, Queue.REVIEW),
        (Status.HELD, Act.OVERDUE, False, Queue.OVERDUE),
        (Status.HELD, Act.CORRECT, False, Queue.REVIEW),
        (Status.CONCLUDED, Act.CONCLUDE, False, Queue.REVIEW),
        (Status.SUSPENDED, Act.SUSPEND, False, Queue.SUSPENDED),
        (Status.RELEASED, Act.RELEASE, True, Queue.CLOSED),
        (Status.DETAINED_LEGAL, Act.DETAIN, False, Queue.CLOSED),
    ],
)
def test_the_queue_follows_from_status_and_act(status: Status, act: Act, watched: bool, queue: Queue) -> None:
    assert queue_of(status, act, watched=watched) is queue
