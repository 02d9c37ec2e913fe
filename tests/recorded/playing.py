"""Playing a recording: its requests are sent as they stand, and every difference to what is prescribed is noted."""

import re
from typing import Any

import httpx

from app.demo.recording import Expected, Recording, Step
from tests.recorded.differences import differences, receipts_in
from tests.recorded.world import World

_ID = re.compile(r"\{id of ([^}]+)\}")
_PAGE = 500


async def play(recording: Recording, world: World) -> tuple[list[str], list[bytes]]:
    """Send everything; what differs, and the receipt messages that were answered."""
    found: list[str] = []
    messages: list[bytes] = []
    for number, step in enumerate(recording.steps, 1):
        for turn in range(1, step.times + 1):
            answer = await send(step, world, turn)
            if answer.headers.get("content-type") == "application/xml":
                messages.append(answer.content)
            found += [f"step {number} ({step.about}): {each}" for each in compared(step.answer, answer)]
    return found, messages


async def send(step: Step, world: World, turn: int = 1) -> httpx.Response:
    """One request as it stands in the recording."""
    headers = {"authorization": f"Bearer {world.keys[step.caller]}"} | step.headers
    if step.clock is not None:
        headers["tongguan-clock"] = step.clock
    body = step.body_of(turn)
    if body is not None:
        headers.setdefault("content-type", "application/xml" if step.is_xml else "application/json")
    address = await _with_ids(step.address, world)
    return await world.client.request(step.method, address, content=body, headers=headers)


def compared(expected: Expected, answer: httpx.Response) -> list[str]:
    """What differs between an answer and its prescribed part."""
    if answer.status_code != expected.http:
        return [f"expected HTTP {expected.http}, got {answer.status_code}: {answer.text[:2000]}"]
    found = differences(expected.headers, {name: answer.headers.get(name, "") for name in expected.headers})
    if expected.body is not None:
        found += differences(expected.body, answer.json())
    if expected.receipts is not None:
        root, receipts = receipts_in(answer.content)
        found += differences(expected.root, root, "root") + differences(expected.receipts, receipts)
    return found


async def entries_of(world: World, caller: str) -> list[dict[str, str]]:
    """Everything in a caller's feed, page by page."""
    headers = {"authorization": f"Bearer {world.keys[caller]}"}
    entries: list[dict[str, str]] = []
    after = ""
    while True:
        answer = await world.client.get(f"/v1/ceb/receipts?limit={_PAGE}&after={after}", headers=headers)
        page: list[dict[str, str]] = answer.json()
        if not page:
            return entries
        entries += page
        after = page[-1]["cursor"]


async def _with_ids(address: str, world: World) -> str:
    """`{id of NUMBER}` replaced by the id of that order's declaration, as an officer reads it."""
    named = _ID.search(address)
    if named is None:
        return address
    headers = {"authorization": f"Bearer {world.keys['officer']}"}
    answer = await world.client.get("/v1/declarations", params={"order_no": named[1]}, headers=headers)
    body: dict[str, Any] = answer.json()
    return address.replace(named[0], body["declarations"][0]["declaration_id"])
