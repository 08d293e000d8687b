"""The calendar of a clinic as the planner reads it: hours, closures, resources, visit types and what is taken.

Ids become words: resource 12 is "r12", patient 7 "p7", visit type 3 "v3". What is taken comes from live claims, not
from visit types, so a visit counts as it was booked even where its type was edited later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import Appointment, Claim, Closure, Hold, OpeningHours, Resource, ResourceHours, TimeOff
from models import Clinic as ClinicRow
from scheduler.planning.calendar_index import CalendarIndex
from scheduler.planning.instants import instant, wall
from scheduler.planning.occupation import Span, phases_of
from scheduler.planning.scenario import Booking, Clinic, VisitType, Week, Weights
from scheduler.planning.scenario import Resource as PlanningResource
from scheduler.planning.words import HoldPurpose
from scheduler.queries.visit_shapes import VisitShape, visit_shapes

NEVER: Week = ((),) * 7

LASTING = (HoldPurpose.GATE, HoldPurpose.OFFER)
"""Holds that occupy until they are ended, even where their time has passed."""


def resource_word(resource_id: int) -> str:
    """A resource's id in the planner's words."""
    return f"r{resource_id}"


def patient_word(patient_id: int) -> str:
    """A patient's id in the planner's words."""
    return f"p{patient_id}"


def visit_type_word(visit_type_id: int) -> str:
    """A visit type's id in the planner's words."""
    return f"v{visit_type_id}"


def number(word: str) -> int:
    """The id behind a word."""
    return int(word[1:])


@dataclass(frozen=True)
class PlanningCalendar:
    """Everything that a search needs but the series; `names` are the resources' names by their word."""

    clinic: Clinic
    resources: tuple[PlanningResource, ...]
    visit_types: Mapping[str, VisitType]
    bookings: tuple[Booking, ...]
    weights: Weights
    names: Mapping[str, str]
    shapes: Mapping[int, VisitShape]
    first: date
    last: date

    def index(self) -> CalendarIndex:
        """The calendar, indexed for searches."""
        return CalendarIndex(self.clinic, self.resources, self.visit_types, self.bookings, self.first, self.last)


@dataclass(frozen=True)
class Without:
    """What is not to be counted as taken: appointments being placed anew, a hold that would go, or everything."""

    appointment_ids: Collection[int] = ()
    hold_id: int | None = None
    everything: bool = False


def planning_calendar(session: Session, clinic_id: int, first: date, last: date, *, now: datetime,
                      without: Without = Without(), named: Collection[int] = ()) -> PlanningCalendar:
    """The calendar between two clinic-local dates, both inclusive. Nine queries, however much is in it.

    A hold whose time has passed occupies nothing here: whoever books releases it first. Resources that are switched off
    are left out unless something stands on them, in the bookings or `named` (by id): then they are there, never free.
    """
    row = session.get(ClinicRow, clinic_id)
    assert row is not None
    shapes = visit_shapes(session, clinic_id)
    types = {visit_type_word(shape.id): VisitType(visit_type_word(shape.id), shape.phases) for shape in shapes.values()}
    bookings = [] if without.everything else list(_bookings(session, row, first, last, now, without, types))
    used = {word for booking in bookings for word in booking.resources.values()}
    rows = session.scalars(select(Resource).where(Resource.clinic_id == clinic_id).order_by(Resource.id)).all()
    there = [one for one in rows if one.active or one.id in named or resource_word(one.id) in used]
    closed = _closed(session, clinic_id, first, last)
    clinic = Clinic(row.timezone, row.grid_minutes, _opening(session, clinic_id), closed)
    return PlanningCalendar(
        clinic, tuple(_resources(session, clinic_id, there, first, last)), types, tuple(bookings), weights_of(row),
        {resource_word(one.id): one.name for one in there}, shapes, first, last)


def weights_of(clinic: ClinicRow) -> Weights:
    """A clinic's weights in the planner's words; a key that the planner does not know is left out."""
    known = {field.name for field in fields(Weights)}
    return Weights(**{key: value for key, value in clinic.weights.items() if key in known})


def _opening(session: Session, clinic_id: int) -> Week:
    return _week(session.execute(select(OpeningHours.weekday, OpeningHours.opens, OpeningHours.closes)
                                 .where(OpeningHours.clinic_id == clinic_id)))


