"""A clinician answers what the desk asked: yes, which moves what was asked for, or no. The desk may take it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Question
from scheduler.access import Permission, Viewer
from scheduler.planning.documents import from_document
from scheduler.planning.words import QuestionState
from scheduler.queries.questions import AskedMove
from scheduler.services.booking.claims import lock_patients
from scheduler.services.changing.apply_replan import ApplyReplan, Replanned, apply_replan
from scheduler.services.changing.ask_clinician import NO_PLAN, Asked, Outcome, note_question
from scheduler.services.changing.call_off import LONGEST_REASON
from scheduler.services.changing.move_conflicts import CliniciansOnly
from scheduler.services.changing.replan import ReplanPreview, ReplanSeries, preview_replan
from scheduler.services.changing.reschedule import Moved, MoveVisit, move_visit
from scheduler.services.changing.ripple import AskMove, preview_move
from scheduler.services.conflicts import NotAsked, Stale
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.whole import whole


@dataclass(frozen=True)
class Answer:
    """Yes moves the visit, with the reason kept beside the rules that it sets aside; no leaves it where it is."""

    question_id: int
    yes: bool
    words: str = ""


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
    note_question(session, question, "answer", by, now)
    return Asked(question.id, question.appointment_id, question.state, change_id)


def _moved(session: Session, question: Question, words: str, by: Viewer,
           now: datetime) -> Moved | Replanned | Refused | NotFound:
    """Do what was asked. The rest is planned anew at this moment, around the times that were asked for."""
    asked = from_document(AskedMove, question.asked, "asked")
    if not asked.rest:
        return move_visit(session, MoveVisit(
            question.appointment_id, asked.version, asked.wall_start, asked.resources or None, words), by=by, now=now)
    if session.get_one(Appointment, question.appointment_id).version != asked.version:
        return Refused((Stale(question.appointment_id),))
    plan = _plan(session, question, asked, by, now)
    if isinstance(plan, Refused | NotFound):
        return plan
    return apply_replan(session, ApplyReplan(plan.command, plan.plan.places, plan.fingerprint, words), by=by, now=now)


def _plan(session: Session, question: Question, asked: AskedMove, by: Viewer,
          now: datetime) -> ReplanPreview | Refused | NotFound:
    found: object
    if asked.plan:
        found = preview_replan(session, ReplanSeries.from_text(asked.plan), by=by, now=now, ways_out=False)
    else:
        shown = preview_move(
            session, AskMove(question.appointment_id, asked.wall_start, asked.resources), by=by, now=now)
        found = shown if isinstance(shown, Refused | NotFound) else shown.rest
    return found if isinstance(found, ReplanPreview | Refused | NotFound) else Refused((NO_PLAN,))


@whole
def withdraw_question(session: Session, question_id: int, *, by: Viewer, now: datetime) -> Outcome:
    """Take a question back before it is answered."""
    question = _open(session, question_id, by)
    if not isinstance(question, Question):
        return question
    _close(question, QuestionState.WITHDRAWN, "", by, now)
    note_question(session, question, "withdraw", by, now)
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
