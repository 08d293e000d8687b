"""Ask a clinician: may a visit move against a rule, alone or with the rest, or a plan of the rest set one aside?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Question
from scheduler.access import Viewer
from scheduler.planning.documents import to_document
from scheduler.planning.words import QuestionState
from scheduler.queries.questions import AskedMove
from scheduler.services import audit
from scheduler.services.booking.locked import appointments_of, locked_appointment, locked_series
from scheduler.services.booking.offers import ByHand
from scheduler.services.booking.promises import VisitPlace
from scheduler.services.changing.call_off import LONGEST_REASON
from scheduler.services.changing.replan import ReplanPreview, ReplanSeries, preview_replan
from scheduler.services.changing.replan_rules import rules_beyond
from scheduler.services.changing.ripple import AskMove, preview_move
from scheduler.services.conflicts import NotAsked, PlanChanged
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.whole import whole

NO_PLAN = NotAsked("ask", "The rest of the course cannot be planned around this time. Choose another time.")
NOTHING_BROKEN = NotAsked("ask", "This plan keeps every rule: it can be applied without asking anybody.")
ASKED_ALREADY = NotAsked("ask", "A clinician has been asked about this visit already. Take that question back first.")


@dataclass(frozen=True)
class AskClinician:
    """May this visit go there, alone or with the `rest` around it? `note` is for the clinician; no diagnosis in it."""

    appointment_id: int
    wall_start: datetime
    resources: Mapping[str, int] = field(default_factory=dict)
    note: str = ""
    rest: bool = False


@dataclass(frozen=True)
class AskAboutPlan:
    """May this plan of the rest be applied? The command of a preview, its places and its fingerprint, as applied."""

    command: ReplanSeries
    places: tuple[VisitPlace, ...]
    fingerprint: str
    note: str = ""


@dataclass(frozen=True)
class Asked:
    """The question, and where it stands; `change_id` is what a yes did, to undo it by."""

    question_id: int
    appointment_id: int
    state: QuestionState
    change_id: int | None = None


Outcome = Asked | Refused | NotFound


@whole
def ask_clinician(session: Session, command: AskClinician, *, by: Viewer, now: datetime) -> Outcome:
    """Put the question before the clinicians. Refused where there is no room: nobody could say yes."""
    row = locked_appointment(session, by.clinic_id, command.appointment_id)
    if isinstance(row, NotFound):
        return row
    shown = preview_move(session, AskMove(row.id, command.wall_start, command.resources), by=by, now=now)
    if isinstance(shown, Refused | NotFound):
        return shown
    if not (shown.rest_can_be_asked if command.rest else shown.alone.can_be_asked):
        return Refused(shown.alone.stands or (NO_PLAN,))
    rules = shown.rest_broken if command.rest else shown.alone.broken
    return _put(session, row, AskedMove(command.wall_start, row.version, dict(command.resources),
                                        tuple(one.sentence for one in rules), command.rest), command.note, by, now)


@whole
def ask_about_plan(session: Session, command: AskAboutPlan, *, by: Viewer, now: datetime) -> Outcome:
    """Put a plan that sets rules aside before the clinicians; the visits that do so keep the times that were shown.

    It stands with the first of those visits. The others are placed when a clinician says yes.
    """
    series = locked_series(session, by.clinic_id, command.command.series_id)
    if isinstance(series, NotFound):
        return series
    starts = {place.step: place.wall_start for place in command.places if place.step in command.command.beyond}
    rows = {row.step: row for row in appointments_of(session, series.id) if row.step in starts}
    if not rows or rows.keys() != starts.keys():
        return Refused((NOTHING_BROKEN,))
    kept = tuple(one for one in command.command.by_hand if one.step not in starts)
    pinned = replace(command.command, by_hand=(*kept, *(ByHand(str(step), at) for step, at in starts.items())))
    shown = preview_replan(session, pinned, by=by, now=now, ways_out=False)
    if isinstance(shown, Refused | NotFound):
        return shown
    if not isinstance(shown, ReplanPreview) or shown.fingerprint != command.fingerprint:
        return Refused((PlanChanged(),))
    rules = tuple(one.sentence for one in rules_beyond(session, shown, by=by, now=now))
    first = min(rows.values(), key=lambda row: row.ordinal)
    return _put(session, first, AskedMove(starts[first.step], first.version, {}, rules, rest=True,
                                          plan=pinned.to_text()), command.note, by, now)


def _put(session: Session, row: Appointment, asked: AskedMove, note: str, by: Viewer, now: datetime) -> Outcome:
    if session.scalar(select(Question.id).where(
            Question.appointment_id == row.id, Question.state == QuestionState.OPEN)) is not None:
        return Refused((ASKED_ALREADY,))
    question = Question(
        clinic_id=by.clinic_id, patient_id=row.patient_id, appointment_id=row.id, state=QuestionState.OPEN,
        asked=to_document(asked), note=note.strip()[:LONGEST_REASON], asked_at=now, asked_by=by.staff_id)
    session.add(question)
    note_question(session, question, "ask", by, now)
    return Asked(question.id, row.id, question.state)


def note_question(session: Session, question: Question, verb: str, by: Viewer, now: datetime) -> None:
    """The audit entry of what was done with a question."""
    session.flush()
    audit.record(session, by=by, verb=verb, subject="question", subject_id=question.id,
                 patient_id=question.patient_id, now=now,
                 detail={"appointment": question.appointment_id, "state": str(question.state)})
