"""`create-user` on an empty database, as its first administrator meets it."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from config import Settings, environment_with
from scheduler.app import create_app
from scheduler.database import Database
from tests.house.source import ROOT

CLINIC = ("--new-clinic", "--clinic", "River House", "--timezone", "America/New_York", "--telephone", "301-555-0100")
KIM = ("kim@example.com", "--name", "Kim Lee", "--role", "administrator")
GOOD = "three words with care"


def _create(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "run.py", "create-user", *words],
        env=environment_with(INSTANCE_DIR=str(home), DATABASE_URL="", SECRET_KEY="", BASE_URL="https://c.example.com"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_first_administrator_opens_the_clinic_and_the_link_lets_them_choose_a_password(tmp_path: Path):
    lost = _create(tmp_path, *KIM)
    assert (lost.returncode, lost.stdout) == (2, "")
    assert "There is no clinic yet: add --new-clinic" in lost.stderr
    made = _create(tmp_path, *KIM, *CLINIC)
    assert made.returncode == 0, made.stderr
    link = re.search(r"https://c\.example\.com(/reset/\S+)", made.stdout)
    assert link is not None

    settings = Settings.from_environment({"INSTANCE_DIR": str(tmp_path)})
    client = create_app(settings, Database(settings.database_url)).test_client()
    assert "New password" in client.get(link[1], follow_redirects=True).text
    voided = _create(tmp_path, "kim@example.com", "--link")
    assert voided.returncode == 0 and "/reset/" in voided.stdout
    assert "New password" not in client.get(link[1], follow_redirects=True).text


def test_at_a_terminal_the_password_is_asked_for_until_it_is_good(tmp_path: Path):
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, ROOT / "run.py", "create-user", *KIM, *CLINIC],
        env=environment_with(INSTANCE_DIR=str(tmp_path), DATABASE_URL="", SECRET_KEY=""),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    said = ""
    for typed in ("short", GOOD, "another one", GOOD, GOOD):
        while not said.endswith(("Password: ", "Once more: ")):
            said += os.read(ours, 1024).decode()
        said += "|"
        os.write(ours, f"{typed}\n".encode())
    assert process.wait(60) == 0
    said += os.read(ours, 4096).decode()
    os.close(ours)
    assert "Take at least 12 characters" in said
    assert "These were two different passwords." in said
    assert "kim@example.com is now administrator." in said
    assert GOOD not in said


@pytest.mark.parametrize(
    "words, says",
    [
        (("kim@example.com", "--role", "surgeon"), "'surgeon' is none of front desk, clinician"),
        (("kim@example.com", "--new-clinic", "--role", "clinician"), "--new-clinic needs --clinic NAME"),
    ],
)
def test_what_is_missing_is_named(command, words, says):
    done = command("create-user", *words)
    assert done.status == 2
    assert says in done.err and "Traceback" not in done.err
