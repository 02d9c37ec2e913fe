"""Health, readiness and numbers: open to all, right over several processes, without anything that was sent."""

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.api import bodies
from tests.api.fakes import FakeServices
from tests.conftest import REPOSITORY

SECRETS = ("13800000001", "310104199003070122", "PF20240618000001")


async def test_alive_and_ready_need_no_key(door: httpx.AsyncClient, services: FakeServices) -> None:
    services.failure = RuntimeError("broken")
    assert (await door.get("/healthz", headers={"authorization": ""})).status_code == 200
    assert (await door.get("/readyz", headers={"authorization": ""})).status_code == 503
    services.failure = None
    assert (await door.get("/readyz")).json() == {"ready": True, "missing": []}
    services.missing = ("lane",)
    answer = await door.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "missing": ["lane"]})


def value_of(exposition: str, line: str) -> float:
    found = [each for each in exposition.splitlines() if each.startswith(line)]
    return float(found[0].rsplit(" ", 1)[1]) if found else 0.0


async def test_requests_are_counted_by_address_and_status_and_nothing_that_was_sent(door: httpx.AsyncClient) -> None:
    line = 'tongguan_http_requests_total{method="POST",route="/v1/declarations",status="201"}'
    filings = 'tongguan_filings_total{result="released"}'
    before = (await door.get("/metrics")).text
    await door.post("/v1/declarations", content=bodies.encoded(bodies.a_dossier_tree()))
    await door.get("/v1/declarations/310104199003070122?order_no=PF20240618000001")
    await door.request("BREW", "/v1/13800000001")
    after = (await door.get("/metrics")).text
    assert value_of(after, line) == value_of(before, line) + 1
    assert value_of(after, filings) == value_of(before, filings) + 1
    assert 'route="/v1/declarations/{declaration_id}"' in after
    assert 'method="OTHER",route="(no such address)"' in after
    assert not any(secret in after for secret in SECRETS)


COUNTING = """
import sys
from app.metrics import count_request, exposition
count_request("POST", "/v1/orders", 201, 0.004)
if sys.argv[1] == "read":
    sys.stdout.write(exposition().decode())
"""


@pytest.mark.parametrize("workers", [3])
def test_whoever_is_asked_adds_up_all_workers(workers: int, tmp_path: Path) -> None:
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    told = ""
    for number in range(workers):
        mode = "read" if number == workers - 1 else "count"
        done = subprocess.run(
            [sys.executable, "-c", COUNTING, mode], env=environment, cwd=REPOSITORY, capture_output=True, check=True
        )
        told = done.stdout.decode()
    line = 'tongguan_http_requests_total{method="POST",route="/v1/orders",status="201"}'
    assert value_of(told, line) == workers
    assert value_of(told, 'tongguan_http_request_seconds_count{method="POST",route="/v1/orders"}') == workers
