"""The default command: bring the database up to date, then run web and clock side by side until told to stop.

The demo clinic comes from the demo command's `prepare(settings) -> list[str]`: it builds the demo where the database is
empty, leaves any other database alone, and gives the lines to print under the address (the sign-ins).
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import signal
import subprocess
import sys
import time
from types import FrameType

from config import Settings, environment_with
from scheduler.commands import parent, registry
from scheduler.commands.opening import open_database, open_settings
from scheduler.commands.ports import free_port
from scheduler.commands.setup import ROOT

SUMMARY = "Set everything up and start web and clock with the demo clinic (what runs without a command)"
TIMEOUT = 30
GRACE = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No options: the settings say it all."""


def run(args: argparse.Namespace) -> int:
    """Start, say where, and stay until a signal comes or a process dies; 0 when stopped by a person."""
    settings = open_settings()
    port = free_port(settings.host, settings.port)
    _say("bringing the database up to date.")
    open_database(settings).dispose()
    sign_ins: list[str] = []
    if "demo" in registry.COMMANDS:
        sign_ins = registry.load(registry.COMMANDS["demo"].module).prepare(settings)
    return _Family(settings, port, sign_ins).live()


class _Family:
    """The child processes: started together, stopped together."""

    def __init__(self, settings: Settings, port: int, sign_ins: list[str]) -> None:
        self._settings, self._port, self._sign_ins = settings, port, sign_ins
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._stopping = False

    def live(self) -> int:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._asked_to_stop)
        try:
            for name in ("serve", "work"):
                if name in registry.COMMANDS:
                    self._children[name] = self._start(name)
            if self._answers():
                self._greet()
            while not self._stopping:
                died = self._dead()
                if died:
                    _say(f"{died[0]} ended by itself (exit status {died[1]}); stopping the rest.")
                    return 1
                time.sleep(0.2)
            _say("stopping.")
            return 0
        finally:
            self._stop()

    def _start(self, name: str) -> subprocess.Popen[bytes]:
        environment = environment_with(PORT=str(self._port))
        command = [sys.executable, str(ROOT / "run.py"), name, parent.OPTION]
        return subprocess.Popen(command, env=environment, stdin=subprocess.PIPE)

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True

    def _dead(self) -> tuple[str, int] | None:
        for name, child in self._children.items():
            status = child.poll()
            if status is not None:
                return name, status
        return None

    def _answers(self) -> bool:
        """Wait until the web answers; False when told to stop, or when a child died first."""
        while not self._stopping and not self._dead():
            with contextlib.suppress(OSError, http.client.HTTPException):
                web = http.client.HTTPConnection(_dialled(self._settings.host), self._port, timeout=TIMEOUT)
                web.request("GET", "/healthz")
                web.getresponse().read()
                web.close()
                return True
            time.sleep(0.1)
        return False

    def _greet(self) -> None:
        if self._port != self._settings.port:
            _say(f"port {self._settings.port} is taken; using {self._port}.")
        print(f"\nLeafout is at http://localhost:{self._port}", *self._sign_ins, sep="\n  ")
        print("Ctrl-C stops it.", flush=True)

    def _stop(self) -> None:
        for child in self._children.values():
            if child.poll() is None:
                child.terminate()
        until = time.monotonic() + GRACE
        for name, child in self._children.items():
            try:
                child.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                _say(f"{name} did not stop within {GRACE} s; ending it.")
                child.kill()
                child.wait()


def _dialled(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def _say(sentence: str) -> None:
    print(f"leafout: {sentence}", file=sys.stderr, flush=True)
