"""Sending the requests of recordings to a service, as they stand."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx

from app.demo.recording import Step

_ID: Final = re.compile(r"\{id of ([^}]+)\}")


@dataclass(frozen=True, slots=True)
class Door:
    """A service, the keys of everybody who calls it, and whether it lets callers set the instant."""

    client: httpx.AsyncClient
    keys: Mapping[str, str]  # by caller
    clock: bool = True


@dataclass(frozen=True, slots=True)
class Sent:
    """One request that was answered, and how long that took."""

    step: Step
    answer: httpx.Response
    milliseconds: float

    def took(self, order_no: str) -> bool:
        """Whether documents of this order were filed, and taken."""
        return self.step.is_filing and order_no in (self.step.body or "") and self.answer.is_success


async def send(step: Step, door: Door, turn: int = 1) -> Sent:
    """One request of a recording."""
    headers = {"authorization": f"Bearer {door.keys[step.caller]}"} | step.headers
    if step.clock is not None and door.clock:
        headers["tongguan-clock"] = step.clock
    body = step.body_of(turn)
    if body is not None:
        headers.setdefault("content-type", "application/xml" if step.is_xml else "application/json")
    address = await _with_ids(step.address, door)
    began = time.perf_counter()
    answer = await door.client.request(step.method, address, content=body, headers=headers)
    return Sent(step, answer, (time.perf_counter() - began) * 1000)


async def declarations_of(order_no: str, door: Door) -> list[dict[str, Any]]:
    """The declarations of an order, as an officer reads them."""
    headers = {"authorization": f"Bearer {door.keys['officer']}"}
    answer = await door.client.get("/v1/declarations", params={"order_no": order_no}, headers=headers)
    answer.raise_for_status()
    found: list[dict[str, Any]] = answer.json()["declarations"]
    return found


async def _with_ids(address: str, door: Door) -> str:
    """`{id of NUMBER}` replaced by the id of that order's declaration."""
    named = _ID.search(address)
    if named is None:
        return address
    declaration = (await declarations_of(named[1], door))[0]
    return address.replace(named[0], declaration["declaration_id"])
