"""A running service without its doors: a fresh database, registered parties, workers as they are started."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime

import asyncpg
import msgspec
import pytest

from app.domain.canonical import encode
from app.domain.dossier import Declaration, Documents, Order, Payment, Waybill
from app.domain.period import SHANGHAI
from app.embedded.server import EmbeddedServer
from app.repositories import registers
from app.repositories.registers import Mandate
from app.security.keyring import KeyRing
from app.services.filings import Caller, Document, DocumentKind, Door, Submission, SubmissionAnswer
from app.services.service import ClearanceServices
from app.services.starter_tables import load_starter
from app.settings import Settings
from tests import builders
from tests.conftest import FreshDatabase, fresh_copy

AT = datetime(2024, 6, 18, 10, 0, tzinfo=SHANGHAI)
OFFICER = Caller(
    key_id="key_officer",
    party_code="OFFICER1",
    role="officer",
    name="officer",
    districts=("22",),
    duties=("examiner",),
)
PLATFORM = Caller(key_id="key_platform", party_code=builders.PLATFORM, role="platform", name="platform")
PAYMENT = Caller(key_id="key_payment", party_code=builders.PAYMENT_COMPANY, role="payment", name="payment")
LOGISTICS = Caller(key_id="key_logistics", party_code=builders.LOGISTICS, role="logistics", name="logistics")
DECLARANT = Caller(key_id="key_declarant", party_code=builders.DECLARANT, role="declarant", name="declarant")
_ROLES = {
    builders.PLATFORM: "platform",
    builders.MERCHANT: "merchant",
    builders.PAYMENT_COMPANY: "payment",
    builders.LOGISTICS: "logistics",
    builders.DECLARANT: "declarant",
}
OWNER: dict[type, Caller] = {Order: PLATFORM, Payment: PAYMENT, Waybill: LOGISTICS, Declaration: DECLARANT}
_SHAPES: dict[str, type] = {shape.__name__: shape for shape in OWNER}
Opened = Callable[..., Awaitable[ClearanceServices]]


def content_of(documents: tuple[Document, ...]) -> bytes:
    """Bytes that `read_content` reads again; stands for what a door received."""
    return msgspec.json.encode([(type(each).__name__, encode(each).decode()) for each in documents])


def read_content(content: bytes, filed_at_default: str) -> tuple[Document, ...]:
    """The inverse of `content_of`."""
    parts = msgspec.json.decode(content, type=list[tuple[str, str]])
    return tuple(msgspec.json.decode(text, type=_SHAPES[name]) for name, text in parts)


def submission(*documents: Document, caller: Caller | None = None, at: datetime = AT) -> Submission:
    """One filing, by default by the owner of its first document."""
    return Submission(
        caller=caller or OWNER[type(documents[0])],
        door=Door.JSON,
        documents=documents,
        content=content_of(documents),
        at=at,
    )


def dossier(documents: Documents, *, at: datetime = AT) -> Submission:
    """All four documents at once, by the platform, which holds the mandates of the others."""
    return submission(
        documents.order, documents.payment, documents.waybill, documents.declaration, caller=PLATFORM, at=at
    )


async def filed(services: ClearanceServices, *submissions: Submission) -> list[SubmissionAnswer]:
    """The answers of submissions that are all expected to be answered."""
    answers = await services.file(submissions)
    return [_unwrapped(answer) for answer in answers]


def _unwrapped(answer: SubmissionAnswer | Exception) -> SubmissionAnswer:
    if isinstance(answer, Exception):
        raise answer
    return answer


@pytest.fixture(scope="session")
async def registered_template(database_server: EmbeddedServer, template_database: str) -> AsyncIterator[str]:
    """A database with the starter tables and the parties of `builders`, to be copied."""
    async with fresh_copy(database_server, template_database) as fresh:
        connection = await asyncpg.connect(fresh.service_url)
        try:
            await load_starter(connection, datetime.now(UTC))
            await _register_parties(connection)
        finally:
            await connection.close()
        yield fresh.name


@pytest.fixture
async def registered(database_server: EmbeddedServer, registered_template: str) -> AsyncIterator[FreshDatabase]:
    """A fresh database with the starter tables and the parties of `builders`."""
    async with fresh_copy(database_server, registered_template) as fresh:
        yield fresh


async def _register_parties(connection: asyncpg.Connection) -> None:
    now, first = datetime.now(UTC), date(2016, 1, 1)
    for code, role in _ROLES.items():
        await registers.register_party(connection, code, role, role, first, now)
        if role != "platform":
            for kind in DocumentKind:
                mandate = Mandate(code, builders.PLATFORM, kind, first, None)
                await registers.grant_mandate(connection, mandate, now, "test")
    await registers.raise_epoch(connection)


@pytest.fixture
async def open_services(registered: FreshDatabase, keyring: KeyRing) -> AsyncIterator[Opened]:
    """Start workers of one service on the same database; all are stopped at the end."""
    opened: list[ClearanceServices] = []

    async def start(url: str = registered.service_url, **environment: str) -> ClearanceServices:
        variables = {
            "TONGGUAN_INSPECTION_RATE": "0",
            "TONGGUAN_LANES_PER_WORKER": "2",  # more than by default: two writers of a worker have to get on
            "TONGGUAN_WORKER_NUMBER": str(len(opened) + 1),
            "TONGGUAN_INSTANCE": "test",
        } | environment
        settings = Settings.from_environment(variables)
        services = await ClearanceServices.open(settings, keyring, url, {Door.JSON: read_content})
        opened.append(services)
        return services

    yield start
    for services in opened:
        await services.close()


@pytest.fixture
async def services(open_services: Opened) -> ClearanceServices:
    """One worker."""
    return await open_services()


@pytest.fixture
async def service_connection(registered: FreshDatabase) -> AsyncIterator[asyncpg.Connection]:
    """A connection with the rights of the service."""
    connection = await asyncpg.connect(registered.service_url)
    yield connection
    await connection.close()


@pytest.fixture
async def owner_connection(registered: FreshDatabase) -> AsyncIterator[asyncpg.Connection]:
    """A connection with the rights of the owner."""
    connection = await asyncpg.connect(registered.owner_url)
    yield connection
    await connection.close()
