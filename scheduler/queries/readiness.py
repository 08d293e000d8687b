"""Whether the house can do its work: the database, its revision, and the clock's last beat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from models import Heartbeat
from models.migrations import current, head
from scheduler.database import Database


@dataclass(frozen=True)
class Readiness:
    """What `/readyz` tells; `clock_age` is in seconds since the clock's last beat, None where it never beat."""

    database: bool
    migrated: bool
    clock_age: float | None

    @property
    def ready(self) -> bool:
        """Whether requests can be served; a clock that stands still is reported and fails nothing."""
        return self.database and self.migrated


def readiness(database: Database, *, now: datetime) -> Readiness:
    """Ask the database; one that cannot be reached is an answer, not an error."""
    try:
        with database.reading() as session:
            if current(session.connection()) != _head():
                return Readiness(database=True, migrated=False, clock_age=None)
            beat = session.scalar(select(func.max(Heartbeat.beat_at)))
    except SQLAlchemyError:
        return Readiness(database=False, migrated=False, clock_age=None)
    return Readiness(database=True, migrated=True, clock_age=None if beat is None else (now - beat).total_seconds())


@cache
def _head() -> str:
    return head()
