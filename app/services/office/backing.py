"""What every service of the office stands on: connections of its own, the registers, the secrets, a desk.

The office has its own pool and its own lane, so that nothing it does waits for the intake or makes it wait.
"""

import asyncpg
import msgspec

from app.security.keyring import KeyRing
from app.services.clearance.unit import Means
from app.services.desk import Desk
from app.settings import Settings


class Backing(msgspec.Struct, frozen=True):
    """Given to each service of the office once."""

    pool: asyncpg.Pool
    means: Means
    keyring: KeyRing
    settings: Settings
    desk: Desk
    service_url: str = ""  # for what needs a connection of its own for minutes
