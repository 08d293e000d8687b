"""The clock says that it is alive."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import Heartbeat


def beat(session: Session, name: str, *, now: datetime) -> None:
    """Note the last good tick of a job; of two clocks that beat for the first time together, one row stays."""
    if session.execute(update(Heartbeat).where(Heartbeat.name == name).values(beat_at=now)).rowcount:
        return
    try:
        with session.begin_nested():
            session.add(Heartbeat(name=name, beat_at=now))
    except IntegrityError:
        return
