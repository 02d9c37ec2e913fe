"""Passwords: the rules for new ones, and argon2 off the event loop.

A hash takes about 0.1 s of a core and 64 MiB (RFC 9106, second recommendation); two at a time, so that a crowd at the
door neither holds up requests nor fills the memory.
"""

import asyncio
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.errors import Malformed, Problem
from app.services.office.common_passwords import COMMON

SHORTEST: Final = 12
LONGEST: Final = 200
_FEWEST_DIFFERENT: Final = 5
_SHORTEST_NAME: Final = 3
_hasher = PasswordHasher()
_at_once: Final = asyncio.Semaphore(2)


async def hash_of(password: str) -> str:
    """What is stored of a password."""
    async with _at_once:
        return await asyncio.to_thread(_hasher.hash, password)


async def is_right(stored: str | None, password: str) -> bool:
    """Whether a password is the stored one; takes as long where there is none."""
    async with _at_once:
        right = await asyncio.to_thread(_verified, stored, password[: LONGEST + 1])
    return right and stored is not None


def demand_good(password: str, repeated: str, names: tuple[str, ...]) -> None:
    """Malformed, with every fault, unless a new password follows the rules; `names` are the officer's own."""
    faults = list(_faults(password, names))
    if password != repeated:
        faults.append(_fault("differs", "两次输入的密码不一致。", "The two passwords differ."))
    if faults:
        raise Malformed("Choose another password.", zh="请更换密码。", problems=tuple(faults))


def _faults(password: str, names: tuple[str, ...]) -> list[Problem]:
    plain = password.casefold()
    faults = []
    if len(password) < SHORTEST:
        faults.append(_fault("too_short", f"密码至少 {SHORTEST} 个字符。", f"Use at least {SHORTEST} characters."))
    if len(password) > LONGEST:
        faults.append(_fault("too_long", f"密码至多 {LONGEST} 个字符。", f"Use at most {LONGEST} characters."))
    if any(len(name) >= _SHORTEST_NAME and name.casefold() in plain for name in names):
        faults.append(_fault("own_name", "密码不得包含姓名、登录名或工号。", "Leave out your name, login and code."))
    if plain in COMMON or len(set(plain)) < _FEWEST_DIFFERENT:
        faults.append(_fault("common", "该密码过于常见，请更换。", "This password is too common; choose another."))
    return faults


@cache
def _nobodys() -> str:
    """Verified where there is no such officer, so that an unknown name takes as long as a wrong password."""
    return _hasher.hash("nobody has this password")


def _verified(stored: str | None, password: str) -> bool:
    try:
        return _hasher.verify(stored or _nobodys(), password)
    except (VerificationError, InvalidHashError):
        return False


def _fault(code: str, zh: str, en: str) -> Problem:
    return Problem(pointer="/password", code=code, zh=zh, en=en)
