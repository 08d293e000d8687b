"""What files are called, what stands at the root, and that nothing knows the machine it was written on."""

from __future__ import annotations

import re

from models import Base
from tests.house.source import ROOT, files, inside

SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "stuff", "base_utils"}
AT_THE_ROOT = {
    "scheduler", "models", "templates", "jobs", "tests", "config.py", "run.py", "requirements.txt",
    "README.md", "CHANGELOG.md", "DECISIONS.md", "LICENSE",
    "benchmarks",         # how fast and how good the planner is, side by side; no part of the product
    "docs",               # the pictures of the README
    "package.json", "package-lock.json",  # the front end's pins
    "pyproject.toml",     # the development tools
    ".ci", ".gitignore", ".gitattributes",
}  # fmt: skip
MACHINES = re.compile(r"(?<![\w.])/(?:work|root|home|Users|mnt|opt)/[\w.-]+")
TEXT = (".py", ".md", ".html", ".css", ".js", ".toml", ".json", ".txt", ".mako", ".yaml", ".yml", ".csv")


def test_every_file_s_name_says_what_is_in_it():
    assert [inside(path) for path in files() if path.stem.lower() in SAYS_NOTHING] == []


def test_the_root_holds_only_what_has_a_reason():
    assert {inside(path).split("/")[0] for path in files()} - AT_THE_ROOT - {".git", ".venv.lock"} == set()


def test_no_file_knows_the_machine_it_was_written_on():
    told = {
        inside(path): found
        for path in files(*TEXT)
        if path.name != "package-lock.json"
        and path.resolve() != ROOT / "tests/house/test_names_and_places.py"
        and (found := MACHINES.findall(path.read_text(encoding="utf-8")))
    }
    assert told == {}


def test_no_relationship_loads_by_itself():
    lazy = [
        f"{mapper.class_.__name__}.{link.key}"
        for mapper in Base.registry.mappers
        for link in mapper.relationships
        if link.lazy not in ("raise", "raise_on_sql", "write_only", "noload")
    ]
    assert lazy == [], 'relationship(…, lazy="raise"): a query says what it loads'
