"""The documentation of an import names what the program knows, and nothing else."""

from __future__ import annotations

import re

from scheduler.interop.csv_columns import COLUMNS
from scheduler.planning.imports import Fate
from tests.house.source import ROOT

PAGE = (ROOT / "docs" / "importing-patients.md").read_text(encoding="utf-8")


def test_every_column_is_documented_as_the_import_page_says_it():
    documented = re.findall(r"^\| `(\w+)` \| (yes)? ?\| (.+?) \| (.*?) \|$", PAGE, flags=re.MULTILINE)
    assert documented == [
        (column.name, "yes" if column.required else "", column.holds, ", ".join(column.also)) for column in COLUMNS]


def test_every_fate_is_documented():
    assert re.findall(r"^\| ([a-z, ]+) \| [A-Z]", PAGE, flags=re.MULTILINE) == [fate.value for fate in Fate]
