"""Whole or not at all: a verb that refuses leaves nothing behind, and verbs that claim time begin with a clean book."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from typing import ParamSpec, TypeVar

from sqlalchemy.orm import Session

from scheduler.database import Database
from scheduler.services.end_offers import expire_offers
from scheduler.services.end_parts import expire_parts
from scheduler.services.expired_holds import any_expired, release_expired_holds
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.release_gates import release_gates

P = ParamSpec("P")
R = TypeVar("R")


def whole(verb: Callable[P, R]) -> Callable[P, R]:
    """Run a verb (its first argument the session) in a savepoint that is undone where it refuses or finds nothing."""
    @wraps(verb)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        session = args[0]
        assert isinstance(session, Session)
        savepoint = session.begin_nested()
        try:
            result = verb(*args, **kwargs)
            if isinstance(result, Refused | NotFound):
                savepoint.rollback()
            else:
                savepoint.commit()
        except BaseException:
            if savepoint.is_active:
                savepoint.rollback()
            raise
        return result
    return guarded


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
