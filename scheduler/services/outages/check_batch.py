"""Check a batch plan against the book, outside the writing transaction; inside, one look says whether that still holds.

Looking at a hundred courses takes a second: nobody else waits for it. The writing transaction locks the patients and
compares one mark of everything the check rested on (`scheduler.queries.book_mark`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Clinic, Series
from scheduler.access import Viewer
from scheduler.queries.book_mark import book_mark
from scheduler.queries.occupied import resources_of
from scheduler.services.booking.claims import lock_patients
from scheduler.services.booking.legality import refuse_rules, refuse_shape
from scheduler.services.booking.locked import clinic_row
from scheduler.services.booking.promises import VisitPlace
from scheduler.services.booking.series_problem import series_of
from scheduler.services.conflicts import PlanChanged
from scheduler.services.outages.batch_parts import Part, PlanBatch, parts_of
from scheduler.services.outages.batch_scenario import batch_calendar
from scheduler.services.refusal import Refused


@dataclass(frozen=True)
class ShownPart:
    """One course as it was shown: its places, and what stood then."""

    key: str
    places: tuple[VisitPlace, ...]
    fingerprint: str


@dataclass(frozen=True)
class ShownBatch:
    """The command of a plan and the parts that were shown."""

    command: PlanBatch
    parts: tuple[ShownPart, ...]


@dataclass(frozen=True)
class Agreed:
    """One part that may move as it was shown. `moves`: each visit that gets another place, by id."""

    shown: ShownPart
    patient_id: int
    series_id: int | None
    first_id: int
    moves: tuple[tuple[int, VisitPlace], ...]
    moved: tuple[tuple[int, str, str], ...]
    """(appointment, wall time before, wall time after) of each."""


@dataclass(frozen=True)
class CheckedBatch:
    """Every part in the order shown, and the mark of the book that it was checked against."""

    command: PlanBatch
    parts: tuple[Agreed, ...]
    mark: str

    @property
    def moves(self) -> dict[int, VisitPlace]:
        """Every visit that gets another place."""
        return {id_: place for part in self.parts for id_, place in part.moves}


def check_batch(session: Session, command: ShownBatch, *, by: Viewer, now: datetime) -> CheckedBatch | Refused:
    """Whether every course still stands as it was shown and keeps its rules in the places shown. Writes nothing."""
    clinic = clinic_row(session, by.clinic_id)
    shown = {one.key: one for one in command.parts}
    mark = _mark(session, clinic.id, shown)
    parts = {part.key: part for part in parts_of(session, clinic, command.command, now=now)[0]}
    agreed = []
    for key, one in shown.items():
        part = parts.get(key)
        if part is None or part.fingerprint != one.fingerprint:
            return Refused((PlanChanged(),))
        if refused := refuse_shape(clinic, part.asked.terms, one.places, now=now, standing=part.asked.standing):
            return refused
        agreed.append(_agreed(session, part, one))
    if refused := _break_rules(session, clinic, [(parts[one.key], one) for one in shown.values()], now):
        return refused
    return CheckedBatch(command.command, tuple(agreed), mark)


def lock_checked(session: Session, clinic: Clinic, checked: CheckedBatch) -> Refused | None:
    """Lock every patient; refused as changed where anything that the check rested on is no longer as it was."""
    lock_patients(session, clinic.id, {one.patient_id for one in checked.parts})
    session.expire_all()
    if _mark(session, clinic.id, [one.shown.key for one in checked.parts]) != checked.mark:
        return Refused((PlanChanged(),))
    return None


def rows_of(session: Session, checked: CheckedBatch) -> dict[int, Appointment]:
    """The appointments that move, by id."""
    return {row.id: row for row in session.scalars(select(Appointment).where(Appointment.id.in_(checked.moves)))}


def series_rows(session: Session, checked: CheckedBatch) -> dict[int, Series]:
    """The series of the parts, by id."""
    ids = [one.series_id for one in checked.parts if one.series_id is not None]
    return {row.id: row for row in session.scalars(select(Series).where(Series.id.in_(ids)))}


def _mark(session: Session, clinic_id: int, keys: Collection[str]) -> str:
    numbers: dict[str, list[int]] = {"s": [], "a": []}
    for key in keys:
        numbers[key[:1]].append(int(key[1:]))
    return book_mark(session, clinic_id, numbers["s"], numbers["a"])


def _agreed(session: Session, part: Part, shown: ShownPart) -> Agreed:
    by_step = part.by_step
    had = resources_of(session, [by_step[str(place.step)].id for place in shown.places])
    moves = [(by_step[str(place.step)], place) for place, resources in zip(shown.places, had, strict=True)
             if by_step[str(place.step)].wall_start != place.wall_start or resources != dict(place.resources)]
    return Agreed(shown, part.patient_id, part.series.id if part.series else None, part.rows[0].id,
                  tuple((row.id, place) for row, place in moves),
                  tuple((row.id, row.wall_start.isoformat(), place.wall_start.isoformat()) for row, place in moves))


def _break_rules(session: Session, clinic: Clinic, shown: Sequence[tuple[Part, ShownPart]],
                 now: datetime) -> Refused | None:
    """The first course whose places break a rule; one calendar for all of them."""
    if not shown:
        return None
    parts = [part for part, _ in shown]
    calendar = batch_calendar(session, clinic, parts, [series_of(one.asked, clinic.timezone, now) for one in parts],
                              now, everything=True)
    for part, one in shown:
        if refused := refuse_rules(session, clinic, part.patient_id, part.asked.terms, one.places, now=now,
                                   standing=part.asked.standing, calendar=calendar):
            return refused
    return None
