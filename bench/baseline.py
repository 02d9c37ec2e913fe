"""What one would write by hand, as one process: FastAPI, a pydantic body, one INSERT of the document per request.

`python -m bench.baseline` serves it on a port that several of them share, with the options of our workers: uvloop,
httptools, no access log, a pool of the same size on the same server. Nothing else is done: no key is asked for, no rule
is looked at, nothing is encrypted, and the same dossier sent twice is stored twice.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid4

import asyncpg
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from app.supervisor.port import listening_socket
from app.worker import BACKLOG
from bench.baseline_models import Batch, Dossier

TABLE: Final = "CREATE TABLE documents (id uuid PRIMARY KEY, received_at timestamptz NOT NULL, body jsonb NOT NULL)"
DATABASE_VARIABLE: Final = "BASELINE_DATABASE_URL"
PORT_VARIABLE: Final = "BASELINE_PORT"
POOL_VARIABLE: Final = "BASELINE_POOL_SIZE"
READY: Final = "ready"
_ONE: Final = "INSERT INTO documents (id, received_at, body) VALUES ($1, $2, $3)"
_MANY: Final = """
INSERT INTO documents (id, received_at, body)
SELECT id, $2, body FROM unnest($1::uuid[], $3::jsonb[]) AS new(id, body)
"""


class Stored(BaseModel):
    """The answer to one dossier."""

    id: UUID


class StoredBatch(BaseModel):
    """The answer to many."""

    ids: list[UUID]


@asynccontextmanager
async def _opened(app: FastAPI) -> AsyncIterator[None]:
    size = int(os.environ[POOL_VARIABLE])
    # Like ours it does not send a reset at every release, which would be a second round trip for each request.
    pool = await asyncpg.create_pool(os.environ[DATABASE_VARIABLE], min_size=1, max_size=size, reset=_leave_as_it_is)
    app.state.pool = pool
    print(READY, flush=True)
    yield
    await pool.close()


async def _leave_as_it_is(_: asyncpg.Connection) -> None:
    return None


app = FastAPI(title="Baseline", lifespan=_opened)


@app.post("/v1/declarations", status_code=201)
async def store(body: Dossier) -> Stored:
    """Validate and insert one."""
    document_id = uuid4()
    content = body.model_dump_json(exclude_none=True)
    await app.state.pool.execute(_ONE, document_id, datetime.now(UTC), content)
    return Stored(id=document_id)


@app.post("/v1/declarations/batch")
async def store_many(body: Batch) -> StoredBatch:
    """Validate and insert many by one statement."""
    ids = [uuid4() for _ in body.declarations]
    contents = [each.model_dump_json(exclude_none=True) for each in body.declarations]
    await app.state.pool.execute(_MANY, ids, datetime.now(UTC), contents)
    return StoredBatch(ids=ids)


def main() -> None:
    """Serve until SIGTERM."""
    config = uvicorn.Config(
        app, http="httptools", log_config=None, access_log=False, server_header=False, ws="none", backlog=BACKLOG
    )
    uvicorn.Server(config).run(sockets=[listening_socket("127.0.0.1", int(os.environ[PORT_VARIABLE]))])


if __name__ == "__main__":
    main()
