"""Apply a batch plan as it was shown: every visit of every course moves, or none does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models import Appointment, Batch, BatchPart, Change, Clinic, Series
from scheduler.access import Viewer
from scheduler.planning.batches import PartState
from scheduler.planning.documents import to_document
from scheduler.services import audit
from scheduler.services.booking.locked import clinic_row
from scheduler.services.booking.promises import move
from scheduler.services.changing.changes import keep_changes, stood_all
from scheduler.services.conflicts import NotAsked
from scheduler.services.messages.owe_messages import ToTell, owe_many
from scheduler.services.outages.check_batch import Agreed, CheckedBatch, lock_checked, rows_of, series_rows
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.whole import whole


@dataclass(frozen=True)
class BatchApplied:
    """The batch, and how many visits of how many patients moved."""

    batch_id: int
    visits: int
    patients: int


@whole
def apply_batch(session: Session, command: CheckedBatch, *, by: Viewer,
                now: datetime) -> BatchApplied | Refused | NotFound:
    """All of it in one transaction. Refused as changed where anything is no longer as `check_batch` found it; a time
    that somebody else has taken meanwhile is named. Use it inside `booking(database, now=…)`."""
    clinic = clinic_row(session, by.clinic_id)
    if refused := lock_checked(session, clinic, command):
        return refused
    moving = [one for one in command.parts if one.moves]
    if not moving:
        return Refused((NotAsked("reschedule", "Nothing moves in this plan."),))
    rows, series = rows_of(session, command), series_rows(session, command)
    was = stood_all(session, [([rows[id_] for id_, _ in one.moves], series.get(one.series_id or 0)) for one in moving])
    if conflicts := move(session, clinic, [(rows[id_], place) for id_, place in command.moves.items()], now=now):
        return Refused(conflicts)
    batch = Batch(clinic_id=clinic.id, command=to_document(command.command), made_at=now, made_by=by.staff_id)
    session.add(batch)
    session.flush()
    _tell(session, clinic, moving, rows, series, now)
    changes = keep_changes(session, [(before, one.patient_id, series.get(one.series_id or 0))
                                     for before, one in zip(was, moving, strict=True)], by=by, now=now)
    _write_parts(session, batch, command, {one.shown.key: change for one, change in zip(moving, changes, strict=True)},
                 now)
    audit.record(session, by=by, verb="reschedule", subject="batch", subject_id=batch.id, now=now, detail={
        "series": [one.series_id for one in command.parts if one.series_id],
        "moved": [list(each) for one in command.parts for each in one.moved]})
    session.flush()
    return BatchApplied(batch.id, len(rows), len({one.patient_id for one in moving}))


def _tell(session: Session, clinic: Clinic, moving: list[Agreed], rows: Mapping[int, Appointment],
          series: Mapping[int, Series], now: datetime) -> None:
    """One letter a patient; the last day of a course is no earlier than its last visit."""
    by_patient: dict[int, list[Agreed]] = {}
    for one in moving:
        by_patient.setdefault(one.patient_id, []).append(one)
        if one.series_id is not None:
            own = series[one.series_id]
            own.latest_on = max([own.latest_on, *(rows[id_].starts_on for id_, _ in one.moves)])
    owe_many(session, [
        ToTell(patient_id, [id_ for one in parts for id_, _ in one.moves],
               next((one.series_id for one in parts if one.series_id), None))
        for patient_id, parts in sorted(by_patient.items())], clinic_id=clinic.id, now=now, why="changed")


def _write_parts(session: Session, batch: Batch, command: CheckedBatch, changes: Mapping[str, Change],
                 now: datetime) -> None:
    for rank, one in enumerate(command.parts, start=1):
        part, change = part_row(batch, one, rank), changes.get(one.shown.key)
        part.state, part.ended_at, part.change_id = PartState.APPLIED, now, change.id if change else None
        session.add(part)
    session.flush()


def part_row(batch: Batch, one: Agreed, rank: int) -> BatchPart:
    """The row of a part, its state to be filled in."""
    return BatchPart(
        clinic_id=batch.clinic_id, batch_id=batch.id, patient_id=one.patient_id, rank=rank, series_id=one.series_id,
        moved=[list(each) for each in one.moved], fingerprint=one.shown.fingerprint,
        appointment_id=None if one.series_id else one.first_id,
        places=[to_document(place) for place in one.shown.places])
