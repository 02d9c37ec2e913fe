"""The one place of wiring: `create_app` builds the application that every worker serves."""

import asyncpg
from fastapi import FastAPI, Response

from app.database_url import for_asyncpg
from app.settings import Settings

HEALTHY, UNREADY = 200, 503


def create_app(settings: Settings) -> FastAPI:
    """The application of one worker."""
    app = FastAPI(title="Tongguan")

    @app.get("/healthz", include_in_schema=False)
    async def healthz() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz", include_in_schema=False)
    async def readyz(response: Response) -> dict[str, str]:
        response.status_code = HEALTHY if await _database_answers(settings) else UNREADY
        return {"status": "ready" if response.status_code == HEALTHY else "waiting for the database"}

    return app


async def _database_answers(settings: Settings) -> bool:
    try:
        connection = await asyncpg.connect(for_asyncpg(settings.database.service_url or ""), timeout=5)
        await connection.close()
    except (OSError, asyncpg.PostgresError, TimeoutError):
        return False
    return True
