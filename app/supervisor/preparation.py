"""What is done with a running database before any worker starts: the schema, then the starter tables.

What belongs here: the order of these steps, used by `serve` and by commands that start the embedded database
themselves.
"""

import importlib
import importlib.util

from app.database_url import DatabaseUrls
from app.migrations import upgrade_to_head
from app.security.keyring import KeyRing
from app.settings import Settings

STARTER = "app.services.starter"


async def prepare_database(settings: Settings, keyring: KeyRing, urls: DatabaseUrls) -> None:
    """Bring the schema to head and load what a first start needs; does nothing the second time."""
    await upgrade_to_head(urls.owner, keyring.service_password)
    if importlib.util.find_spec(STARTER) is not None:
        await importlib.import_module(STARTER).load_starter(urls, settings, keyring)
