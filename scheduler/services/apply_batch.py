"""Apply a batch plan as it was shown: every visit of every course moves, or none does; and take it back in one step."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Batch, BatchPart, Change, Clinic, Series
from scheduler.access import Viewer
from scheduler.planning.batches import PartState
from scheduler.planning.documents import to_document
from scheduler.queries.changes import against_undo, before_of
from scheduler.queries.occupied import resources_of
from scheduler.services import audit
from scheduler.services.batch_parts import Part, PlanBatch, parts_of
from scheduler.services.batch_scenario import batch_calendar
from scheduler.services.changes import Stood, keep_change, stood
from scheduler.services.claims import lock_patients
from scheduler.services.conflicts import NotAsked, PlanChanged
from scheduler.services.legality import refuse_rules, refuse_shape
from scheduler.services.locked import clinic_row
from scheduler.services.ordered import over_ordered
from scheduler.services.owe_messages import owe_messages
from scheduler.services.promises import VisitPlace, move
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.series_problem import series_of
from scheduler.services.series_state import settle
from scheduler.services.undo_change import put_back, taken_back
from scheduler.services.whole import whole


@dataclass(frozen=True)
class ShownPart:
    """One course as it was shown: its places, and what stood then."""

    key: str
    places: tuple[VisitPlace, ...]
    fingerprint: str


@dataclass(frozen=True)
class ApplyBatch:
    """The command of a plan and the parts that were shown."""

    command: PlanBatch
    parts: tuple[ShownPart, ...]


@dataclass(frozen=True)
class BatchApplied:
    """The batch, and how many visits of how many patients moved."""

    batch_id: int
    visits: int
    patients: int


@dataclass
class Agreed:
    """One part as it now stands, checked against what was shown; `moves` are those that change anything."""

    part: Part
    shown: ShownPart
    moves: list[tuple[Appointment, VisitPlace]]
    moved: list[list] = field(default_factory=list)
    """[appointment, wall time before, wall time after] of each."""


@whole
def apply_batch(session: Session, command: ApplyBatch, *, by: Viewer,
                now: datetime) -> BatchApplied | Refused | NotFound:
    """All of it in one transaction. Refused as changed where anything of any course is no longer as it was shown; a
    time that somebody else has taken meanwhile is named. Use it inside `booking(database, now=…)`."""
    clinic = clinic_row(session, by.clinic_id)
    agreed = agree(session, clinic, command, now)
    if isinstance(agreed, Refused):
        return agreed
    was = [stood(session, [row for row, _ in one.moves], one.part.series) for one in agreed]
    moves = [each for one in agreed for each in one.moves]
    if not moves:
        return Refused((NotAsked("reschedule", "Nothing moves in this plan."),))
    rows = [row for row, _ in moves]
    if conflicts := over_ordered(session, rows) or move(session, clinic, moves, now=now):
        return Refused(conflicts)
    if refused := _break_rules(session, clinic, agreed, now):
        return refused
    batch = Batch(clinic_id=clinic.id, command=to_document(command.command), made_at=now, made_by=by.staff_id)
    session.add(batch)
    session.flush()
    _follow(session, clinic, batch, agreed, was, by, now)
    audit.record(session, by=by, verb="reschedule", subject="batch", subject_id=batch.id, now=now, detail={
        "series": [one.part.series.id for one in agreed if one.part.series],
        "moved": [[id_, before, after] for one in agreed for id_, before, after in one.moved]})
    session.flush()
    return BatchApplied(batch.id, len(rows), len({one.part.patient_id for one in agreed}))


def agree(session: Session, clinic: Clinic, command: ApplyBatch, now: datetime) -> list[Agreed] | Refused:
    """Lock every patient, look again, and give the parts in the order shown; refused where one has changed."""
    shown = {one.key: one for one in command.parts}
    lock_patients(session, clinic.id, _patients(session, clinic, shown))
    session.expire_all()
    parts = {part.key: part for part in parts_of(session, clinic, command.command, now=now)[0]}
    agreed = []
    for key, one in shown.items():
        part = parts.get(key)
        if part is None or part.fingerprint != one.fingerprint:
            return Refused((PlanChanged(),))
        if refused := refuse_shape(clinic, part.asked.terms, one.places, now=now, standing=part.asked.standing):
            return refused
        agreed.append(Agreed(part, one, _moves(session, part, one)))
    for one in agreed:
        one.moved = [[row.id, row.wall_start.isoformat(), place.wall_start.isoformat()] for row, place in one.moves]
    return agreed


def _patients(session: Session, clinic: Clinic, keys: Collection[str]) -> set[int]:
    """Whose courses these are."""
    numbers = {key[:1]: [int(one[1:]) for one in keys if one[:1] == key[:1]] for key in keys}
    series = select(Series.patient_id).where(Series.clinic_id == clinic.id, Series.id.in_(numbers.get("s", [])))
    alone = select(Appointment.patient_id).where(Appointment.clinic_id == clinic.id,
                                                 Appointment.id.in_(numbers.get("a", [])))
    return {*session.scalars(series), *session.scalars(alone)}


def _moves(session: Session, part: Part, shown: ShownPart) -> list[tuple[Appointment, VisitPlace]]:
    by_step = part.by_step
    had = resources_of(session, [by_step[str(place.step)].id for place in shown.places])
    return [(by_step[str(place.step)], place) for place, resources in zip(shown.places, had, strict=True)
            if by_step[str(place.step)].wall_start != place.wall_start or resources != dict(place.resources)]


def _break_rules(session: Session, clinic: Clinic, agreed: Sequence[Agreed], now: datetime) -> Refused | None:
    """The first course whose places break a rule; one calendar for all of them."""
    parts = [one.part for one in agreed]
    calendar = batch_calendar(session, clinic, parts, [series_of(one.asked, clinic.timezone, now) for one in parts],
                              now, everything=True)
    for one in agreed:
        asked = one.part.asked
        if refused := refuse_rules(session, clinic, one.part.patient_id, asked.terms, one.shown.places, now=now,
                                   standing=asked.standing, calendar=calendar):
            return refused
    return None


def _follow(session: Session, clinic: Clinic, batch: Batch, agreed: Sequence[Agreed], was: Sequence[Stood],
            by: Viewer, now: datetime) -> None:
    """What a move brings with it: the series' ends, one letter a patient, the change to undo by, the part's row."""
    for one in agreed:
        if one.part.series is not None and one.moves:
            one.part.series.latest_on = max([one.part.series.latest_on, *(row.starts_on for row, _ in one.moves)])
            settle(session, one.part.series.id, now=now)
    for patient_id in sorted({one.part.patient_id for one in agreed if one.moves}):
        own = [one for one in agreed if one.part.patient_id == patient_id and one.moves]
        series_id = next((one.part.series.id for one in own if one.part.series), None)
        owe_messages(session, clinic_id=clinic.id, patient_id=patient_id, series_id=series_id, now=now, why="changed",
                     appointment_ids=[row.id for one in own for row, _ in one.moves])
    for rank, (one, before) in enumerate(zip(agreed, was, strict=True), start=1):
        change = keep_change(session, before, one.part.patient_id, one.part.series, by=by, now=now) \
            if one.moves else None
        part = part_row(batch, one, rank)
        part.state, part.ended_at, part.change_id = PartState.APPLIED, now, change.id if change else None
        session.add(part)
    session.flush()


def part_row(batch: Batch, one: Agreed, rank: int) -> BatchPart:
    """The row of a part, its state to be filled in."""
    return BatchPart(
        clinic_id=batch.clinic_id, batch_id=batch.id, patient_id=one.part.patient_id, rank=rank, moved=one.moved,
        series_id=one.part.series.id if one.part.series else None, fingerprint=one.shown.fingerprint,
        appointment_id=None if one.part.series else one.part.rows[0].id,
        places=[to_document(place) for place in one.shown.places])


@dataclass(frozen=True)
class UndoBatch:
    """Put everything back where it stood before the batch."""

    batch_id: int


@dataclass(frozen=True)
class BatchUndone:
    """How many visits stand where they stood."""

    batch_id: int
    visits: int


@whole
def undo_batch(session: Session, command: UndoBatch, *, by: Viewer, now: datetime) -> BatchUndone | Refused | NotFound:
    """All of it, or nothing, as long as nobody was told and nothing was changed. Use it inside `booking(…)`."""
    batch = session.scalar(select(Batch).where(Batch.id == command.batch_id, Batch.clinic_id == by.clinic_id))
    if batch is None:
        return NotFound("batch")
    patients = session.scalars(select(BatchPart.patient_id).where(BatchPart.batch_id == batch.id)).all()
    lock_patients(session, by.clinic_id, patients)
    session.refresh(batch)
    changes = session.scalars(
        select(Change).join(BatchPart, BatchPart.change_id == Change.id)
        .where(BatchPart.batch_id == batch.id, BatchPart.state == PartState.APPLIED).order_by(Change.id)
        .execution_options(populate_existing=True)).all()
    if stands := why_not_undo(session, batch, changes):
        return Refused((NotAsked("undo", stands),))
    if conflicts := put_back(session, changes, by, now):
        return Refused(conflicts)
    for change in changes:
        taken_back(session, change, by, now)
    batch.undone_at, batch.undone_by = now, by.staff_id
    visits = [one.id for change in changes for one in before_of(change).visits]
    audit.record(session, by=by, verb="undo reschedule", subject="batch", subject_id=batch.id, now=now,
                 detail={"back": visits})
    session.flush()
    return BatchUndone(batch.id, len(visits))


def why_not_undo(session: Session, batch: Batch, changes: Sequence[Change]) -> str:
    """Why a batch can no longer be taken back as a whole; empty where it can."""
    if batch.undone_at is not None:
        return "This plan has been taken back already."
    if not changes:
        return "Nothing of this plan was moved by the desk."
    told: Mapping[str, int] = {}
    for change in changes:
        stands = against_undo(session, change)
        told = {**told, stands: told.get(stands, 0) + 1} if stands else told
    if not told:
        return ""
    count = sum(told.values())
    return (f"{'1 course' if count == 1 else f'{count} courses'} of this plan can no longer be put back: "
            f"{next(iter(told))[0].lower()}{next(iter(told))[1:]} Undo the others one by one on their own pages.")
