"""Structured logs on standard error: one JSON object a line, without personal data.

What belongs here: the form of a log line and what must never be in it. An error from outside (a driver, a library)
often quotes the values it stumbled over, so of those only the kind and the place are written, never the message.
"""

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog

from app.errors import TongguanError

# A safety net under careful code: identity numbers of 18 places and mobile numbers of 11.
PERSONAL_NUMBER = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|1[3-9]\d{9})(?!\d)")
MASK = "***"
FRAMES = 8

Event = MutableMapping[str, Any]


def configure_logs(level: str) -> None:
    """Send our own events and those of libraries through the same form; call it once in each process."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        describe_exception,
        mask_personal_numbers,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared[:-2], drop_plain_exception, *shared[-2:]],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "alembic", "sqlalchemy", "asyncio"):
        library = logging.getLogger(name)
        library.handlers = []
        library.propagate = True
        library.setLevel(max(logging.getLevelName(level.upper()), logging.WARNING))


def describe_exception(_logger: Any, _method: str, event: Event) -> Event:
    """Replace an exception by its kind, its places in the code and, where we wrote it ourselves, its sentence."""
    given = event.pop("exc_info", None)
    if not given:
        return event
    error = given if isinstance(given, BaseException) else (given[1] if isinstance(given, tuple) else sys.exc_info()[1])
    if error is not None:
        event["error"] = _description(error)
    return event


def drop_plain_exception(_logger: Any, _method: str, event: Event) -> Event:
    """A library's log record carries the exception beside the event; bring it to where ours is."""
    record = event.get("_record")
    if record is not None and record.exc_info:
        event["exc_info"] = record.exc_info
        record.exc_info = None
        record.exc_text = None
    return event


def mask_personal_numbers(_logger: Any, _method: str, event: Event) -> Event:
    """Mask what looks like an identity number or a telephone number, wherever it stands."""
    return {name: value if name.startswith("_") else _masked(value) for name, value in event.items()}


def _masked(value: Any) -> Any:
    match value:
        case str():
            return PERSONAL_NUMBER.sub(MASK, value)
        case dict():
            return {name: _masked(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_masked(inner) for inner in value]
    return value


def _description(error: BaseException) -> dict[str, Any]:
    described: dict[str, Any] = {"kind": type(error).__qualname__, "at": _places(error.__traceback__)}
    if isinstance(error, TongguanError):
        described["sentence"] = str(error)
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str):
        described["sqlstate"] = state
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        described["cause"] = {"kind": type(cause).__qualname__, "at": _places(cause.__traceback__)}
    return described


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-FRAMES:]
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
