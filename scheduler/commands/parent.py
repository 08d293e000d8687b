"""A child process that `start` made does not outlive it, however it ended."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from threading import Thread

OPTION = "--stop-with-parent"


def add_option(parser: argparse.ArgumentParser) -> None:
    """The option that `start` passes; people do not need it."""
    parser.add_argument(OPTION, action="store_true", help=argparse.SUPPRESS)


def watch(args: argparse.Namespace) -> None:
    """Where the option is given, stop as if by SIGTERM once standard input closes: the parent holds its other end."""
    if args.stop_with_parent:
        Thread(target=_wait, args=(os.getpid(),), daemon=True).start()


def _wait(process: int) -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(process, signal.SIGTERM)
