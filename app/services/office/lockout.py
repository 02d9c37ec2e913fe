"""Guessing is made slow: after some failures a name, or an address, is closed for a while that doubles each time.

A name is counted whether or not it exists, so that nothing tells which do. Sources are kept as keyed hashes.
"""

import hmac
import ipaddress
from datetime import datetime, timedelta
from typing import Final

from app.errors import Forbidden
from app.repositories import officer_sessions as stored
from app.repositories.bulk import Connection
from app.services.database_errors import borrowed
from app.services.office.backing import Backing

ALLOWED_OF_A_LOGIN: Final = 5
ALLOWED_OF_AN_ADDRESS: Final = 30
_FIRST: Final = timedelta(seconds=30)
_LONGEST: Final = timedelta(hours=1)
# An office of hundreds signs in from one address, and somebody mistypes every day: without this the few failures of
# many days would add up and close the door for all of them. A name is forgiven by its success instead.
_ADDRESS_EASED_EVERY: Final = timedelta(minutes=10)
_LOGIN_EASED_EVERY: Final = timedelta(days=1)
_SITE_BITS: Final = 64


class TooManyAttempts(Forbidden):
    """This name or address has failed too often lately."""

    code = "too_many_attempts"

    def __init__(self, seconds: int) -> None:
        minutes = max(1, -(-seconds // 60))
        super().__init__(
            f"Too many attempts. Try again in {minutes} minutes, or ask an administrator for a new link.",
            zh=f"尝试次数过多。请在 {minutes} 分钟后重试，或请管理员发送新链接。",
        )
        self.retry_after_seconds = max(1, seconds)


class Lockout:
    """Counts attempts by name and by address."""

    def __init__(self, backing: Backing) -> None:
        self._pool = backing.pool
        self._key = backing.keyring.blind_index_key

    async def charge(self, login: str, address: str, now: datetime) -> bool:
        """Count an attempt before it is made; TooManyAttempts while closed. True when it closes the name."""
        async with borrowed(self._pool) as connection:
            await _charged(connection, (self._site(address), ALLOWED_OF_AN_ADDRESS, _ADDRESS_EASED_EVERY), now)
            number = await _charged(connection, (self._name(login), ALLOWED_OF_A_LOGIN, _LOGIN_EASED_EVERY), now)
        return number == ALLOWED_OF_A_LOGIN

    async def charge_address(self, address: str, now: datetime) -> None:
        """As `charge`, where no name was typed."""
        async with borrowed(self._pool) as connection:
            await _charged(connection, (self._site(address), ALLOWED_OF_AN_ADDRESS, _ADDRESS_EASED_EVERY), now)

    async def succeeded(self, connection: Connection, login: str, address: str) -> None:
        """The attempt was right: the name's failures are forgiven, of the address this one attempt."""
        await stored.forgive(connection, self._name(login), all_of_them=True)
        await self.forgive_address(connection, address)

    async def forgive_address(self, connection: Connection, address: str) -> None:
        """Of an address one attempt that was right."""
        await stored.forgive(connection, self._site(address), all_of_them=False)

    async def opened(self, connection: Connection, login: str) -> None:
        """An administrator lets a name try again."""
        await stored.forgive(connection, self._name(login), all_of_them=True)

    def _name(self, login: str) -> bytes:
        return hmac.digest(self._key, b"sign-in name\0" + login.encode(), "sha256")

    def _site(self, address: str) -> bytes:
        return hmac.digest(self._key, b"sign-in address\0" + site_of(address).encode(), "sha256")


async def _charged(connection: Connection, counted: tuple[bytes, int, timedelta], now: datetime) -> int:
    source, allowed, eased = counted
    number = await stored.charge(connection, source, now, allowed, _FIRST, _LONGEST, eased)
    if number is None:
        opens = await stored.closed_until(connection, source) or now
        raise TooManyAttempts(int((opens - now).total_seconds()) + 1)
    return number


def site_of(address: str) -> str:
    """What counts as one address: a whole IPv6 network of 64 bits belongs to one household."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((parsed, _SITE_BITS), strict=False))
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
