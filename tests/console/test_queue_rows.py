"""What a row of a queue says of the time its case has."""

import pytest

from app.console.queues.rows import due_of
from app.languages import Language


@pytest.mark.parametrize(
    ("minutes", "tone", "words"),
    [
        (-1, "bad", "late by 1 min"),
        (0, "wait", "due in 0 min"),
        (14, "wait", "due in 14 min"),
        (15, "plain", "due in 15 min"),
        (119, "plain", "due in 119 min"),
        (120, "plain", "due in 2 h"),
        (2879, "plain", "due in 47 h"),
        (2880, "plain", "due in 2 days"),
        (-4321, "bad", "late by 3 days"),
    ],
)
def test_a_badge_says_how_much_time_a_case_has(minutes: int, tone: str, words: str) -> None:
    assert due_of(Language.EN, minutes) == (tone, words)
    assert due_of(Language.ZH, minutes).words.isascii() is False
