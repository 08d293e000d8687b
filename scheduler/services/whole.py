"""Whole or not at all: a verb that refuses leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from sqlalchemy.orm import Session

from scheduler.services.refusal import NotFound, Refused

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
