"""What a patient sees of the own course once the date of birth is given: every visit of it, and what goes with each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Clinic, WaitlistEntry
from scheduler.planning.lifecycle import AppointmentStatus, Departure
from scheduler.planning.words import VisitKind
from scheduler.queries.patient_links import LinkRow
from scheduler.queries.patient_page import VisitLine, mark_of
from scheduler.queries.visits import RideRow, VisitRow, visits

STOPPED_BY_LINK = "Patient link"
"""How the reason of a visit begins that its patient has cancelled."""
TAKE_BACK_WITHIN = timedelta(minutes=30)
"""How long a patient can take an own move or cancellation back; after that the time may be somebody else's."""


@dataclass(frozen=True)
class CourseVisit:
    """One visit. `number` is (which, of how many) where visits are counted; `shown` marks what an answer is about."""

    line: VisitLine
    kind: VisitKind
    step: str | None
    number: tuple[int, int] | None
    series_id: int | None
    departure: Departure | None
    own_change: bool
    """Whether the patient may still move or cancel it without the desk."""
    can_take_back: bool
    """Whether the patient has just cancelled it and may still take that back."""
    waits: bool
    ride: RideRow | None
    shown: str

    @property
    def wants_ride(self) -> bool:
        """Whether somebody has to take the patient home (FACTS 3.1: driver, grade S)."""
        return self.kind == VisitKind.INFUSION and self.line.to_come


@dataclass(frozen=True)
class PatientCourse:
    """The course that is going on (or was the last one), and single visits to come, by time."""

    visits: tuple[CourseVisit, ...]
    aftercare: tuple[str, ...]
    """The clinic's own words on what to expect afterwards; empty: the one published sentence is shown."""

    @property
    def coming(self) -> tuple[CourseVisit, ...]:
        """Those to come."""
        return tuple(one for one in self.visits if one.line.to_come)

    def visit(self, appointment_id: int) -> CourseVisit | None:
        """One of them."""
        return next((one for one in self.visits if one.line.id == appointment_id), None)


def patient_course(session: Session, link: LinkRow, *, now: datetime) -> PatientCourse:
    """The course of a link's patient. Eight queries, however many visits."""
    clinic = session.get_one(Clinic, link.clinic_id)
    rows = [row for row in visits(session, link.clinic_id, Appointment.patient_id == link.patient_id)
            if row.status != AppointmentStatus.HELD]
    series = _series_shown(rows, now)
    rows = [row for row in rows if row.series_id in series or row.series_id is None and row.starts_at > now]
    ids = [row.id for row in rows]
    waiting = set(session.scalars(select(WaitlistEntry.appointment_id).where(
        WaitlistEntry.appointment_id.in_(ids), WaitlistEntry.ended_at.is_(None))))
    ended = {id_: at for id_, at in session.execute(select(Appointment.id, Appointment.ended_at).where(
        Appointment.id.in_(ids), Appointment.status == AppointmentStatus.CANCELLED))}
    soonest = now + timedelta(hours=max(clinic.own_change_hours, clinic.notice_hours))
    lines = {row.id: _line(row, now) for row in rows}
    return PatientCourse(
        tuple(CourseVisit(
            lines[row.id], row.kind, row.step, row.infusion, row.series_id, row.departure,
            own_change=lines[row.id].to_come and row.starts_at >= soonest,
            can_take_back=(row.ended_reason.startswith(STOPPED_BY_LINK) and row.starts_at > now
                           and (ended.get(row.id) or now) > now - TAKE_BACK_WITHIN and row.id in ended),
            waits=row.id in waiting, ride=row.ride,
            shown=_shown(row, rows, lines, clinic.timezone)) for row in rows),
        tuple(part.strip() for part in clinic.aftercare_text.split("\n\n") if part.strip()))


def _series_shown(rows: list[VisitRow], now: datetime) -> set[int]:
    """The series with visits to come; where there is none, the one that was last."""
    in_series = [row for row in rows if row.series_id is not None]
    coming = {row.series_id for row in in_series if row.starts_at > now and row.status == AppointmentStatus.BOOKED}
    return coming or {in_series[-1].series_id} if in_series else set()


def _shown(row: VisitRow, rows: list[VisitRow], lines: dict[int, VisitLine], timezone: str) -> str:
    """The mark of the day of a visit: an answer is for every visit to come of that day."""
    on = row.on(timezone)
    return mark_of((one.id, one.version) for one in rows if lines[one.id].to_come and one.on(timezone) == on)


def _line(row: VisitRow, now: datetime) -> VisitLine:
    return VisitLine(
        row.id, row.version, row.starts_at, row.patient_leaves_at, row.status, confirmed=row.confirmed_at is not None,
        cannot_come=row.cannot_come_at is not None,
        to_come=row.status == AppointmentStatus.BOOKED and row.starts_at > now)
