"""Which ports of this machine a server may listen on."""

from __future__ import annotations

import errno
import socket

from scheduler.commands.setup import CannotRun

PORTS_TO_TRY = 50
TAKEN = (errno.EADDRINUSE, errno.EACCES)


def free_port(host: str, wished: int) -> int:
    """The wished port, or the next one that nobody listens on; raises CannotRun where there is none."""
    for port in range(wished, min(wished + PORTS_TO_TRY, 65536)):
        if port_is_free(host, port):
            return port
    raise CannotRun(f"PORT {wished} and those after it are taken: set PORT to a free one.", status=2)


def port_is_free(host: str, port: int) -> bool:
    """Whether a server may listen there now; raises CannotRun where the host is not an address of this machine."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as wrong:
            if wrong.errno in TAKEN:
                return False
            raise CannotRun(f"HOST {host} cannot be listened on ({wrong.strerror}).", status=2) from None
    return True
