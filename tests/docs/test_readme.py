"""The README's tour runs as it is printed, against a service that was started as it says."""

import json
import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.embedded.service import REPOSITORY, Service

README = (REPOSITORY / "README.md").read_text()
TOUR = re.findall(r"```sh tour\n(.*?)```", README, re.DOTALL)


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with tempfile.TemporaryDirectory(prefix="tg-") as folder:
        service = Service(Path(folder) / "var", WORKERS="1", INSPECTION_RATE="0")
        service.start()
        yield service
        service.clean_up()


@pytest.fixture(scope="module")
def said(service: Service) -> list[str]:
    """What each block of the tour prints, in one shell, as a reader would run them."""
    script = "set -eu\n" + "\n".join(f"{block}\necho; echo ---" for block in TOUR)
    script = script.replace("127.0.0.1:8000", f"127.0.0.1:{service.port}").replace(
        "var/demo-keys", f"{service.home}/demo-keys"
    )
    ran = subprocess.run(["sh", "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 0, ran.stderr
    return [block.strip() for block in ran.stdout.split("---\n")]


def test_the_clean_dossier_is_released_with_its_tax(said: list[str]) -> None:
    answer = json.loads(said[1])
    assert (answer["status"], answer["tax"]["total_cny"], answer["findings"]) == ("released", "20.02", [])


def test_the_overweight_parcel_is_held_and_says_why(said: list[str]) -> None:
    answer = json.loads(said[2])
    assert answer["status"] == "held"
    assert [finding["rule_id"] for finding in answer["findings"]] == ["WGT-02"]


def test_the_officer_finds_it_reads_every_rule_and_releases_it(said: list[str]) -> None:
    explanation, decision = (json.loads(line) for line in said[3].splitlines())
    assert len(explanation["rules"]) > 50
    assert decision["status"] == "released"


def test_the_official_message_gets_its_receipt(said: list[str]) -> None:
    assert "<returnStatus>120</returnStatus>" in said[4]
    assert "CEB412Message" in said[4]


def test_receipts_are_pulled(said: list[str]) -> None:
    assert {entry["message"] for entry in json.loads(said[5])} == {"CEB622"}


def test_wrong_input_is_answered_with_all_its_faults(said: list[str]) -> None:
    problem = json.loads(said[6])
    assert problem["status"] == 422
    assert {"/amount_cny", "/currency", "/order_no"} <= {error["pointer"] for error in problem["errors"]}


def test_every_link_of_the_readme_leads_somewhere() -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)\)", README)
    assert [link for link in links if not (REPOSITORY / link).exists()] == []
