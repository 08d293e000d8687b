"""The new times of a batch that a patient is asked about: yes moves the whole course at once and by every rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models import Appointment, Batch, BatchPart, Change, Clinic
from scheduler.access import Viewer
from scheduler.planning.batches import PartState
from scheduler.planning.documents import from_document
from scheduler.planning.lifecycle import AWAITED
from scheduler.queries.occupied import resources_of
from scheduler.queries.patient_links import NEW_TIMES
from scheduler.queries.patient_new_times import mark_of_part
from scheduler.services.booking.legality import refuse_rules
from scheduler.services.booking.locked import clinic_row
from scheduler.services.booking.promises import VisitPlace, move
from scheduler.services.booking.series_state import settle
from scheduler.services.by_link.answer_asked import AskedAnswered, Outcome, Question
from scheduler.services.changing.changes import keep_change, stood
from scheduler.services.messages.owe_messages import owe_messages
from scheduler.services.outages.batch_parts import Part, PlanBatch, parts_of
from scheduler.services.outages.end_parts import end_part
from scheduler.services.refusal import Refused

GONE = "These times can no longer be had as they were offered. Nothing has changed; the clinic calls you."


@dataclass(frozen=True)
class NewTimesOver:
    """Too late, or changed meanwhile."""

    sentence: str = "These times are no longer kept. Nothing has changed for you; please call us."


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
    return AskedAnswered(part.id, PartState.ACCEPTED)


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


NEW_TIMES_ASKED = Question("batch part", BatchPart, NEW_TIMES, PartState, mark_of_part, NewTimesOver(),
                           lambda session, part: False, _accept, end_part)
"""The new times of a course after a closure: a yes stands alone, nothing but the patient has to be locked for it."""
