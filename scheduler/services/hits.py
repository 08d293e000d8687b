"""A change that hits booked visits says which, and is made only when it is asked for again, knowingly.

The visits stay booked: the desk finds them on its worklist (`scheduler.queries.hit_visits`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from sqlalchemy.orm import Session

from scheduler.access import Viewer
from scheduler.queries.hit_visits import HitVisit, hit_visits, hits
from scheduler.services.refusal import NotFound, Refused


@dataclass(frozen=True)
class Hits:
    """Nothing was changed: these booked visits would no longer fit."""

    visits: tuple[HitVisit, ...]


@dataclass(frozen=True)
class Changed:
    """The change is made; `hits` are the visits that stay booked although they no longer fit."""

    id: int | tuple[int, ...]
    hits: tuple[HitVisit, ...] = ()


Outcome = Changed | Hits | Refused | NotFound


def asks_first(verb: Callable[..., int | tuple[int, ...] | Refused | NotFound]) -> Callable[..., Outcome]:
    """Make a verb (`verb(session, …, by=, now=)`, giving the row's id or ids) answer Hits, unless `go_on=True`.

    What it refuses, and what it only asked about, is undone; visits that did not fit before are not counted.
    """
    @wraps(verb)
    def asking(session: Session, *args: Any, by: Viewer, now: datetime, go_on: bool = False, **more: Any) -> Outcome:
        before = hits(session, by.clinic_id, now=now)
        savepoint = session.begin_nested()
        result = verb(session, *args, by=by, now=now, **more)
        if isinstance(result, Refused | NotFound):
            savepoint.rollback()
            return result
        session.flush()
        new = tuple(hit for hit in hit_visits(session, by.clinic_id, now=now)
                    if set(hit.reasons) - set(before.get(hit.visit.id, ())))
        if new and not go_on:
            savepoint.rollback()
            return Hits(new)
        savepoint.commit()
        return Changed(result, new)
    return asking
