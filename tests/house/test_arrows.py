"""The arrows between the rooms, held by import-linter; the contracts are in pyproject.toml."""

from __future__ import annotations

import ast
import logging
from collections.abc import Iterator

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.house.source import ROOT, imported, inside, place, product, tree

BY_NAME = {"scheduler/commands/registry.py", "scheduler/commands/install.py", "scheduler/planning/many/cp_sat.py"}
"""The registry imports a command when it is chosen; set-up asks whether Python can make environments; OR-Tools is
loaded when several series are planned, not for one."""


@pytest.fixture
def loggers_stay() -> Iterator[None]:
    """import-linter configures logging anew and switches off every logger it does not know: they come back."""
    yield
    for logger in logging.root.manager.loggerDict.values():
        if isinstance(logger, logging.Logger):
            logger.disabled = False


@pytest.mark.usefixtures("loggers_stay")
def test_every_import_follows_the_arrows(capsys, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.syspath_prepend(str(ROOT))
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_no_import_hides_inside_a_function():
    hidden = [
        place(path, node)
        for path in product()
        for function in ast.walk(tree(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_only_the_registry_imports_by_name():
    by_name = [
        place(path, node)
        for path in product()
        if inside(path) not in BY_NAME
        for module, node in imported(path)
        if module == "importlib" or module in ("importlib.util", "imp", "runpy", "pkgutil")
    ]
    built_in = [
        place(path, node)
        for path in product()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Name) and node.id == "__import__"
    ]
    assert by_name + built_in == []
