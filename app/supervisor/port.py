"""The listening address: taken before anything else is started, then shared by the workers.

Each worker listens with a socket of its own (SO_REUSEPORT), so that the kernel spreads connections over them; one
shared socket was measured to put 63 of 64 connections on one worker.
"""

import socket
import time

from app.errors import CannotStart

# A killed predecessor's workers need a moment to let the port go.
PATIENCE_SECONDS = 2.0


def reserve_port(host: str, port: int) -> socket.socket:
    """Hold the address for this supervisor without listening; another program that has it is reported.

    Sockets with SO_REUSEPORT would silently share it with another supervisor, so it is first bound without.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            _bind(host, port, shared=False).close()
            return _bind(host, port, shared=True)
        except OSError as problem:
            if time.monotonic() > deadline:
                raise CannotStart(
                    f"Cannot listen on {host} port {port}: {problem.strerror or problem}. Stop the program that uses "
                    f"it, or choose another: PORT={port + 1} make run"
                ) from problem
        time.sleep(0.1)


def listening_socket(host: str, port: int) -> socket.socket:
    """A worker's own socket on the shared address."""
    return _bind(host, port, shared=True)


def _bind(host: str, port: int, *, shared: bool) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    bound = socket.socket(family, kind, protocol)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        bound.bind(address)
    except OSError:
        bound.close()
        raise
    return bound
