"""A mail server in a process of its own that takes everything; `python -m benchmarks.messages.sink PORT MILLISECONDS`.

MILLISECONDS is how long it takes to put a letter away before it answers: a real server writes it to disk.
"""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.controller import Controller


class _Taker:
    def __init__(self, seconds: float):
        self.seconds = seconds

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 (aiosmtpd's name)
        """Take it."""
        if self.seconds:
            await asyncio.sleep(self.seconds)
        return "250 kept"


@contextmanager
def sink(milliseconds: float) -> Iterator[int]:
    """The server, running; gives its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", __name__, str(port), str(milliseconds)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    try:
        yield port
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    Controller(_Taker(float(sys.argv[2]) / 1000), hostname="127.0.0.1", port=int(sys.argv[1])).start()
    print("ready", flush=True)
    time.sleep(3600)
