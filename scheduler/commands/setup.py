"""What a clone needs before a command can run, and whether it is there: standard library only, and quick.

Each part leaves a stamp with the hash of the files that pin it, so that a second start only compares two short texts.
`install.py` does the slow work when a stamp is missing or old.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE_MODULES = ROOT / "node_modules"


class CannotRun(RuntimeError):
    """A command cannot go on by itself; the message is a sentence that says what a person has to do."""

    def __init__(self, sentence: str, status: int = 1) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True)
class Part:
    """Something to install: the files that pin it, and the stamp that says which of their versions is in place."""

    name: str
    pinned_by: tuple[Path, ...]
    stamp: Path

    def digest(self) -> str:
        """The hash of the pinning files."""
        return hashlib.sha256(b"\0".join(path.read_bytes() for path in self.pinned_by)).hexdigest()

    def fresh(self) -> bool:
        """Whether what is installed is what the files pin."""
        try:
            return self.stamp.read_text(encoding="ascii") == self.digest()
        except FileNotFoundError:
            return False


PACKAGES = Part("packages", (ROOT / "requirements.txt",), VENV / "leafout-packages.stamp")
TEST_PACKAGES = Part("test packages", (ROOT / "tests/requirements.txt",), VENV / "leafout-test-packages.stamp")
FRONT_END = Part(
    "front-end packages", (ROOT / "package.json", ROOT / "package-lock.json"), NODE_MODULES / "leafout.stamp"
)


def stale(needs: Iterable[Part]) -> tuple[Part, ...]:
    """Those of the needed parts that must be installed first; all of them where the environment's Python is gone."""
    there = PYTHON.exists()
    return tuple(part for part in needs if not there or not part.fresh())


def inside() -> bool:
    """Whether this very process runs in the environment; it may be a link to another place."""
    return os.path.realpath(sys.prefix) == os.path.realpath(VENV)


def enter(argv: list[str]) -> NoReturn:
    """Start over inside the environment: same command line, same process id."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(PYTHON, [str(PYTHON), str(ROOT / "run.py"), *argv])
