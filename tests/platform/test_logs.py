"""Logs: one JSON object a line, and nothing personal in it, however it got there."""

import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from app.errors import Conflict
from app.logs import configure_logs

IDENTITY = "11010519491231002X"
TELEPHONE = "13800138000"


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is written to standard error while logs are configured; the root logger is put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    configure_logs("info")
    yield written
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def only_line(written: io.StringIO) -> dict[str, object]:
    (line,) = written.getvalue().splitlines()
    read: dict[str, object] = json.loads(line)
    return read


def test_a_line_is_a_json_object_with_time_and_level(lines: io.StringIO) -> None:
    structlog.get_logger("tests").info("unit stored", rows=64)
    line = only_line(lines)
    assert (line["event"], line["rows"], line["level"], line["logger"]) == ("unit stored", 64, "info", "tests")
    assert str(line["timestamp"]).endswith("Z")


def test_numbers_of_persons_are_masked_wherever_they_stand(lines: io.StringIO) -> None:
    structlog.get_logger("tests").info(f"buyer {IDENTITY}", tel=TELEPHONE, nested={"a": [IDENTITY.lower()]})
    text = lines.getvalue()
    assert IDENTITY not in text
    assert IDENTITY.lower() not in text
    assert TELEPHONE not in text


def test_long_order_numbers_are_not_mistaken_for_persons(lines: io.StringIO) -> None:
    structlog.get_logger("tests").info("filed", order_no="1234567890123456789012")
    assert only_line(lines)["order_no"] == "1234567890123456789012"


def test_a_foreign_error_gives_its_kind_and_place_but_not_its_message(lines: io.StringIO) -> None:
    try:
        raise ValueError("invalid buyer name 张三")
    except ValueError:
        structlog.get_logger("tests").exception("assessment crashed")
    error = only_line(lines)["error"]
    assert isinstance(error, dict)
    assert error["kind"] == "ValueError"
    assert "test_a_foreign_error" in error["at"][-1]
    assert "张三" not in lines.getvalue()


def test_our_own_error_gives_its_sentence(lines: io.StringIO) -> None:
    try:
        raise Conflict("The declaration is released already.")
    except Conflict:
        structlog.get_logger("tests").exception("refused")
    error = only_line(lines)["error"]
    assert isinstance(error, dict)
    assert error["sentence"] == "The declaration is released already."


def test_a_library_s_record_takes_the_same_form(lines: io.StringIO) -> None:
    try:
        raise RuntimeError("payer 李四")
    except RuntimeError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    line = only_line(lines)
    assert line["event"] == "Exception in ASGI application"
    assert "RuntimeError" in str(line["error"])
    assert "李四" not in lines.getvalue()
