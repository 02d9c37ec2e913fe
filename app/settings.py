"""All settings of the service, read from the environment once; small frozen groups.

What belongs here: names, defaults, limits and their explanation. What does not: secrets (the key ring) and dated law
(`app/rules/law`). Every setting is described in docs/settings.md; a test compares the two.
"""

import dataclasses
import difflib
import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

from app.errors import SettingRefused
from app.setting_readers import (
    amount_between,
    database_url,
    flag,
    log_level,
    path,
    text,
    web_address,
    whole_number,
)

PREFIX = "TONGGUAN_"
# Set by our own programs or `make test`, and by packs for themselves; not settings of the service. Whole families are
# not let through: TONGGUAN_TEST_CLOK=1 is a misspelt setting too.
NOT_SETTINGS = (
    "TONGGUAN_READY_FD",
    "TONGGUAN_OFFICE_SOCKET",
    "TONGGUAN_REQUIRE_SHARED",
    "TONGGUAN_REQUIRE_PROGRAMS",
    "TONGGUAN_PACK_",
)


def setting(name: str, default: Any, read: Callable[[str], Any], *, bare: bool = False) -> Any:
    """Declare one setting: its variable without the prefix, its default, how its text is read.

    `bare` settings are also accepted without the prefix; the prefixed variable wins.
    """
    factory = default if callable(default) else lambda: default
    return dataclasses.field(default_factory=factory, metadata={"name": name, "read": read, "bare": bare})


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """Where the service lives on this machine, and how it behaves as a whole."""

    home: Path = setting("HOME", lambda: Path("var").absolute(), path)
    instance: str = setting("INSTANCE", socket.gethostname, text)
    workers: int = setting("WORKERS", 2, whole_number(1, 64))
    worker_number: int = setting("WORKER_NUMBER", 0, whole_number(0, 64))
    worker_silence_seconds: int = setting("WORKER_SILENCE_SECONDS", 30, whole_number(2, 3600))
    log_level: str = setting("LOG_LEVEL", "info", log_level)
    demo: bool | None = setting("DEMO", None, flag)
    test_clock: bool = setting("TEST_CLOCK", False, flag)


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """Which PostgreSQL is used; none named means the embedded one."""

    url: str | None = setting("DATABASE_URL", None, database_url, bare=True)
    service_url: str | None = setting("SERVICE_DATABASE_URL", None, database_url)
    pool_size: int = setting("POOL_SIZE", 8, whole_number(2, 100))
    side_pool_size: int = setting("SIDE_POOL_SIZE", 4, whole_number(1, 100))
    statement_timeout_seconds: int = setting("STATEMENT_TIMEOUT_SECONDS", 10, whole_number(1, 600))


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """Where the service listens and how large a request may be."""

    host: str = setting("HOST", "127.0.0.1", text, bare=True)
    port: int = setting("PORT", 8000, whole_number(1, 65535), bare=True)
    single_body_limit_bytes: int = setting("SINGLE_BODY_LIMIT_BYTES", 2 * 1024**2, whole_number(1024, 1024**3))
    batch_body_limit_bytes: int = setting("BATCH_BODY_LIMIT_BYTES", 32 * 1024**2, whole_number(1024, 1024**3))
    json_depth_limit: int = setting("JSON_DEPTH_LIMIT", 32, whole_number(8, 200))
    request_seconds: int = setting("REQUEST_SECONDS", 60, whole_number(1, 3600))
    shutdown_seconds: int = setting("SHUTDOWN_SECONDS", 20, whole_number(1, 600))


@dataclass(frozen=True, slots=True)
class SecuritySettings:
    """Where the secrets lie and what is demanded of senders."""

    keyring: Path | None = setting("KEYRING", None, path)
    require_signature: bool = setting("REQUIRE_SIGNATURE", False, flag)
    heads_export_folder: Path | None = setting("HEADS_EXPORT_FOLDER", None, path)
    heads_export_seconds: int = setting("HEADS_EXPORT_SECONDS", 3600, whole_number(1, 7 * 24 * 3600))


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """What an operator may change of the rules' behaviour without changing a rule."""

    inspection_rate: Decimal | None = setting("INSPECTION_RATE", None, amount_between(0, 1))
    table_held_percent: Decimal = setting("TABLE_HELD_PERCENT", Decimal(3), amount_between(0, 100))


@dataclass(frozen=True, slots=True)
class IntakeSettings:
    """How filings become units of work."""

    lanes_per_worker: int = setting("LANES_PER_WORKER", 1, whole_number(1, 8))
    unit_size: int = setting("UNIT_SIZE", 64, whole_number(1, 1000))
    longest_wait_seconds: int = setting("LONGEST_WAIT_SECONDS", 1, whole_number(1, 60))
    document_deadline_hours: int = setting("DOCUMENT_DEADLINE_HOURS", 72, whole_number(1, 24 * 365))


