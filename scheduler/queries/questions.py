"""What the desk has asked clinicians: what is open, and what was answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, aliased

from models import Appointment, Question, StaffMember
from scheduler.planning.documents import from_document
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.planning.words import QuestionState
from scheduler.queries.visits import VisitRow, visits

ANSWERS_STAY = timedelta(days=7)
MOVABLE = (AppointmentStatus.BOOKED, AppointmentStatus.CANCELLED, AppointmentStatus.NO_SHOW)


@dataclass(frozen=True)
class AskedMove:
    """May this visit (as it was at `version`) go there, alone or with the `rest` planned anew around it?

    `rules` are the sentences of what stands against it; `plan` is the command of the plan where one was asked about.
    """

    wall_start: datetime
    version: int
    resources: Mapping[str, int] = field(default_factory=dict)
    rules: tuple[str, ...] = ()
    rest: bool = False
    plan: str = ""


@dataclass(frozen=True)
class QuestionRow:
    """One question with its visit. `overtaken`: the visit has been changed since it was asked."""

    id: int
    visit: VisitRow
    state: QuestionState
    asked: AskedMove
    note: str = field(repr=False)
    asked_at: datetime
    asked_by: str
    answered_at: datetime | None
    answered_by: str
    answer: str = field(repr=False)
    overtaken: bool

    @property
    def open(self) -> bool:
        """Whether a clinician has still to answer."""
        return self.state == QuestionState.OPEN


def question(session: Session, clinic_id: int, question_id: int) -> QuestionRow | None:
    """One question of the clinic; None for anybody else's."""
    found = _questions(session, clinic_id, Question.id == question_id)
    return found[0] if found else None


def open_questions(session: Session, clinic_id: int) -> tuple[QuestionRow, ...]:
    """Every open question of a clinic, the visit that comes first first."""
    return tuple(sorted(_questions(session, clinic_id, Question.state == QuestionState.OPEN),
                        key=lambda one: (one.visit.starts_at, one.id)))


def recent_questions(session: Session, clinic_id: int, *, now: datetime) -> tuple[QuestionRow, ...]:
    """The open ones, and those that were answered in the last week, the newest first."""
    return _questions(session, clinic_id, or_(
        Question.state == QuestionState.OPEN, Question.answered_at > now - ANSWERS_STAY))


def questions_of_visit(session: Session, clinic_id: int, appointment_id: int) -> tuple[QuestionRow, ...]:
    """Every question about one visit, the newest first."""
    return _questions(session, clinic_id, Question.appointment_id == appointment_id)


def _questions(session: Session, clinic_id: int, *where: ColumnElement[bool]) -> tuple[QuestionRow, ...]:
    """Six queries, however many questions."""
    asker, answerer = aliased(StaffMember), aliased(StaffMember)
    rows = session.execute(
        select(Question, asker.name.label("asker"), answerer.name.label("answerer"))
        .outerjoin(asker, asker.id == Question.asked_by).outerjoin(answerer, answerer.id == Question.answered_by)
        .where(Question.clinic_id == clinic_id, *where).order_by(Question.id.desc())).all()
    about = {one.id: one for one in visits(
        session, clinic_id, Appointment.id.in_({row.Question.appointment_id for row in rows}))}
    return tuple(_row(row.Question, about[row.Question.appointment_id], row.asker or "", row.answerer or "")
                 for row in rows)


def _row(one: Question, visit: VisitRow, asker: str, answerer: str) -> QuestionRow:
    asked = from_document(AskedMove, one.asked, "asked")
    overtaken = one.state == QuestionState.OPEN and (visit.version != asked.version or visit.status not in MOVABLE)
    return QuestionRow(one.id, visit, one.state, asked, one.note, one.asked_at, asker, one.answered_at, answerer,
                       one.answer, overtaken)
