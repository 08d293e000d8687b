"""Take the answer to the new times of a batch: yes moves every visit of the course at once and by every rule, or none.

Order of locks: the patient, then the resources. Whoever answers twice, or after somebody else, finds it answered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Batch, BatchPart, Change, Clinic, PatientLink
from scheduler.access import Viewer
from scheduler.planning.batches import PartState
from scheduler.planning.documents import from_document
from scheduler.planning.lifecycle import AWAITED
from scheduler.queries.occupied import resources_of
from scheduler.queries.patient_links import NEW_TIMES
from scheduler.queries.patient_new_times import mark_of_part
from scheduler.services.answer_link import PATIENT_LINK, LinkOver
from scheduler.services.batch_parts import Part, PlanBatch, parts_of
from scheduler.services.changes import keep_change, stood
from scheduler.services.claims import lock_patients
from scheduler.services.end_parts import end_part
from scheduler.services.legality import refuse_rules
from scheduler.services.locked import clinic_row
from scheduler.services.owe_messages import owe_messages
from scheduler.services.promises import VisitPlace, move
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.series_state import settle

GONE = "These times can no longer be had as they were offered. Nothing has changed; the clinic calls you."


@dataclass(frozen=True)
class AnswerPart:
    """Yes or no to one part, by the patient or for them; `withdraw` is the desk's own end of it."""

    part_id: int
    accept: bool
    withdraw: bool = False


@dataclass(frozen=True)
class AnswerNewTimes:
    """An answer on the page of a link; `shown` is the mark of what the page showed."""

    link_id: int
    shown: str
    accept: bool


@dataclass(frozen=True)
class PartAnswered:
    """What the part is now. `changed` is False where the same answer had been given before."""

    part_id: int
    state: PartState
    changed: bool = True


@dataclass(frozen=True)
class NewTimesOver:
    """Too late, or changed meanwhile."""

    sentence: str = "These times are no longer kept. Nothing has changed for you; please call us."


Outcome = PartAnswered | Refused | NotFound


def answer_new_times(session: Session, command: AnswerNewTimes, *, now: datetime) -> Outcome:
    """A patient's answer. Use it inside `booking(database, now=…)`."""
    link = session.get(PatientLink, command.link_id)
    if link is None or link.purpose != NEW_TIMES or link.message_id is None:
        return Refused((LinkOver(),))
    part = session.scalar(select(BatchPart).where(BatchPart.message_id == link.message_id))
    if part is None or mark_of_part(part) != command.shown:
        return Refused((NewTimesOver(),))
    by = Viewer(clinic_id=link.clinic_id, actor=PATIENT_LINK)
    return answer_part(session, AnswerPart(part.id, command.accept), by=by, now=now)


def answer_part(session: Session, command: AnswerPart, *, by: Viewer, now: datetime) -> Outcome:
    """Accept, decline or withdraw, once."""
    patient_id = session.scalar(select(BatchPart.patient_id).where(
        BatchPart.id == command.part_id, BatchPart.clinic_id == by.clinic_id))
    if patient_id is None:
        return NotFound("batch part")
    lock_patients(session, by.clinic_id, [patient_id])
    part = session.get_one(BatchPart, command.part_id, populate_existing=True)
    wanted = (PartState.WITHDRAWN if command.withdraw else PartState.ACCEPTED if command.accept
              else PartState.DECLINED)
    if part.state == wanted:
        return PartAnswered(part.id, part.state, changed=False)
    if part.state != PartState.OPEN or part.expires_at is None or part.expires_at <= now:
        return Refused((NewTimesOver(),))
    if wanted == PartState.ACCEPTED:
        return _accept(session, part, by, now)
    end_part(session, part, wanted, by=by, now=now)
    return PartAnswered(part.id, part.state)


def _accept(session: Session, part: BatchPart, by: Viewer, now: datetime) -> Outcome:
    savepoint = session.begin_nested()
    end_part(session, part, PartState.ACCEPTED, by=by, now=now)
    change = _move(session, clinic_row(session, by.clinic_id), part, by, now)
    if isinstance(change, Refused):
        savepoint.rollback()
        session.refresh(part)
        part.why = " ".join(conflict.sentence for conflict in change.conflicts)[:400]
        end_part(session, part, PartState.GONE, by=by, now=now)
        return Refused((NewTimesOver(GONE),))
    part.change_id = change.id
    savepoint.commit()
    session.flush()
    return PartAnswered(part.id, PartState.ACCEPTED)


def _move(session: Session, clinic: Clinic, part: BatchPart, by: Viewer, now: datetime) -> Change | Refused:
    """Move what was offered, if it still stands where it did and every rule is kept beside what has happened since."""
    batch = session.get_one(Batch, part.batch_id)
    command = from_document(PlanBatch, batch.command)
    key = f"s{part.series_id}" if part.series_id else f"a{part.appointment_id}"
    asked = next((one for one in parts_of(session, clinic, command, now=now, only=key)[0] if one.key == key), None)
    if asked is None:
        return Refused((NewTimesOver("The visits fit again where they are, or the course was changed."),))
    places = _places(session, part, asked)
    if places is None:
        return Refused((NewTimesOver("A visit was changed after the offer was made."),))
    by_id = {row.id: row for row in asked.rows}
    steps = {row.id: step for step, row in asked.by_step.items()}
    moving = [(by_id[id_], places[steps[id_]]) for id_, *_ in part.moved]
    was = stood(session, [row for row, _ in moving], asked.series)
    if conflicts := move(session, clinic, moving, now=now):
        return Refused(conflicts)
    if refused := refuse_rules(session, clinic, part.patient_id, asked.asked.terms, list(places.values()), now=now,
                               standing=asked.asked.standing):
        return refused
    if asked.series is not None:
        asked.series.latest_on = max([asked.series.latest_on, *(row.starts_on for row, _ in moving)])
        settle(session, asked.series.id, now=now)
    owe_messages(session, clinic_id=clinic.id, patient_id=part.patient_id, series_id=part.series_id, now=now,
                 why="changed", appointment_ids=[row.id for row, _ in moving])
    return keep_change(session, was, part.patient_id, asked.series, by=by, now=now)


def _places(session: Session, part: BatchPart, asked: Part) -> dict[str, VisitPlace] | None:
    """Every visit that is free to move: those offered at their new places, the others where they stand."""
    offered: Mapping[str, VisitPlace] = {str(place.step): place for place in (
        from_document(VisitPlace, one) for one in part.places)}
    moved = {id_: before for id_, before, _ in part.moved}
    rows: Sequence[Appointment] = [row for step, row in asked.by_step.items()
                                   if not asked.asked.standing[step].fixed] if asked.asked.standing else []
    if not moved.keys() <= {row.id for row in rows}:
        return None
    had = resources_of(session, [row.id for row in rows])
    steps = {row.id: step for step, row in asked.by_step.items()}
    places = {}
    for row, resources in zip(rows, had, strict=True):
        step = steps[row.id]
        if row.id not in moved:
            places[step] = VisitPlace(row.visit_type_id, row.wall_start, resources, step, row.ordinal)
        elif row.status in AWAITED and row.wall_start.isoformat() == moved[row.id] and step in offered:
            places[step] = offered[step]
        else:
            return None
    return places
