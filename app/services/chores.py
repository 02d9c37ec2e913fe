"""Chores: work that is done for ever beside what is asked for. Each is a task of its own, so none waits for another.

What belongs here: going on, whatever a round of work meets. What does not: the work.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from app.services.database_errors import Unanswered

log = logging.getLogger(__name__)
Found = TypeVar("Found")


def begun(
    name: str,
    work: Callable[[], Awaitable[object]],
    every_seconds: float,
    *,
    breath_seconds: float | None = None,
    at_once: bool = True,
) -> asyncio.Task[None]:
    """A task that does this chore until it is cancelled; see `keep_doing`."""
    chore = keep_doing(name, work, every_seconds, breath_seconds=breath_seconds, at_once=at_once)
    return asyncio.create_task(chore, name=name)


async def keep_doing(
    name: str,
    work: Callable[[], Awaitable[object]],
    every_seconds: float,
    *,
    breath_seconds: float | None = None,
    at_once: bool = True,
) -> None:
    """For ever a round of work, then a pause. A round that fails ends nothing: the next one tries again.

    Where there is a breath, it is all the pause after a round that found something to do. A database that is away is
    told once for each time that it goes.
    """
    away = False
    if not at_once:
        await asyncio.sleep(every_seconds)
    while True:
        pause = every_seconds
        try:
            found = await work()
            pause = breath_seconds if found and breath_seconds is not None else every_seconds
            away = False
        except Unanswered:
            if not away:
                log.warning("a chore waits for the database", extra={"chore": name})
            away = True
        except Exception:
            log.exception("a chore failed", extra={"chore": name})
        await asyncio.sleep(pause)


async def each_in_turn(works: Mapping[str, Callable[[], Awaitable[Found]]]) -> dict[str, Found]:
    """What each of several chores of a round found: one that fails, be it for ever, starves none behind it.

    A failure is told here, and its chore is left out of what is answered. Unanswered after all had their turn, where
    the database did not answer one of them: that is told by `keep_doing`.
    """
    found: dict[str, Found] = {}
    unanswered: Unanswered | None = None
    for name, work in works.items():
        try:
            found[name] = await work()
        except Unanswered as failure:
            unanswered = failure
        except Exception:
            log.exception("a chore failed", extra={"chore": name})
    if unanswered is not None:
        raise unanswered
    return found
