"""The tree of our errors; it knows no HTTP. Each says in one sentence what happened and what to do next.

What belongs here: errors that leave a layer. What does not: status codes (`app.routers.problems`) and findings, which
are results of a decision and not errors.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a request: where (a JSON pointer, or the path of an XML element), its stable code, what to do."""

    pointer: str
    code: str
    zh: str
    en: str


class TongguanError(Exception):
    """Something went wrong that we can name; `code` is stable and may be relied upon by callers.

    `problems` are the single faults, all of them at once, where there are several. `zh` is the message in Chinese,
    where callers may read it.
    """

    code = "error"

    def __init__(self, message: str, *, zh: str = "", problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(message)
        self.zh = zh
        self.problems = problems


class NotFound(TongguanError):
    """What was asked for does not exist, or the caller may not know that it does."""

    code = "not_found"


class Conflict(TongguanError):
    """The request contradicts what is already stored."""

    code = "conflict"


class Forbidden(TongguanError):
    """The caller is known and may not do this."""

    code = "forbidden"


class Unauthenticated(TongguanError):
    """The caller is not known."""

    code = "unauthenticated"


class Malformed(TongguanError):
    """The request cannot be read; nothing of it was stored."""

    code = "malformed"


class ReferenceRefused(Malformed):
    """A file of reference data cannot be imported; `faults` are one sentence each, the message holds them all.

    `places` are the same faults as row, column, and what is wrong with what to do.
    """

    code = "reference_refused"

    def __init__(
        self, message: str, faults: tuple[str, ...] = (), places: tuple[tuple[int, str, str], ...] = ()
    ) -> None:
        super().__init__(message)
        self.faults = faults
        self.places = places


class Unavailable(TongguanError):
    """The service cannot do this now; the same request may succeed later."""

    code = "unavailable"

    def __init__(self, message: str, *, retry_after_seconds: int = 1) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class CannotStart(TongguanError):
    """The service must not start like this; the message says what to change."""

    code = "cannot_start"


class SettingRefused(CannotStart):
    """A setting has a value that cannot be used; the message names the variable."""

    code = "setting_refused"


class KeyRingRefused(CannotStart):
    """The key-ring file is missing, readable by others, or damaged."""

    code = "key_ring_refused"


class DatabaseRefused(CannotStart):
    """The embedded PostgreSQL could not be prepared or started."""

    code = "database_refused"


class RuleBookRefused(CannotStart):
    """The rules, their dated values or a rule pack cannot be used as they are; the message names the place."""

    code = "rule_book_refused"
