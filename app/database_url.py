"""PostgreSQL addresses in the spellings of our two drivers, made without importing either.

What belongs here: rewriting one address into another. What does not: opening connections.
"""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """The two ways into the database: the owner migrates, the service works."""

    owner: str = field(repr=False)
    service: str = field(repr=False)


def for_asyncpg(url: str) -> str:
    """The address as asyncpg and the command-line tools of PostgreSQL take it."""
    return urlunsplit(urlsplit(url)._replace(scheme="postgresql"))


def for_sqlalchemy(url: str) -> str:
    """The address as SQLAlchemy's asyncpg dialect takes it; it knows `ssl` where everyone else says `sslmode`."""
    parts = urlsplit(url)
    query = [("ssl" if name == "sslmode" else name, value) for name, value in parse_qsl(parts.query)]
    return urlunsplit(parts._replace(scheme="postgresql+asyncpg", query=urlencode(query)))


def with_role(url: str, role: str, password: str) -> str:
    """The same database as another role."""
    parts = urlsplit(url)
    _, _, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{quote(role, safe='')}:{quote(password, safe='')}@{host}"))


def with_database(url: str, database: str) -> str:
    """Another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path="/" + quote(database, safe="")))


def without_password(url: str) -> str:
    """The address as it may be shown: the password is left out."""
    parts = urlsplit(url)
    user, _, host = parts.netloc.rpartition("@")
    name = user.partition(":")[0]
    return urlunsplit(parts._replace(netloc=f"{name}@{host}" if name else host))


def on_socket(folder: Path, role: str, password: str, database: str) -> str:
    """The address of a server that listens on a Unix socket only."""
    credentials = f"{quote(role, safe='')}:{quote(password, safe='')}"
    return f"postgresql://{credentials}@/{quote(database, safe='')}?{urlencode({'host': str(folder)})}"
