"""A clone sets itself up: run for real in a small copy of the house, with one command that only tells where it ran."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT

BOOTSTRAP = ("run.py", "scheduler/__init__.py") + tuple(
    f"scheduler/commands/{name}.py" for name in ("__init__", "registry", "setup", "install")
)
PROBE = """
import os, sys
SUMMARY = "Tell where it runs"
def add_arguments(parser): parser.add_argument("--word", default="")
def run(args):
    print(os.path.realpath(sys.prefix), args.word)
    return 7
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The bootstrap alone, with no packages to install."""
    home = tmp_path / "a clone"
    for name in BOOTSTRAP:
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, home / name)
    (home / "requirements.txt").write_text("# nothing\n", encoding="utf-8")
    (home / "scheduler/commands/migrate.py").write_text(PROBE, encoding="utf-8")
    return home


def _start(clone: Path, *words: str) -> subprocess.Popen[str]:
    base = Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info[1]}"
    return subprocess.Popen(
        [base, clone / "run.py", *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=180)
    return process.returncode, out, err


def test_two_first_starts_over_a_broken_environment_both_end_well_and_the_next_is_silent(clone: Path, tmp_path: Path):
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "bin").mkdir(parents=True)
    (elsewhere / "bin" / "python").symlink_to("gone")
    (clone / ".venv").symlink_to(elsewhere)

    starts = [_start(clone, "migrate", "--word", "one two"), _start(clone, "migrate", "--word", "one two")]
    ends = [_ended(start) for start in starts]
    assert [(status, out) for status, out, _ in ends] == [(7, f"{elsewhere} one two\n")] * 2
    told = sorted(err for _, _, err in ends)
    assert all("leafout: " in line for err in told for line in err.splitlines())
    assert "".join(told).count("making the virtual environment") == 1
    assert (clone / ".venv").is_symlink()

    assert _ended(_start(clone, "migrate")) == (7, f"{elsewhere} \n", "")


def test_what_cannot_be_installed_is_said_with_the_installer_s_words(clone: Path):
    (clone / "requirements.txt").write_text("leafout-no-such-package @ file:///nowhere/at/all.whl\n", encoding="utf-8")
    status, out, err = _ended(_start(clone, "migrate"))
    assert (status, out) == (1, "")
    assert "could not install the packages of requirements.txt" in err
    assert "nowhere" in err
    assert "Traceback" not in err


def test_an_unknown_command_is_refused_with_the_list_and_nothing_is_set_up(clone: Path):
    for path in (ROOT / "scheduler/commands").glob("*.py"):
        shutil.copy(path, clone / "scheduler/commands" / path.name)
    status, _, err = _ended(_start(clone, "reticulate"))
    assert status == 2
    assert "There is no command 'reticulate'" in err and "serve" in err
    assert not (clone / ".venv").exists()


def test_the_bootstrap_needs_nothing_but_the_standard_library():
    allowed = sys.stdlib_module_names | {"scheduler"}
    for name in BOOTSTRAP:
        tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
        names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
        names += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        assert [each for each in names if each.split(".")[0] not in allowed] == [], name


def test_an_old_python_can_at_least_read_why_it_is_refused():
    ast.parse((ROOT / "run.py").read_text(encoding="utf-8"), feature_version=(3, 4))
