"""Whether a database holds nothing but a demo."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Clinic


def is_demo(session: Session) -> bool:
    """Whether there are clinics and all of them are demo clinics: one real clinic makes the database a real one."""
    clinics, real = session.execute(
        select(func.count(Clinic.id), func.count(Clinic.id).filter(Clinic.is_demo.is_(False)))
    ).one()
    return clinics > 0 and real == 0