def _week(rows) -> Week:
    days: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    for weekday, opens, closes in rows:
        days[weekday].append((_minute(opens), _minute(closes) or 1440))
    return tuple(tuple(sorted(day)) for day in days)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _closed(session: Session, clinic_id: int, first: date, last: date) -> frozenset[date]:
    rows = session.execute(select(Closure.starts_on, Closure.last_on).where(
        Closure.clinic_id == clinic_id, Closure.starts_on <= last, Closure.last_on >= first))
    return frozenset(
        day for starts_on, last_on in rows for day in _days(max(starts_on, first), min(last_on, last)))


def _days(first: date, last: date) -> Iterator[date]:
    for after in range((last - first).days + 1):
        yield first + timedelta(days=after)


def _resources(session: Session, clinic_id: int, rows: list[Resource], first: date,
               last: date) -> Iterator[PlanningResource]:
    hours = defaultdict(list)
    for row in session.scalars(select(ResourceHours).where(ResourceHours.clinic_id == clinic_id)):
        hours[row.resource_id].append((row.weekday, row.opens, row.closes))
    away = defaultdict(list)
    for off in session.scalars(select(TimeOff).where(
            TimeOff.clinic_id == clinic_id, TimeOff.ends_at > datetime.combine(first, time()),
            TimeOff.starts_at < datetime.combine(last + timedelta(days=1), time())).order_by(TimeOff.starts_at)):
        away[off.resource_id].append((off.starts_at, off.ends_at))
    for row in rows:
        own = _week(hours[row.id]) if row.own_hours else None
        yield PlanningResource(resource_word(row.id), row.kind, row.units, own if row.active else NEVER,
                               tuple(away[row.id]))


def _bookings(session: Session, clinic: ClinicRow, first: date, last: date, now: datetime, without: Without,
              types: dict[str, VisitType]) -> Iterator[Booking]:
    """Bookings from live claims; a visit type is made up in `types` for every shape of occupation that occurs."""
    made: dict[tuple, str] = {}
    for (patient_id, starts_at), claims in _claimed(session, clinic, first, last, now, without).values():
        shape = tuple((resource_id and kind, units, _minutes(begins - starts_at), _minutes(ends - starts_at))
                      for resource_id, kind, units, begins, ends in claims)
        if shape not in made:
            made[shape] = f"taken{len(made)}"
            types[made[shape]] = VisitType(made[shape], phases_of(Span(*span) for span in shape))
        yield Booking(patient_word(patient_id), made[shape], wall(starts_at, clinic.timezone),
                      {kind: resource_word(resource_id) for resource_id, kind, *_ in claims if resource_id})


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds()) // 60


def _claimed(session: Session, clinic: ClinicRow, first: date, last: date, now: datetime, without: Without) -> dict:
    begin = instant(datetime.combine(first, time()), clinic.timezone)
    end = instant(datetime.combine(last + timedelta(days=1), time()), clinic.timezone)
    query = (
        select(Claim.appointment_id, Appointment.patient_id, Appointment.starts_at.label("visit"), Claim.resource_id,
               Resource.kind, Claim.units, Claim.starts_at, Claim.ends_at)
        .join(Appointment, Appointment.id == Claim.appointment_id)
        .outerjoin(Resource, Resource.id == Claim.resource_id).outerjoin(Hold, Hold.id == Appointment.hold_id)
        .where(Claim.clinic_id == clinic.id, Appointment.starts_at < end, Appointment.ends_at > begin,
               or_(Appointment.hold_id.is_(None), Hold.expires_at > now, Hold.purpose.in_(LASTING)))
        .order_by(Appointment.starts_at, Claim.appointment_id, Claim.id))
    if without.hold_id is not None:
        query = query.where(or_(Appointment.hold_id.is_(None), Appointment.hold_id != without.hold_id))
    if without.appointment_ids:
        query = query.where(Appointment.id.not_in(list(without.appointment_ids)))
    found: dict = {}
    for row in session.execute(query):
        head, claims = found.setdefault(row.appointment_id, ((row.patient_id, row.visit), []))
        claims.append((row.resource_id, row.kind, row.units, row.starts_at, row.ends_at))
    return found
