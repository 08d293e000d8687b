"""Verbs that claim time begin with a clean book: nobody is refused for the sake of a dead hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.orm import Session

from scheduler.database import Database
from scheduler.services.booking.expired_holds import any_expired, release_expired_holds
from scheduler.services.changing.release_gates import release_gates
from scheduler.services.outages.end_parts import expire_parts
from scheduler.services.waiting.end_offers import expire_offers


@contextmanager
def booking(database: Database, *, now: datetime) -> Iterator[Session]:
    """The writing transaction for every verb that claims time.

    What has expired is released first, in a transaction of its own: nobody is refused for the sake of a dead hold.
    """
    with database.reading() as session:
        stale = any_expired(session, now=now)
    if stale:
        with database.writing() as session:
            release_expired_holds(session, now=now)
            release_gates(session, now=now)
            expire_offers(session, now=now)
            expire_parts(session, now=now)
    with database.writing() as session:
        yield session
