"""One file asks what time it is, one file reads the environment: everyone else is told."""

from __future__ import annotations

import ast

from tests.house.source import inside, place, product, tree

ASKING = {"now", "utcnow", "today", "current_timestamp", "localtimestamp"}
CLOCKS = {"datetime", "date", "func", "dt"}


def _last_name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _asks_the_time(node: ast.AST) -> bool:
    if not isinstance(node, ast.Attribute):
        return False
    asked = _last_name(node.value)
    return (node.attr in ASKING and asked in CLOCKS) or (node.attr in ("time", "time_ns") and asked == "time")


def test_only_the_clock_asks_what_time_it_is():
    asking = [
        place(path, node)
        for path in product()
        if inside(path) != "scheduler/clock.py"
        for node in ast.walk(tree(path))
        if _asks_the_time(node)
    ]
    assert asking == [], "take the time as an argument; at the edge ask scheduler.clock.utc_now()"


def test_only_config_reads_the_environment():
    reading = [
        place(path, node)
        for path in product()
        if inside(path) != "config.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute | ast.Name | ast.alias)
        and (getattr(node, "attr", None) or getattr(node, "id", None) or getattr(node, "name", None))
        in ("environ", "environb", "getenv", "putenv")
    ]
    assert reading == [], "add a field to Settings in config.py"
