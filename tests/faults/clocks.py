"""Clocks as processes that can be killed: forked from one that has sent before, so that a start takes no time.

What is forked has every module, template and statement at hand, and no connection and no thread: each clock opens its
own.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from config import Settings
from jobs import messages
from jobs.ticks import Round
from scheduler.database import Database
from scheduler.services.messages import claim_messages
from tests.builders import NOW

ROOT = Path(__file__).resolve().parents[2]


class Clocks:
    """A process that starts clocks on `settings`; `start` gives a pid, `kill` ends one as hard as can be."""

    def __init__(self, database_url: str, smtp_port: int, gateway_url: str):
        self.began = time.time()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.clocks", database_url, str(smtp_port), gateway_url, str(self.began)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def now(self) -> datetime:
        """What these clocks take the time to be."""
        return NOW + timedelta(seconds=time.time() - self.began)

    def start(self) -> int:
        """Start one."""
        self.process.stdin.write("start\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def kill(self, pid: int) -> None:
        """SIGKILL: nothing is finished, nothing is closed."""
        os.kill(pid, signal.SIGKILL)

    def close(self) -> None:
        """End the process that starts them; its clocks have to be killed before."""
        self.process.stdin.close()
        self.process.wait(20)


def _keep_time(around: Callable[[], Round]) -> None:
    """What a clock does all the time, without a pause between the rounds."""
    while True:
        if messages.run(around()) is None:
            time.sleep(0.02)


def main() -> None:
    """Send what is due, if anything is; then fork a clock for every line that comes in."""
    database_url, smtp_port, gateway_url, began = sys.argv[1:]
    claim_messages.LEASE, claim_messages.BEGIN_WITHIN = timedelta(seconds=6), timedelta(seconds=3)
    settings = Settings(secret_key="k" * 40, smtp_url=f"smtp://127.0.0.1:{smtp_port}", text_gateway_url=gateway_url,
                        mail_from="visits@alder.example.com", base_url="https://visits.example.com")
    database = Database(database_url)

    def around() -> Round:
        return Round(database, settings, NOW + timedelta(seconds=time.time() - float(began)))

    messages.run(around())
    database.dispose()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _keep_time(around)
        print(pid, flush=True)


if __name__ == "__main__":
    main()