@dataclass(frozen=True, slots=True)
class OfficeSettings:
    """How officers come in and how long they stay, and how far their process stands behind the intake."""

    niceness: int = setting("OFFICE_NICENESS", 10, whole_number(0, 19))
    session_idle_minutes: int = setting("SESSION_IDLE_MINUTES", 30, whole_number(1, 24 * 60))
    session_hours: int = setting("SESSION_HOURS", 12, whole_number(1, 24 * 7))
    oidc_issuer: str | None = setting("OIDC_ISSUER", None, web_address)
    oidc_client_id: str | None = setting("OIDC_CLIENT_ID", None, text)
    oidc_client_secret_file: Path | None = setting("OIDC_CLIENT_SECRET_FILE", None, path)
    oidc_scopes: str = setting("OIDC_SCOPES", "openid", text)
    oidc_redirect: str | None = setting("OIDC_REDIRECT", None, web_address)


@dataclass(frozen=True, slots=True)
class CaseFileSettings:
    """What may be put to a case."""

    attachment_limit_bytes: int = setting("ATTACHMENT_LIMIT_BYTES", 10 * 1024**2, whole_number(1024, 60 * 1024**2))
    attachments_per_declaration: int = setting("ATTACHMENTS_PER_DECLARATION", 50, whole_number(1, 200))
    attachments_per_party: int = setting("ATTACHMENTS_PER_PARTY", 10, whole_number(1, 200))


@dataclass(frozen=True, slots=True)
class Settings:
    """Every group together; made once at start and handed to what needs it."""

    service: ServiceSettings = dataclasses.field(default_factory=ServiceSettings)
    database: DatabaseSettings = dataclasses.field(default_factory=DatabaseSettings)
    api: ApiSettings = dataclasses.field(default_factory=ApiSettings)
    security: SecuritySettings = dataclasses.field(default_factory=SecuritySettings)
    rules: RuleSettings = dataclasses.field(default_factory=RuleSettings)
    intake: IntakeSettings = dataclasses.field(default_factory=IntakeSettings)
    office: OfficeSettings = dataclasses.field(default_factory=OfficeSettings)
    case_files: CaseFileSettings = dataclasses.field(default_factory=CaseFileSettings)

    @property
    def embedded(self) -> bool:
        """True when no database is named, so that the service runs its own PostgreSQL."""
        return self.database.url is None and self.database.service_url is None

    @property
    def keyring_path(self) -> Path:
        """The key-ring file: named by TONGGUAN_KEYRING, else keyring.json below TONGGUAN_HOME."""
        return self.security.keyring or self.service.home / "keyring.json"

    @property
    def demo_keys_path(self) -> Path:
        """Where the keys of the demo parties lie, if there are any."""
        return self.service.home / "demo-keys.env"

    @property
    def demo_wanted(self) -> bool:
        """Demo parties are loaded by default only into the embedded database, never into somebody's own."""
        return self.embedded if self.service.demo is None else self.service.demo

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Read every setting; all faulty variables are reported in one `SettingRefused`."""
        variables = os.environ if environment is None else environment
        problems = list(_unknown_variables(variables))
        groups = {group.name: _read_group(_group_type(group), variables, problems) for group in dataclasses.fields(cls)}
        if problems:
            raise SettingRefused("\n".join(problems))
        return cls(**groups)


def setting_fields() -> list[dataclasses.Field[Any]]:
    """Every declared setting, in the order of the groups."""
    return [field for group in dataclasses.fields(Settings) for field in dataclasses.fields(_group_type(group))]


def variable_names(field: dataclasses.Field[Any]) -> list[str]:
    """The environment variables that give a setting, the one that wins first."""
    name = field.metadata["name"]
    return [PREFIX + name, name] if field.metadata["bare"] else [PREFIX + name]


def _group_type(group: dataclasses.Field[Any]) -> Any:
    return group.default_factory


def _read_group(group_type: Any, variables: Mapping[str, str], problems: list[str]) -> Any:
    values: dict[str, Any] = {}
    for field in dataclasses.fields(group_type):
        name = next((name for name in variable_names(field) if variables.get(name)), None)
        if name is None:
            continue
        try:
            values[field.name] = field.metadata["read"](variables[name].strip())
        except ValueError as problem:
            problems.append(f"{name} {problem}")
    return group_type(**values)


def _unknown_variables(variables: Mapping[str, str]) -> list[str]:
    """A misspelt variable is refused: TONGGUAN_REQUIRE_SIGNATUR=1 must not pass for a demanded signature."""
    known = [PREFIX + field.metadata["name"] for field in setting_fields()]
    unknown = [name for name in variables if name.startswith(PREFIX) and name not in known]
    problems = []
    for name in sorted(name for name in unknown if not name.startswith(NOT_SETTINGS)):
        near = difflib.get_close_matches(name, known, n=1)
        advice = f"did you mean {near[0]}?" if near else "docs/settings.md lists all; unset it."
        problems.append(f"{name} is not a setting: {advice}")
    return problems
