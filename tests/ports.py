"""Ports for programs that are started by tests, measurements and chaos."""

import secrets
import socket
from contextlib import suppress
from typing import Final

# A started program binds its port seconds after it was chosen. Outgoing connections are given ports from 32768 on
# (Linux, ip_local_port_range): a port from there may be somebody's by then.
_FIRST: Final = 20_000
_LAST: Final = 32_767


def free_port() -> int:
    """A port that nobody uses at this moment, and that nobody is given unasked."""
    while True:
        number = _FIRST + secrets.randbelow(_LAST + 1 - _FIRST)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", number))
            return number
