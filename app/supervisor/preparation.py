"""What is done with a running database before any worker starts: the schema, then the starter tables.

What belongs here: the order of these steps, used by `serve` and by commands that start the embedded database
themselves.
"""

from datetime import UTC, datetime

import asyncpg
from sqlalchemy.exc import SQLAlchemyError

from app.database_url import DatabaseUrls, for_asyncpg, without_password
from app.errors import CannotStart
from app.migrations import upgrade_to_head
from app.security.keyring import KeyRing
from app.services.audit import START
from app.services.office.links import first_link
from app.services.starter import load_starter
from app.settings import Settings

SERVICE_ROLE_ADVICE = (
    "Its password must be `service_password` of the key ring that belongs to this database: name that key ring by "
    "TONGGUAN_KEYRING, or set the password by ALTER ROLE … LOGIN PASSWORD …."
)


async def prepare_database(settings: Settings, keyring: KeyRing, urls: DatabaseUrls) -> None:
    """Bring the schema to head and load what a first start needs; does nothing the second time."""
    try:
        await upgrade_to_head(urls.owner, keyring.service_password)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, SQLAlchemyError) as problem:
        raise CannotStart(f"{_place(settings, urls)} cannot be prepared: {_reason(problem)}") from problem
    try:
        await load_starter(urls, settings, keyring)
    except asyncpg.InvalidAuthorizationSpecificationError as problem:  # a wrong password is one of its kinds
        raise CannotStart(f"The service's role cannot log in: {problem}. {SERVICE_ROLE_ADVICE}") from problem


async def first_administrator_link(urls: DatabaseUrls) -> str | None:
    """The secret of a one-time link for the first administrator; None where there is one. Each start makes another."""
    connection = await asyncpg.connect(for_asyncpg(urls.service))
    try:
        return await first_link(connection, START, datetime.now(UTC))
    finally:
        await connection.close()


def _place(settings: Settings, urls: DatabaseUrls) -> str:
    return "The embedded database" if settings.embedded else f"The database {without_password(urls.owner)}"


def _reason(problem: BaseException) -> str:
    """One sentence, and for the usual mistakes what to do; nothing is stored yet that a message could give away."""
    match getattr(problem, "orig", None) or problem:
        case asyncpg.InvalidPasswordError() | asyncpg.InvalidAuthorizationSpecificationError():
            return "it refuses the role or its password. The address and the key ring must belong to this database."
        case asyncpg.InsufficientPrivilegeError() as lacking:
            return f"{lacking.args[0]}. The role of DATABASE_URL must own the database and have CREATEROLE."
        case asyncpg.InvalidCatalogNameError() as missing:
            return f"{missing.args[0]}. Create it first: CREATE DATABASE."
        case OSError() as unreachable:
            return (
                f"it cannot be reached ({unreachable.strerror or unreachable}). Is it running, and the address right?"
            )
        case other:
            return str(other.args[0] if other.args else type(other).__name__).splitlines()[0]
