"""Hostile addresses, parameters and headers: a clear 4xx each, nothing stored."""

import pytest

from tests.api import bodies
from tests.hostile.conftest import JSON, Service

pytestmark = pytest.mark.usefixtures("untouched")

DECLARATION = "/v1/declarations/0f1e2d3c-4b5a-8978-8695-a4b3c2d1e0f9"
ADDRESSES = {
    "no id": ("/v1/declarations/none", 404),
    "an id with braces": ("/v1/declarations/{0f1e2d3c-4b5a-8978-8695-a4b3c2d1e0f9}", 404),
    "an id of NUL": ("/v1/declarations/%00", 404),
    "an endless id": ("/v1/declarations/" + "a" * 60_000, 404),
    "dots": ("/v1/declarations/../../etc/passwd", 404),
    "escaped dots": ("/v1/declarations/%2e%2e%2f%2e%2e", 404),
    "no UTF-8": ("/v1/declarations/%ff%fe", 404),
    "explanation of nothing": (DECLARATION + "/explanation", 404),
    "limit of nothing": ("/v1/declarations?limit=", 422),
    "limit 0": ("/v1/declarations?limit=0", 422),
    "negative limit": ("/v1/declarations?limit=-1", 422),
    "endless limit": ("/v1/declarations?limit=" + "9" * 5000, 422),
    "limit in Arabic digits": ("/v1/declarations?limit=%D9%A3", 422),
    "unknown parameter": ("/v1/declarations?order=1", 422),
    "parameter twice": ("/v1/declarations?limit=1&limit=2", 422),
    "unknown status": ("/v1/declarations?status=lost", 422),
    "impossible day": ("/v1/declarations?accepted_from=2024-02-30", 422),
    "garbage cursor": ("/v1/declarations?cursor=%00%ff", 422),
    "cursor of other bytes": ("/v1/declarations?cursor=3wAAAAE", 422),
    "garbage receipts cursor": ("/v1/ceb/receipts?after=!!!!", 422),
    "receipts cursor of other bytes": ("/v1/ceb/receipts?after=3f____8", 422),
    "receipts limit": ("/v1/ceb/receipts?limit=501", 422),
    "NUL in a filter": ("/v1/declarations?order_no=%00", 422),
    "surrogate in a filter": ("/v1/declarations?order_no=%ED%A0%80", 422),
}


@pytest.mark.parametrize("name", ADDRESSES)
async def test_a_hostile_address_is_refused(name: str, service: Service) -> None:
    address, status = ADDRESSES[name]
    answer = await service.get(address)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "BREW"])
async def test_an_unknown_method_is_a_405(method: str, service: Service) -> None:
    key = {"authorization": f"Bearer {service.world.door.keys['platform']}"}
    answer = await service.world.door.client.request(method, "/v1/declarations", headers=key)
    assert answer.status_code == 405


HEADERS: dict[str, tuple[dict[str, str | bytes], int]] = {
    "clock that is no instant": ({"tongguan-clock": "now"}, 422),
    "clock without zone": ({"tongguan-clock": "2024-06-18T10:00:00"}, 422),
    "clock beyond time": ({"tongguan-clock": "9999-12-31T23:59:59-14:00"}, 422),
    "endless clock": ({"tongguan-clock": "2" * 50_000}, 422),
    "empty idempotency key": ({"idempotency-key": ""}, 422),
    "endless idempotency key": ({"idempotency-key": "k" * 256}, 422),
    "idempotency key of other letters": ({"idempotency-key": b"\xe9"}, 422),
    "compressed": ({"content-encoding": "gzip"}, 415),
    "no key": ({"authorization": ""}, 401),
    "another scheme": ({"authorization": "Basic YTpi"}, 401),
    "endless key": ({"authorization": "Bearer " + "k" * 50_000}, 401),
    "key of other letters": ({"authorization": b"Bearer \xe9"}, 401),
    "unknown key": ({"authorization": "Bearer tg_unknown"}, 401),
}


@pytest.mark.parametrize("name", HEADERS)
async def test_a_hostile_header_is_refused(name: str, service: Service) -> None:
    headers, status = HEADERS[name]
    tree = bodies.a_dossier_tree()
    answer = await service.post("/v1/declarations", bodies.encoded(tree), JSON | headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_hostile_languages_are_passed_over(service: Service) -> None:
    for language in ("", ",;q=", "q" * 10_000, "zh;q=9999999999999999999999", b"\xe9", "en;q=nan,zh;q=inf"):
        answer = await service.get("/v1/declarations", {"accept-language": language})
        assert answer.status_code == 200
