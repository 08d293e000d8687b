"""The README's tables and the code say the same."""

from __future__ import annotations

import re

from config import Settings
from scheduler.commands.registry import COMMANDS, summary
from tests.house.source import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_table_of_settings_is_the_settings():
    table = dict(re.findall(r"^\| `([A-Z][A-Z_]+)` \| (.+) \|$", README, flags=re.MULTILINE))
    assert table == Settings.documented()


def test_every_command_is_in_the_readme_with_its_summary():
    table = dict(re.findall(r"^\| `python3 run\.py ?([a-z-]*)[^`]*` \| (.+) \|$", README, flags=re.MULTILINE))
    assert table == {name if name != "start" else "": summary(command) for name, command in COMMANDS.items()}
