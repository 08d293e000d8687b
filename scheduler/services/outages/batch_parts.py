"""The courses that were hit, each as the planner's question: what of it may move, and what stays where it is.

A part is a series, or a visit by itself. Of a series everything to come may move, for that is what makes room: only
visits of today stay that come before the first one hit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, BatchPart, Clinic, Resource, Series
from scheduler.planning.batches import PartState
from scheduler.planning.documents import InOneLine
from scheduler.planning.instants import wall
from scheduler.planning.lifecycle import AppointmentStatus, SeriesStatus
from scheduler.planning.urgency import HitFacts, Urgency, ranked
from scheduler.queries.changes import fingerprint
from scheduler.queries.hit_visits import hits
from scheduler.queries.outages import lying_in
from scheduler.services.booking.free_times import asked_to_move
from scheduler.services.booking.locked import appointments_of
from scheduler.services.booking.series_problem import Asked
from scheduler.services.booking.standing import Movable, asked_of

THERAPIST = "therapist"


@dataclass(frozen=True)
class PlanBatch(InOneLine):
    """Re-plan every course with visits that no longer fit; with closures or absences named, only those hit by them.

    `leave`: parts (by key) that are left out. `stand_in`: another therapist may take over.
    `apart`: every course gets places that nobody else has to give up first, so that each patient can be asked.
    """

    document_name = "batch"

    closure_ids: tuple[int, ...] = ()
    time_off_ids: tuple[int, ...] = ()
    leave: tuple[str, ...] = ()
    stand_in: bool = False
    apart: bool = False


@dataclass(frozen=True)
class Part:
    """One course that was hit. `rows`: every appointment of the series, or the one visit. `hit`: by id."""

    key: str
    patient_id: int
    series: Series | None
    rows: Sequence[Appointment]
    hit: tuple[int, ...]
    asked: Asked
    urgency: tuple[Urgency, ...]
    """Of its hit visits, the most urgent first."""

    @property
    def by_step(self) -> dict[str, Appointment]:
        """Its appointments by the planner's step."""
        if self.series is None:
            return {self.asked.terms.steps[0].id: self.rows[0]}
        return {row.step: row for row in self.rows if row.step}

    @property
    def fingerprint(self) -> str:
        """What stands now."""
        return fingerprint(self.series, self.rows)


@dataclass(frozen=True)
class LeftOut:
    """A course whose hit visits are not planned here, and why."""

    key: str
    patient_id: int
    hit: tuple[int, ...]
    sentence: str


def key_of(row: Appointment) -> str:
    """The key of the part that an appointment belongs to."""
    return f"s{row.series_id}" if row.series_id and row.step else f"a{row.id}"


def parts_of(session: Session, clinic: Clinic, command: PlanBatch, *, now: datetime,
             only: str = "") -> tuple[tuple[Part, ...], tuple[LeftOut, ...]]:
    """Every course that is hit and runs, the most urgent first; and those that are left out, with the reason.

    `only`: the one part of this key.
    """
    found = set(hits(session, clinic.id, now=now))
    if command.closure_ids or command.time_off_ids:
        found = lying_in(session, clinic.id, found, command.closure_ids, command.time_off_ids)
    rows = session.scalars(select(Appointment).where(Appointment.id.in_(found))
                           .order_by(Appointment.starts_at, Appointment.id)).all()
    grouped: dict[str, list[Appointment]] = defaultdict(list)
    for row in rows:
        grouped[key_of(row)].append(row)
    series = {row.id: row for row in session.scalars(
        select(Series).where(Series.id.in_({row.series_id for row in rows if row.series_id})))}
    asked = _offered(session, clinic.id)
    parts, out = [], []
    for key, hit in grouped.items():
        if only and key != only:
            continue
        ids, first = tuple(row.id for row in hit), hit[0]
        own = series.get(first.series_id or 0) if key.startswith("s") else None
        if key in command.leave:
            out.append(LeftOut(key, first.patient_id, ids, "You have left it out."))
        elif key in asked:
            out.append(LeftOut(key, first.patient_id, ids, "New times are offered, and not answered yet."))
        elif own is not None and own.status not in (SeriesStatus.ACTIVE, SeriesStatus.COMPLETED):
            out.append(LeftOut(key, first.patient_id, ids, "The series does not run."))
        else:
            parts.append(_part(session, clinic, key, own, hit, command.stand_in, now))
    return _by_urgency(parts), tuple(out)


def _offered(session: Session, clinic_id: int) -> set[str]:
    """The parts to which new times are offered now."""
    rows = session.execute(select(BatchPart.series_id, BatchPart.appointment_id).where(
        BatchPart.clinic_id == clinic_id, BatchPart.state == PartState.OPEN))
    return {f"s{row.series_id}" if row.series_id else f"a{row.appointment_id}" for row in rows}


def _by_urgency(parts: Iterable[Part]) -> tuple[Part, ...]:
    """In the order of each one's most urgent visit."""
    def key(part: Part) -> tuple:
        first = part.urgency[0]
        share = first.given / first.infusions if first.infusions else 1.0
        return first.breach_on is None, first.breach_on or date.max, share, first.visit_id
    return tuple(sorted(parts, key=key))


def _part(session: Session, clinic: Clinic, key: str, series: Series | None, hit: list[Appointment], stand_in: bool,
          now: datetime) -> Part:
    ids = tuple(row.id for row in hit)
    today = wall(now, clinic.timezone).date()
    if series is None:
        row = hit[0]
        asked = asked_to_move(session, clinic, row, now=now,
                              latest_on=row.starts_on + timedelta(days=clinic.latest_days))
        return Part(key, row.patient_id, None, [row], ids, asked, ranked([HitFacts(row.id, row.wall_start)], today))
    rows = appointments_of(session, series.id)
    first = min(row.ordinal for row in hit)
    awaited = (AppointmentStatus.BOOKED, AppointmentStatus.HELD)
    free = frozenset(row.step for row in rows
                     if row.step and row.status in awaited and row.starts_at > now
                     and (row.ordinal >= first or row.starts_on > today))
    asked = asked_of(session, clinic, series, rows, Movable(frozenset(), free), now=now)
    if stand_in:
        asked = _anybody(session, clinic, asked)
    return Part(key, series.patient_id, series, rows, ids, asked, ranked(_facts(asked, rows, ids), today))


def _anybody(session: Session, clinic: Clinic, asked: Asked) -> Asked:
    """The question with any therapist in place of the one asked for, or the one kept through the course."""
    wanted = asked.terms.wishes.therapist_id
    kind = session.scalar(select(Resource.kind).where(Resource.id == wanted, Resource.clinic_id == clinic.id)) \
        if wanted else THERAPIST
    terms = replace(asked.terms, wishes=replace(asked.terms.wishes, therapist_id=None),
                    same=tuple(one for one in asked.terms.same if one not in (kind, THERAPIST)))
    return replace(asked, terms=terms)


def _facts(asked: Asked, rows: Sequence[Appointment], hit: Sequence[int]) -> list[HitFacts]:
    by_step = {row.step: row for row in rows if row.step}
    stays = {step: one.wall_start for step, one in asked.standing.items() if by_step[step].id not in hit}
    infusions = [step for step in asked.terms.steps if step.kind == "infusion"]
    given = sum(by_step[step.id].status == AppointmentStatus.FULFILLED for step in infusions)
    return [HitFacts(by_step[step.id].id, by_step[step.id].wall_start, step.gaps, stays, given, len(infusions))
            for step in asked.terms.steps if by_step[step.id].id in hit]
