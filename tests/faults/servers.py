"""Web processes started as the product starts them, several on one database, with what they log kept to be read."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from config import environment_with
from tests.house.source import ROOT

SECRET_KEY = "for the races alone, as long as a secret key must be"
PATIENCE = 120
"""Seconds that a process may take to come up on a busy machine."""
TROUBLE = re.compile(r"\bbug\b|Traceback|deadlock|database is locked|QueuePool|WORKER TIMEOUT|status=5\d\d", re.I)
HARMLESS = re.compile(r"Exception ignored in: <bound method InstanceState\._cleanup.*?\nAssertionError: ?(\n|$)", re.S)
"""SQLAlchemy looks for a row rolled back while the collector frees it; Python goes on and nothing is lost."""


@dataclass(frozen=True)
class Servers:
    """The ports that answer, and the files that the processes log to."""

    ports: tuple[int, ...]
    logs: tuple[Path, ...]

    def troubles(self) -> list[str]:
        """Every line of the logs that speaks of a bug, a deadlock, a locked database, a 500 or a full pool."""
        told = [HARMLESS.sub("", log.read_text(encoding="utf-8")) for log in self.logs]
        return [line for log in told for line in log.splitlines() if TROUBLE.search(line)]


@contextmanager
def serving(url: str, folder: Path, number: int = 2) -> Iterator[Servers]:
    """`number` processes of `python run.py serve` on the database of `url`; they are stopped at the end."""
    ports, logs, begun = free_ports(number), [], []
    try:
        for port in ports:
            logs.append(folder / f"serve-{port}.log")
            begun.append(_begin(url, folder, port, logs[-1]))
        for port, process in zip(ports, begun, strict=True):
            _wait_until_it_answers(port, process)
        yield Servers(ports, tuple(logs))
    finally:
        _stop(begun)


def free_ports(number: int) -> tuple[int, ...]:
    """Ports that nobody listens on now."""
    probes = [socket.socket() for _ in range(number)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = tuple(probe.getsockname()[1] for probe in probes)
    for probe in probes:
        probe.close()
    return ports


def _begin(url: str, folder: Path, port: int, log: Path) -> subprocess.Popen[bytes]:
    environ = environment_with(INSTANCE_DIR=str(folder), DATABASE_URL=url, SECRET_KEY=SECRET_KEY, HOST="127.0.0.1",
                               PORT=str(port), BASE_URL="", SMTP_URL="", TRUSTED_PROXIES="", LOG_LEVEL="")
    with log.open("wb") as out:
        return subprocess.Popen([sys.executable, str(ROOT / "run.py"), "serve"], env=environ, stdin=subprocess.DEVNULL,
                                stdout=out, stderr=out, start_new_session=True)


def _wait_until_it_answers(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=PATIENCE):
                return
        except OSError:
            if process.poll() is not None or time.monotonic() > until:
                raise
            time.sleep(0.1)


def _stop(begun: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in begun:
        process.send_signal(signal.SIGTERM)
    for process in begun:
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
