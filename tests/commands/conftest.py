"""A command run within the test's own process, where nothing of what it says depends on a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from scheduler.commands import setup
from scheduler.commands.registry import main


@dataclass(frozen=True)
class Said:
    """How a command ended and what it said."""

    status: int
    out: str
    err: str


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., Said]:
    """`command("migrate", PORT="eighty")`: run a command on the test's folder, with changes to the environment."""
    def command(*words: str, **environ: str) -> Said:
        monkeypatch.setattr(setup, "stale", lambda needs: ())
        for name, value in {"INSTANCE_DIR": str(tmp_path), "DATABASE_URL": "", "SECRET_KEY": "", **environ}.items():
            monkeypatch.setenv(name, value)
        try:
            status = main(words)
        except SystemExit as ended:
            status = ended.code
        return Said(status, *capsys.readouterr())
    return command
