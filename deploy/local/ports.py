"""Choosing TCP ports on the loopback interface."""

import random
import socket
import time
from collections.abc import Collection

from deploy.local.errors import LocalPlatformError

HOST = "127.0.0.1"

_HIGHEST = 65_535


def is_free(port: int) -> bool:
    """Whether nothing listens on this port, neither on loopback nor on all interfaces."""
    with socket.socket() as probe:
        # Connections of an ended server linger for a minute; they are no obstacle to a new one.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def wait_until_free(port: int, seconds: float) -> None:
    """Wait until nothing listens on this port any more, at most so long."""
    deadline = time.monotonic() + seconds
    while not is_free(port) and time.monotonic() < deadline:
        time.sleep(0.05)


def first_free(wanted: int, avoid: Collection[int] = ()) -> int:
    """The first free port from `wanted` upwards that is not in `avoid`."""
    for port in range(wanted, _HIGHEST):
        if port not in avoid and is_free(port):
            return port
    raise LocalPlatformError(f"no TCP port is free from {wanted} upwards; end what occupies them")


def anywhere() -> int:
    """A port to start looking from when no particular one is wanted.

    It lies below the range from which the system takes the ports of outgoing connections: one of those could
    otherwise sit on a port of ours while its server is being restarted.
    """
    return random.randrange(12_000, 30_000)  # noqa: S311 - nothing is secret about a port


def accepts(port: int) -> bool:
    """Whether something accepts TCP connections on this port."""
    try:
        with socket.create_connection((HOST, port), timeout=1.0):
            return True
    except OSError:
        return False
