"""Playing a recording: its requests are sent as they stand, and every difference to what is prescribed is noted."""

from app.demo.comparing import compared
from app.demo.filing import send
from app.demo.recording import Recording
from tests.recorded.world import World

_PAGE = 500


async def play(recording: Recording, world: World) -> tuple[list[str], list[bytes]]:
    """Send everything; what differs, and the messages that were answered."""
    found: list[str] = []
    messages: list[bytes] = []
    for number, step in enumerate(recording.steps, 1):
        for turn in range(1, step.times + 1):
            answer = (await send(step, world.door, turn)).answer
            if answer.headers.get("content-type") == "application/xml":
                messages.append(answer.content)
            found += [f"step {number} ({step.about}): {each}" for each in compared(step.answer, answer)]
    return found, messages


async def entries_of(world: World, caller: str) -> list[dict[str, str]]:
    """Everything in a caller's feed, page by page."""
    headers = {"authorization": f"Bearer {world.door.keys[caller]}"}
    entries: list[dict[str, str]] = []
    after = ""
    while True:
        address = f"/v1/ceb/receipts?limit={_PAGE}&after={after}"
        page: list[dict[str, str]] = (await world.door.client.get(address, headers=headers)).json()
        if not page:
            return entries
        entries += page
        after = page[-1]["cursor"]
