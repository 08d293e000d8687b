"""The house's own files, found and parsed once for all tests of the architecture."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {".git", ".venv", "node_modules", "instance", "__pycache__", ".hypothesis", ".coverage"}
PRODUCT = ("scheduler", "models", "jobs")


@cache
def files(*suffixes: str) -> tuple[Path, ...]:
    """Every file of the house with one of the suffixes (all files where none is given), nothing installed or made."""
    return tuple(path for path in sorted(_walk(ROOT)) if not suffixes or path.suffix in suffixes)


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in NOT_OURS or path.name.startswith(".node_modules-") or path.name.endswith("_cache"):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path)
        elif path.is_file():
            yield path


@cache
def product() -> tuple[Path, ...]:
    """The Python files that run in production."""
    return tuple(path for path in files(".py") if inside(path).split("/")[0] in (*PRODUCT, "run.py", "config.py"))


@cache
def tree(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def inside(path: Path) -> str:
    """The file's name as seen from the root of the house."""
    return path.relative_to(ROOT).as_posix()


def place(path: Path, node: ast.AST) -> str:
    """Where to look: file and line."""
    return f"{inside(path)}:{getattr(node, 'lineno', 0)}"


def imported(path: Path) -> Iterator[tuple[str, ast.AST]]:
    """Every module that a file names in an import, at whatever depth, with the statement."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", node
