"""The listening address: taken before anything else is started, then shared by the workers.

Each worker listens with a socket of its own (SO_REUSEPORT), so that the kernel spreads connections over them; one
shared socket was measured to put 63 of 64 connections on one worker.
"""

import errno
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
            if problem.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                reason = f"Cannot listen on {host} port {port}: {problem.strerror or problem}."
                raise CannotStart(f"{reason} {_advice(problem, port)}") from problem
        time.sleep(0.1)


def _advice(problem: OSError, port: int) -> str:
    match problem.errno:
        case errno.EADDRINUSE:
            return f"Stop the program that uses it, or choose another port: PORT={port + 1} make run"
        case errno.EACCES:
            return "Ports below 1024 are for root: choose another by PORT."
    return "HOST must be an address of this machine: 127.0.0.1 for this machine only, 0.0.0.0 for all its networks."


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
