"""A file one can read in one go, a function one can see at once."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.house.source import files, inside, place, tree

FILE = 250
FUNCTION = 60
TEMPLATE = 150
SCRIPT = 250


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def _ours(path: Path) -> bool:
    return not inside(path).startswith("models/migrations/versions/")


def test_no_file_is_too_long():
    limits = {".py": FILE, ".html": TEMPLATE, ".js": SCRIPT}
    long = {
        inside(path): _lines(path)
        for path in files(*limits)
        if _ours(path) and _lines(path) > limits[path.suffix]
    }
    assert long == {}, f"split these along what they are about (limits: {limits})"


def test_no_function_is_too_long():
    long = {
        f"{place(path, node)} {node.name}": node.end_lineno - node.lineno + 1
        for path in files(".py")
        if _ours(path)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > FUNCTION
    }
    assert long == {}, f"a function longer than {FUNCTION} lines does more than one thing"
