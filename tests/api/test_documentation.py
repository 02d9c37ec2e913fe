"""docs/api.md names every code that the door can answer, and no code that it cannot."""

import re

from app.routers.problems import TITLES
from app.schemas.faults import SENTENCES
from tests.conftest import REPOSITORY

TEXT = (REPOSITORY / "docs" / "api.md").read_text("utf-8")
# Answered before there is a request, by the protocol itself.
BELOW_THE_DOOR = re.findall(r'_refuse\(\d+, "[^"]+", "(\w+)"', (REPOSITORY / "app/guarded_http.py").read_text("utf-8"))


def test_every_code_of_a_problem_and_of_a_fault_is_explained() -> None:
    assert BELOW_THE_DOOR
    for code in [*TITLES, *SENTENCES, *BELOW_THE_DOOR]:
        assert f"`{code}`" in TEXT, code


def test_every_code_in_the_tables_exists() -> None:
    rows = re.findall(r"^\| (?:\d{3} \| (.*)|(`\w+`.*?)) \|", TEXT, re.MULTILINE)
    named = {code for first, second in rows for code in re.findall(r"`([a-z_]+)`", first or second.split("|")[0])}
    fields = {"order", "payment", "waybill", "declaration", "tables", "tariff", "tax", "parameters", "facts"}
    assert named - fields <= TITLES.keys() | SENTENCES.keys() | set(BELOW_THE_DOOR)
