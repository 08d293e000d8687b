"""What clinicians see coming: each visit with the one before, the one after, the paired therapy and what is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Resource, Series
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.queries.day import visits_between
from scheduler.queries.series_page import pairs
from scheduler.queries.visits import VisitRow, visits

GONE = (AppointmentStatus.CANCELLED, AppointmentStatus.NO_SHOW)
CONFIRM_WITHIN = timedelta(days=2)


@dataclass(frozen=True)
class Upcoming:
    """One visit to come, seen in its course. `paired` are the therapy sessions of its infusion; `missing` says in
    sentences what is not in order."""

    visit: VisitRow
    last: VisitRow | None
    next: VisitRow | None
    paired: tuple[VisitRow, ...]
    missing: tuple[str, ...]


def upcoming(session: Session, clinic_id: int, timezone: str, first: date, last: date, *, now: datetime,
             staff_id: int | None = None) -> tuple[Upcoming, ...]:
    """The visits from one clinic-local day to another, inclusive; with `staff_id`, those of this person's resources.

    A constant number of queries, however many visits.
    """
    found = visits_between(session, clinic_id, timezone, first, last)
    if staff_id is not None:
        mine = set(session.scalars(select(Resource.id).where(
            Resource.clinic_id == clinic_id, Resource.staff_id == staff_id)))
        found = tuple(visit for visit in found if mine & {one.id for one in visit.resources})
    ids = {visit.series_id for visit in found if visit.series_id is not None}
    courses: dict[int, list[VisitRow]] = defaultdict(list)
    for visit in visits(session, clinic_id, Appointment.series_id.in_(ids)):
        courses[visit.series_id or 0].append(visit)
    steps = {row.id: pairs(row.steps) for row in session.execute(
        select(Series.id, Series.steps).where(Series.clinic_id == clinic_id, Series.id.in_(ids)))}
    return tuple(_seen(visit, courses.get(visit.series_id or 0, []), steps.get(visit.series_id or 0, {}), now)
                 for visit in found)


def _seen(visit: VisitRow, course: list[VisitRow], belongs: Mapping[str, str], now: datetime) -> Upcoming:
    infusions = [one for one in course if one.kind == "infusion" and one.status not in GONE]
    before = [one for one in infusions if one.starts_at < visit.starts_at]
    after = [one for one in infusions if one.starts_at > visit.starts_at]
    own = visit.step if visit.kind == "infusion" else belongs.get(visit.step or "")
    paired = tuple(one for one in course if one.id != visit.id and belongs.get(one.step or "") == own and own)
    return Upcoming(visit, before[-1] if before else None, after[0] if after else None, paired,
                    tuple(_missing(visit, paired, before, now)))


def _missing(visit: VisitRow, paired: Iterable[VisitRow], before: list[VisitRow], now: datetime) -> Iterable[str]:
    if visit.status != AppointmentStatus.BOOKED:
        return
    if visit.cannot_come_at:
        yield "Said that they cannot come"
    elif visit.confirmed_at is None and visit.starts_at - now < CONFIRM_WITHIN:
        yield "Not yet confirmed"
    if visit.kind != "infusion":
        return
    if any(one.status in GONE for one in paired):
        yield "A paired therapy session has no time"
    if any(one.starts_at < visit.starts_at < now + CONFIRM_WITHIN and one.status == AppointmentStatus.BOOKED
           and one.starts_at < now for one in paired):
        yield "The therapy session before is not recorded"
    if before and before[-1].starts_at < now and before[-1].status != AppointmentStatus.FULFILLED:
        yield "The last infusion is not recorded"
