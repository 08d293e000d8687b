"""Ask a clinician whether a visit may be moved against a rule; the clinician says yes, which moves it, or no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Question
from scheduler.access import Permission, Viewer
from scheduler.planning.documents import from_document, to_document
from scheduler.planning.words import QuestionState
from scheduler.queries.questions import AskedMove
from scheduler.services import audit
from scheduler.services.apply_replan import ApplyReplan, Replanned, apply_replan
from scheduler.services.call_off import LONGEST_REASON
from scheduler.services.claims import lock_patients
from scheduler.services.conflicts import NotAsked, Stale
from scheduler.services.locked import locked_appointment
from scheduler.services.move_conflicts import CliniciansOnly
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.replan import ReplanPreview
from scheduler.services.reschedule import Moved, MoveVisit, move_visit
from scheduler.services.ripple import AskMove, preview_move
from scheduler.services.whole import whole

NO_PLAN = NotAsked("ask", "The rest of the course cannot be planned around this time. Choose another time.")


@dataclass(frozen=True)
class AskClinician:
    """May this visit go there, alone or with the `rest` around it? `note` is for the clinician; no diagnosis in it."""

    appointment_id: int
    wall_start: datetime
    resources: Mapping[str, int] = field(default_factory=dict)
    note: str = ""
    rest: bool = False


@dataclass(frozen=True)
class Answer:
    """Yes moves the visit, with the reason kept beside the rules that it sets aside; no leaves it where it is."""

    question_id: int
    yes: bool
    words: str = ""


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
    if session.scalar(select(Question.id).where(
            Question.appointment_id == row.id, Question.state == QuestionState.OPEN)) is not None:
        return Refused((NotAsked("ask", "A clinician has been asked about this visit already. "
                                 "Take that question back first."),))
    asked = AskedMove(command.wall_start, row.version, dict(command.resources),
                      tuple(one.sentence for one in (shown.rest_broken if command.rest else shown.alone.broken)),
                      command.rest)
    question = Question(
        clinic_id=by.clinic_id, patient_id=row.patient_id, appointment_id=row.id, state=QuestionState.OPEN,
        asked=to_document(asked), note=command.note.strip()[:LONGEST_REASON], asked_at=now, asked_by=by.staff_id)
    session.add(question)
    session.flush()
    _note(session, question, "ask", by, now)
    return Asked(question.id, row.id, question.state)


@whole
def answer_question(session: Session, command: Answer, *, by: Viewer, now: datetime) -> Outcome:
    """Say yes or no. Use it inside `booking(database, now=…)`. Two at once: the second is refused."""
    question = _open(session, command.question_id, by)
    if not isinstance(question, Question):
        return question
    if not by.may(Permission.OVERRIDE_RULES):
        return Refused((CliniciansOnly(),))
    change_id = None
    if command.yes:
        moved = _moved(session, question, command.words, by, now)
        if isinstance(moved, Refused | NotFound):
            return moved
        change_id = moved.change_id
    _close(question, QuestionState.YES if command.yes else QuestionState.NO, command.words, by, now)
    _note(session, question, "answer", by, now)
    return Asked(question.id, question.appointment_id, question.state, change_id)


def _moved(session: Session, question: Question, words: str, by: Viewer,
           now: datetime) -> Moved | Replanned | Refused | NotFound:
    """Do what was asked. The rest is planned anew at this moment, around the time that was asked for."""
    asked = from_document(AskedMove, question.asked, "asked")
    if not asked.rest:
        return move_visit(session, MoveVisit(
            question.appointment_id, asked.version, asked.wall_start, asked.resources or None, words), by=by, now=now)
    shown = preview_move(session, AskMove(question.appointment_id, asked.wall_start, asked.resources), by=by, now=now)
    if isinstance(shown, Refused | NotFound):
        return shown
    if shown.version != asked.version:
        return Refused((Stale(question.appointment_id),))
    if not isinstance(shown.rest, ReplanPreview):
        return Refused((NO_PLAN,))
    return apply_replan(session, ApplyReplan(shown.rest.command, shown.rest.plan.places, shown.rest.fingerprint, words),
                        by=by, now=now)


@whole
def withdraw_question(session: Session, question_id: int, *, by: Viewer, now: datetime) -> Outcome:
    """Take a question back before it is answered."""
    question = _open(session, question_id, by)
    if not isinstance(question, Question):
        return question
    _close(question, QuestionState.WITHDRAWN, "", by, now)
    _note(session, question, "withdraw", by, now)
    return Asked(question.id, question.appointment_id, question.state)


def _open(session: Session, question_id: int, by: Viewer) -> Question | Refused | NotFound:
    patient_id = session.scalar(select(Question.patient_id).where(
        Question.id == question_id, Question.clinic_id == by.clinic_id))
    if patient_id is None:
        return NotFound("question")
    lock_patients(session, by.clinic_id, [patient_id])
    question = session.scalars(select(Question).where(Question.id == question_id)
                               .execution_options(populate_existing=True)).one()
    if question.state != QuestionState.OPEN:
        return Refused((NotAsked("answer", "This question has been answered already, or was taken back."),))
    return question


def _close(question: Question, state: QuestionState, words: str, by: Viewer, now: datetime) -> None:
    question.state, question.answered_at, question.answered_by = state, now, by.staff_id
    question.answer = words.strip()[:LONGEST_REASON]


def _note(session: Session, question: Question, verb: str, by: Viewer, now: datetime) -> None:
    session.flush()
    audit.record(session, by=by, verb=verb, subject="question", subject_id=question.id,
                 patient_id=question.patient_id, now=now,
                 detail={"appointment": question.appointment_id, "state": str(question.state)})
