"""Bring the database up to date; `serve`, `work` and the start do it by themselves."""

from __future__ import annotations

import argparse

from models.migrations import current
from scheduler.commands.opening import open_database, open_settings

SUMMARY = "Bring the database up to date (serve, work and the start do it by themselves)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No options: DATABASE_URL says which database."""


def run(args: argparse.Namespace) -> int:
    """Migrate to the newest revision and name it."""
    database = open_database(open_settings())
    with database.engine.connect() as connection:
        print(f"The database is at revision {current(connection)}.")
    database.dispose()
    return 0
