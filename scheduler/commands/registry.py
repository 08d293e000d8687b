"""Every command on one page, and the one place of the house that imports by name.

A command is a module with `SUMMARY` (a literal string), `add_arguments(parser)` and `run(args) -> int`. One that sets a
default for `passed_on` is given there whatever its parser does not know. The module is imported only when it is chosen,
after what it needs has been set up: the packages of one command never slow down another, and this file runs on a Python
that has nothing but its standard library.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from scheduler.commands import setup
from scheduler.commands.setup import FRONT_END, PACKAGES, TEST_PACKAGES, Part

HERE = "scheduler.commands"
DEFAULT = "start"


@dataclass(frozen=True)
class Command:
    """The module that does it and the parts that must be set up before it is imported."""

    module: str
    needs: tuple[Part, ...]


COMMANDS = {
    "start": Command(f"{HERE}.start", (PACKAGES, FRONT_END)),
    "serve": Command(f"{HERE}.serve", (PACKAGES, FRONT_END)),
    "work": Command(f"{HERE}.work", (PACKAGES,)),
    "plan": Command(f"{HERE}.plan", (PACKAGES,)),
    "demo": Command(f"{HERE}.demo", (PACKAGES,)),
    "simulate": Command(f"{HERE}.simulate", (PACKAGES,)),
    "migrate": Command(f"{HERE}.migrate", (PACKAGES,)),
    "create-user": Command(f"{HERE}.create_user", (PACKAGES,)),
    "import-patients": Command(f"{HERE}.import_patients", (PACKAGES,)),
    "test": Command(f"{HERE}.test", (PACKAGES, FRONT_END, TEST_PACKAGES)),
}


def load(module: str) -> ModuleType:
    """Import a module that only some commands need."""
    return importlib.import_module(module)


def summary(command: Command) -> str:
    """The command's SUMMARY, read from its source: listing the commands imports none of them."""
    source = Path(setup.ROOT, *command.module.split(".")).with_suffix(".py").read_text(encoding="utf-8")
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and [getattr(t, "id", "") for t in node.targets] == ["SUMMARY"]:
            return str(ast.literal_eval(node.value))
    raise LookupError(f"{command.module} has no SUMMARY")


def overview() -> str:
    """What `python3 run.py --help` prints."""
    width = max(map(len, COMMANDS)) + 2
    lines = [f"  {name:<{width}}{summary(command)}" for name, command in COMMANDS.items()]
    return "\n".join(
        [
            "usage: python3 run.py [COMMAND] [--help]",
            "",
            "Leafout plans and books infusion series. Without a command: start.",
            "",
            *lines,
            "",
            "Settings come from environment variables; the README lists them.",
        ]
    )


def main(argv: Sequence[str]) -> int:
    """Run the chosen command with what it needs in place; returns its exit status."""
    name, rest = (argv[0], list(argv[1:])) if argv else (DEFAULT, [])
    if name in ("-h", "--help", "help"):
        print(overview())
        return 0
    if name not in COMMANDS:
        print(f"There is no command {name!r}.\n\n{overview()}", file=sys.stderr)
        return 2
    try:
        return _run(COMMANDS[name], name, rest)
    except setup.CannotRun as reason:
        print(f"leafout: {reason}", file=sys.stderr)
        return reason.status
    except KeyboardInterrupt:
        return 130


def _run(command: Command, name: str, rest: list[str]) -> int:
    stale = setup.stale(command.needs)
    if stale:
        load(f"{HERE}.install").install(stale)
    if stale or not setup.inside():
        setup.enter([name, *rest])
    module = load(command.module)
    parser = argparse.ArgumentParser(prog=f"run.py {name}", description=module.SUMMARY)
    module.add_arguments(parser)
    args, others = parser.parse_known_args(rest)
    if others and not hasattr(args, "passed_on"):
        parser.error(f"unrecognized arguments: {' '.join(others)}")
    args.passed_on = others
    return int(module.run(args))
