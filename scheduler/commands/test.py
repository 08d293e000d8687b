"""Every test there is, on both databases and in a real browser; what could not run is said loudly at the end."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys

from config import environment_with
from scheduler.commands.install import apt_install
from scheduler.commands.setup import ROOT

SUMMARY = "Run every test, PostgreSQL and Chromium included; further options go to pytest"
BROWSER = "chromium"
SPREAD = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
"""Two processes, which take file after file, the long ones first. Three took as long on two cores."""
NO_BROWSER = """
!!! THE BROWSER TESTS DID NOT RUN: there is no `chromium` on this machine and it could not be installed.
!!! Install it (Debian: `sudo apt-get install chromium`) and run the tests again.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Everything after `test` is pytest's."""
    parser.set_defaults(passed_on=[])


def run(args: argparse.Namespace) -> int:
    """Run pytest over two processes; returns its exit status.

    The tests start some fifty processes: what one has compiled the next ones find, even where the machine forbids it.
    """
    browser = bool(shutil.which(BROWSER)) or (apt_install(BROWSER) and bool(shutil.which(BROWSER)))
    given = list(args.passed_on)
    spread = [] if any(option.startswith("-n") for option in given) else SPREAD
    command = [sys.executable, "-m", "pytest", *spread, *given]
    compiled = environment_with(PYTHONDONTWRITEBYTECODE="")
    status = subprocess.run(command, cwd=ROOT, env=compiled, stdin=subprocess.DEVNULL, check=False).returncode
    if not browser:
        print(NO_BROWSER, flush=True)
    return status
