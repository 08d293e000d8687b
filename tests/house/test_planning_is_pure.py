"""The rooms that only think: planning and protocols import no framework, no database and no clock."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted([*(ROOT / "scheduler/planning").rglob("*.py"), *(ROOT / "scheduler/protocols").rglob("*.py")])
INNER = {"planning": ("scheduler.planning",), "protocols": ("scheduler.protocols", "scheduler.planning")}
THINKING_TOOLS = {"numpy", "ortools"}
DOORS_OUT = {"socket", "sqlite3", "smtplib", "subprocess", "urllib", "http", "logging", "threading"}


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            found.add(node.module or "")
    return found


def _is_pure(module: str, room: str) -> bool:
    top = module.partition(".")[0]
    if top == "scheduler":
        return module.startswith(INNER[room])
    return top in THINKING_TOOLS or (top in sys.stdlib_module_names and top not in DOORS_OUT)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_planning_imports_nothing_that_does_more_than_think(path):
    room = path.relative_to(ROOT / "scheduler").parts[0]
    assert [module for module in sorted(_imports(path)) if not _is_pure(module, room)] == []


def test_there_are_planning_files_to_look_at():
    assert len(FILES) >= 2
