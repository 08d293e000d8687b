"""Public holidays as an administrator chooses among them: which are closed already, which no working day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from models import Clinic
from scheduler.interop.public_holidays import PublicHoliday
from scheduler.queries.closures import closed_days
from scheduler.queries.resource_list import opening_week


@dataclass(frozen=True)
class HolidayRow:
    """One holiday to come. `closed`: the clinic is shut that day already; `works`: it opens on that weekday."""

    day: date
    name: str
    closed: bool
    works: bool

    @property
    def proposed(self) -> bool:
        """Whether it is ticked to begin with."""
        return self.works and not self.closed


def place_of(session: Session, clinic_id: int) -> tuple[str, str]:
    """The country of a clinic and the state whose holidays it keeps ("": none chosen yet)."""
    clinic = session.get_one(Clinic, clinic_id)
    return clinic.region, clinic.subdivision


def holiday_choices(session: Session, clinic_id: int, found: Sequence[PublicHoliday], *,
                    since: date) -> tuple[HolidayRow, ...]:
    """The holidays from a day on."""
    coming = [one for one in found if one.day >= since]
    if not coming:
        return ()
    closed = closed_days(session, clinic_id, coming[0].day, coming[-1].day)
    week = opening_week(session, clinic_id)
    return tuple(HolidayRow(one.day, one.name, one.day in closed, bool(week.get(one.day.weekday()))) for one in coming)
