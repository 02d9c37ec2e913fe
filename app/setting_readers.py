"""How the text of an environment variable becomes a value; each refusal completes the sentence "NAME ...".

What belongs here: readers that know nothing of a particular setting. They raise `ValueError` with a sentence that says
what to write instead.
"""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from urllib.parse import urlsplit

LOG_LEVELS = ("debug", "info", "warning", "error")
DATABASE_SCHEMES = ("postgresql", "postgres", "postgresql+asyncpg")


def text(value: str) -> str:
    """Any text without control characters."""
    if not value.isprintable():
        raise ValueError("holds a control character: write plain text.")
    return value


def path(value: str) -> Path:
    """A path; relative ones are taken from the folder in which the service was started."""
    if "\0" in value:
        raise ValueError("holds a NUL character: write a plain path.")
    return Path(value).expanduser().absolute()


def flag(value: str) -> bool:
    """0 or 1, also written as words."""
    match value.lower():
        case "1" | "true" | "yes" | "on":
            return True
        case "0" | "false" | "no" | "off":
            return False
    raise ValueError(f"is {value!r}: write 1 for yes or 0 for no.")


def log_level(value: str) -> str:
    """One of the usual levels, in lower case."""
    if value.lower() not in LOG_LEVELS:
        raise ValueError(f"is {value!r}: write one of {', '.join(LOG_LEVELS)}.")
    return value.lower()


def database_url(value: str) -> str:
    """A PostgreSQL address; which drivers read it is the business of `app.database_url`."""
    parts = urlsplit(value)
    if parts.scheme not in DATABASE_SCHEMES:
        raise ValueError("does not begin with postgresql://: write postgresql://USER:PASSWORD@HOST:PORT/DATABASE.")
    if not parts.path.strip("/"):
        raise ValueError("names no database: write postgresql://USER:PASSWORD@HOST:PORT/DATABASE.")
    return value


def web_address(value: str) -> str:
    """An https address; http only to this machine, where nobody listens in."""
    parts = urlsplit(value)
    loopback = parts.hostname in ("127.0.0.1", "::1", "localhost")
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and loopback)):
        raise ValueError(f"is {value!r}: write an address that begins with https://.")
    return value.rstrip("/")


def whole_number(lowest: int, highest: int) -> Callable[[str], int]:
    """A whole number within bounds, both included."""

    def read(value: str) -> int:
        # int() also takes "1_000" and "٣"; an operator who writes those has most likely made a mistake.
        number = int(value) if value.isascii() and value.isdigit() else None
        if number is None or not lowest <= number <= highest:
            raise ValueError(f"is {value!r}: write a whole number from {lowest} to {highest}.")
        return number

    return read


def amount_between(lowest: int, highest: int) -> Callable[[str], Decimal]:
    """A decimal number within bounds, both included."""

    def read(value: str) -> Decimal:
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = Decimal("NaN")
        if not (number.is_finite() and lowest <= number <= highest):
            raise ValueError(f"is {value!r}: write a number from {lowest} to {highest}, for example 0.05.")
        return number

    return read
