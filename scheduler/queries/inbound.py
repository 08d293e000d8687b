"""Texts that came in, as the desk sees them: what is to be done, by when, and who sees to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.orm import Session

from models import InboundText, Patient, StaffMember
from scheduler.planning.words import InboundMeaning, InboundState
from scheduler.queries.patient_details import initials

M, S = InboundMeaning, InboundState
SHOWN_DONE = timedelta(days=7)
NEXT: dict[InboundMeaning, str] = {
    M.CRISIS: "Look at it now. Words in it may mean danger; that is a flag, not an assessment.",
    M.STOP: "Texts have stopped. See whether anything else should stop too, and tell the patient how you reach them.",
    M.START: "Texts begin again only with a note of the patient's consent.",
    M.MOVE: "Find another time, and call.",
    M.CONFIRM: "It is not clear which visit is meant. Look, and call if need be.",
    M.OTHER: "Read it and answer.",
    M.HELP: "",
}
"""What a person does next with an open text, by its meaning."""


@dataclass(frozen=True)
class InboundRow:
    """One text. `due_at` is by when somebody has to have seen to it; `patient_id` None: not one patient's number."""

    id: int
    patient_id: int | None
    patient_name: str = field(repr=False)
    initials: str = field(repr=False)
    number: str = field(repr=False)
    body: str = field(repr=False)
    received_at: datetime
    meaning: InboundMeaning
    state: InboundState
    due_at: datetime | None
    overdue: bool
    next_action: str
    alerted: int
    taken_by: str
    taken_at: datetime | None
    answered_by: str
    answered_at: datetime | None
    note: str = field(repr=False)


@dataclass(frozen=True)
class InboundList:
    """What waits (words of crisis first, then by deadline), what somebody sees to, and what was done these days."""

    open: tuple[InboundRow, ...]
    taken: tuple[InboundRow, ...]
    done: tuple[InboundRow, ...]

    @property
    def overdue(self) -> int:
        """How many that wait are past their deadline."""
        return sum(row.overdue for row in self.open)


def inbound_list(session: Session, clinic_id: int, *, now: datetime) -> InboundList:
    """The clinic's texts. One query, however many."""
    rows = _listed(session, now, InboundText.clinic_id == clinic_id,
                   InboundText.state.in_((S.OPEN, S.TAKEN)) | (InboundText.received_at > now - SHOWN_DONE))
    waiting = sorted((row for row in rows if row.state == S.OPEN),
                     key=lambda row: (row.meaning != M.CRISIS, row.due_at or row.received_at, row.id))
    return InboundList(tuple(waiting), tuple(row for row in rows if row.state == S.TAKEN),
                       tuple(row for row in reversed(rows) if row.state in (S.DONE, S.ANSWERED)))


def inbound_row(session: Session, clinic_id: int, inbound_id: int, *, now: datetime) -> InboundRow | None:
    """One text of the clinic; None for anybody else's."""
    rows = _listed(session, now, InboundText.clinic_id == clinic_id, InboundText.id == inbound_id)
    return rows[0] if rows else None


def inbound_of_patient(session: Session, clinic_id: int, patient_id: int, *, now: datetime) -> tuple[InboundRow, ...]:
    """Every text of one patient, by time."""
    return tuple(_listed(session, now, InboundText.clinic_id == clinic_id, InboundText.patient_id == patient_id))


def _listed(session: Session, now: datetime, *where: ColumnElement[bool]) -> list[InboundRow]:
    query = _query().where(*where).order_by(InboundText.received_at, InboundText.id)
    return [_row(found, now) for found in session.execute(query)]


def _query() -> Select:
    taker = select(StaffMember.initials).where(StaffMember.id == InboundText.taken_by).scalar_subquery()
    done = select(StaffMember.initials).where(StaffMember.id == InboundText.answered_by).scalar_subquery()
    return select(InboundText, Patient.given_name, Patient.family_name, taker, done).outerjoin(
        Patient, Patient.id == InboundText.patient_id)


def _row(found: Row, now: datetime) -> InboundRow:
    text, given, family, taker, done = found
    waits = text.state == S.OPEN
    return InboundRow(
        text.id, text.patient_id, f"{given} {family}" if given else "", initials(given, family) if given else "",
        text.number, text.body, text.received_at, text.meaning, text.state, text.due_at,
        waits and text.due_at is not None and text.due_at <= now, NEXT[text.meaning] if waits else "", text.alerted,
        taker or "", text.taken_at, done or "", text.answered_at, text.note)
