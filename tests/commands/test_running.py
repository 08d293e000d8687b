"""The processes as a person starts them: they say where they are, and they stop cleanly, all of them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

from config import environment_with
from tests.house.source import ROOT

PATIENCE = 180


@pytest.fixture
def port() -> int:
    """A port that nobody listens on, nor on the one after it."""
    for port in range(18100 + os.getpid() % 1000, 20000):
        with socket.socket() as one, socket.socket() as next_one:
            try:
                one.bind(("127.0.0.1", port))
                next_one.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
    raise AssertionError("no free port")


@pytest.fixture
def begin(tmp_path: Path, port: int) -> Iterator:
    """Begin a command on a database of its own; whatever still runs is ended after the test."""
    begun: list[subprocess.Popen[str]] = []

    def begin(*words: str, **environ: str) -> subprocess.Popen[str]:
        err = (tmp_path / "err").open("w")
        process = subprocess.Popen(
            [sys.executable, ROOT / "run.py", *words],
            env=environment_with(**{"INSTANCE_DIR": str(tmp_path), "PORT": str(port), "DATABASE_URL": "", **environ}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=err,
            text=True,
        )
        begun.append(process)
        return process

    yield begin
    for process in begun:
        process.kill()
        process.wait()


def _family(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def _read_until(process: subprocess.Popen[str], words: str) -> str:
    read = ""
    for line in process.stdout:
        read += line
        if words in line:
            return read
    raise AssertionError(f"it ended without saying {words!r}: {read}")


def _answer(port: int, path: str) -> dict:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE) as answer:
                return json.load(answer)
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_start_takes_the_next_free_port_and_leaves_nobody_behind(
    begin, port: int, number: signal.Signals, demo_file: Path, tmp_path: Path
):
    shutil.copy(demo_file, tmp_path / "leafout.sqlite3")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        process = begin()
        assert f"http://localhost:{port + 1}\n" in _read_until(process, "Ctrl-C stops it.")
        assert _answer(port + 1, "/readyz")["ready"]
        family = _family(process)
        assert len(family) >= 3
        process.send_signal(number)
        assert process.wait(PATIENCE) == (-signal.SIGKILL if number == signal.SIGKILL else 0)
        _, alive = psutil.wait_procs(family, timeout=60)
        assert alive == []


def test_when_one_of_the_two_dies_the_start_says_which_and_ends(begin, tmp_path: Path):
    process = begin()
    _read_until(process, "Ctrl-C stops it.")
    family = _family(process)
    next(child for child in family if "work" in child.cmdline()).kill()
    assert process.wait(PATIENCE) == 1
    assert "work ended by itself" in (tmp_path / "err").read_text(encoding="utf-8")
    _, alive = psutil.wait_procs(family, timeout=60)
    assert alive == []


def test_serve_migrates_and_answers_and_refuses_a_taken_port_in_a_sentence(begin, port: int, tmp_path: Path):
    begin("serve")
    assert _answer(port, "/readyz") == {"ready": True, "database": True, "migrated": True, "clock_age": None}
    second = begin("serve")
    assert second.wait(PATIENCE) == 2
    told = (tmp_path / "err").read_text(encoding="utf-8")
    assert f"leafout: PORT {port} is taken on 127.0.0.1: set PORT to a free one.\n" in told


@pytest.mark.parametrize(
    "words, environ, says",
    [
        (("serve",), {"PORT": "eighty"}, "PORT must be a whole number"),
        (("serve",), {"HOST": "203.0.113.7"}, "HOST 203.0.113.7 cannot be listened on"),
        (("migrate",), {"DATABASE_URL": "postgresql://u:hush@127.0.0.1:9/d"}, "DATABASE_URL postgresql+psycopg://u:***@"),
        (("work", "--send"), {}, "--send needs --now TIME"),
        (("work", "--now", "2027-01-07T18:00:00-05:00", "--send"), {}, "demo database alone"),
        (("work", "--now", "2027-01-07T18:00:00"), {}, "has no offset from UTC"),
        (("work", "--now", "tomorrow"), {}, "is not an ISO time"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_no_trace(command, words, environ, says):
    told = command(*words, **environ)
    assert told.status in (1, 2)
    assert says in told.err
    assert "Traceback" not in told.err and "hush" not in told.err


def test_work_once_runs_the_timetable_and_a_look_ahead_sends_nothing(begin):
    assert begin("work", "--once").wait(PATIENCE) == 0
    ahead = begin("work", "--now", "2027-01-07T18:00-05:00")
    assert ahead.wait(PATIENCE) == 0
    assert ahead.stdout.read() == "Nothing is due at 2027-01-07T18:00:00-05:00.\n"
