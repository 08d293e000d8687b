"""What a periodic job is: a name, a rhythm, and two functions that are told what time it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from config import Settings
from scheduler.database import Database


@dataclass(frozen=True)
class Round:
    """What a job is handed: the database, the settings, and the instant (aware) at which it acts."""

    database: Database
    settings: Settings
    now: datetime


def nothing_to_list(around: Round) -> Sequence[str]:
    """For a job that only tidies: it owes nobody anything."""
    return ()


@dataclass(frozen=True)
class Tick:
    """One periodic job. It claims before it acts and may run twice, or in two clocks at once.

    `run` gives a sentence on what it did, None where there was nothing to do.
    `due` says in sentences (ids, no names) what `run` would do at that instant, and does none of it.
    """

    name: str
    every: timedelta
    run: Callable[[Round], str | None]
    due: Callable[[Round], Sequence[str]] = nothing_to_list
