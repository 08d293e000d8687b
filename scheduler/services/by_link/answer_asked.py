"""Whoever is asked by link answers once: what a freed time and the new times after a closure have in common.

Order of locks: the patient, then what the kind of question locks besides. Whoever answers twice, after somebody else or
after the deadline finds it answered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import BatchPart, Offer, PatientLink
from scheduler.access import Viewer
from scheduler.services.booking.claims import lock_patients
from scheduler.services.by_link.answer_link import PATIENT_LINK, LinkOver
from scheduler.services.refusal import Conflict, NotFound, Refused


@dataclass(frozen=True)
class AnswerAsked:
    """Yes or no to one question, by the patient or for them; `withdraw` is the desk's own end of it."""

    asked_id: int
    accept: bool
    withdraw: bool = False


@dataclass(frozen=True)
class AskedByLink:
    """An answer on the page of a link; `shown` is the mark of what the page showed."""

    link_id: int
    shown: str
    accept: bool


@dataclass(frozen=True)
class AskedAnswered:
    """What the question is now. `changed` is False where the same answer had been given before."""

    asked_id: int
    state: StrEnum
    changed: bool = True


Outcome = AskedAnswered | Refused | NotFound


@dataclass(frozen=True)
class Question:
    """One kind of question: its table, the purpose of its links, and what an answer does.

    `shut` locks what else a yes needs and says whether that is gone; `accept` does what was asked, whole or not at
    all; `end` writes any other answer down.
    """

    what: str
    table: type[Offer] | type[BatchPart]
    purpose: str
    states: type[StrEnum]
    mark: Callable[[Any], str]
    over: Conflict
    shut: Callable[[Session, Any], bool]
    accept: Callable[[Session, Any, Viewer, datetime], Outcome]
    end: Callable[..., None]


def asked_behind(session: Session, question: Question, link_id: int, shown: str) -> Any | Refused:
    """The row that a link asks about, as its page showed it."""
    link = session.get(PatientLink, link_id)
    if link is None or link.purpose != question.purpose or link.message_id is None:
        return Refused((LinkOver(),))
    row = session.scalar(select(question.table).where(question.table.message_id == link.message_id))
    return row if row is not None and question.mark(row) == shown else Refused((question.over,))


def answer_by_link(session: Session, question: Question, command: AskedByLink, *, now: datetime) -> Outcome:
    """A patient's answer. Use it inside `booking(database, now=…)`."""
    row = asked_behind(session, question, command.link_id, command.shown)
    if isinstance(row, Refused):
        return row
    by = Viewer(clinic_id=row.clinic_id, actor=PATIENT_LINK)
    return answer_asked(session, question, AnswerAsked(row.id, command.accept), by=by, now=now)


def answer_asked(session: Session, question: Question, command: AnswerAsked, *, by: Viewer, now: datetime) -> Outcome:
    """Accept, decline or withdraw, once and in time."""
    row = session.scalar(select(question.table).where(
        question.table.id == command.asked_id, question.table.clinic_id == by.clinic_id))
    if row is None:
        return NotFound(question.what)
    lock_patients(session, by.clinic_id, [row.patient_id])
    shut = question.shut(session, row)
    session.refresh(row)
    wanted = question.states("withdrawn" if command.withdraw else "accepted" if command.accept else "declined")
    if row.state == wanted:
        return AskedAnswered(row.id, row.state, changed=False)
    if shut or row.state != question.states("open") or row.expires_at is None or row.expires_at <= now:
        return Refused((question.over,))
    if wanted == question.states("accepted"):
        return question.accept(session, row, by, now)
    question.end(session, row, wanted, by=by, now=now)
    return AskedAnswered(row.id, row.state)
