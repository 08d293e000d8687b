"""Texts that came in, as lists of work show them: what was said, since when it waits, and who has taken it on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from models import InboundText, Patient, StaffMember
from scheduler.planning.business_days import OPT_OUT_DAYS, business_days_after
from scheduler.planning.words import InboundMeaning, InboundState
from scheduler.queries.patient_details import initials

M = InboundMeaning
WAITS = (InboundState.OPEN, InboundState.TAKEN)
TO_ANSWER = frozenset(M) - {M.MOVE, M.STOP}
"""What a person answers with words; a wish to move and an opt-out have lists of their own."""


@dataclass(frozen=True)
class Whose:
    """A patient who has a number."""

    patient_id: int
    name: str = field(repr=False)
    initials: str = field(repr=False)


@dataclass(frozen=True)
class InboundRow:
    """One text that came in. `whose`: everybody of the clinic with that number; none: nobody knows it."""

    id: int
    number: str = field(repr=False)
    body: str = field(repr=False)
    received_at: datetime
    meaning: InboundMeaning
    state: InboundState
    due_at: datetime | None
    taken_by: str
    taken_at: datetime | None
    answered_by: str
    answered_at: datetime | None
    note: str = field(repr=False)
    whose: tuple[Whose, ...]
    message_id: int | None
    alerted: int = 0

    @property
    def is_crisis(self) -> bool:
        """Whether its words were flagged; a flag, not an assessment."""
        return self.meaning == M.CRISIS

    @property
    def waits(self) -> bool:
        """Whether a person has still to do something."""
        return self.state in WAITS

    @property
    def unseen(self) -> bool:
        """Whether nobody has said yet that they see to it."""
        return self.state == InboundState.OPEN

    def late(self, now: datetime) -> bool:
        """Whether it should have been seen to by now."""
        return self.waits and self.due_at is not None and self.due_at <= now

    def honour_by(self, timezone: str) -> date:
        """For an opt-out: the last day on which it must have been honoured."""
        return business_days_after(self.received_at.astimezone(ZoneInfo(timezone)).date(), OPT_OUT_DAYS)


def waiting_texts(session: Session, clinic_id: int, meanings: Collection[InboundMeaning]) -> tuple[InboundRow, ...]:
    """The clinic's texts of these meanings that wait: crisis first, then the oldest. Two queries."""
    found = _texts(session, clinic_id, InboundText.meaning.in_(meanings), InboundText.state.in_(WAITS))
    return tuple(sorted(found, key=lambda row: (not row.is_crisis, not row.unseen, row.received_at, row.id)))


def done_since(session: Session, clinic_id: int, meanings: Collection[InboundMeaning],
               since: datetime) -> tuple[InboundRow, ...]:
    """Those that somebody has seen to since then, the newest first. Two queries."""
    found = _texts(session, clinic_id, InboundText.meaning.in_(meanings), InboundText.state == InboundState.DONE,
                   InboundText.answered_at >= since)
    return tuple(sorted(found, key=lambda row: (row.answered_at or row.received_at, row.id), reverse=True))


def inbound_row(session: Session, clinic_id: int, text_id: int) -> InboundRow | None:
    """One text of the clinic; None for anybody else's."""
    return next(iter(_texts(session, clinic_id, InboundText.id == text_id)), None)


def texts_of_patient(session: Session, clinic_id: int, patient_id: int, telephone: str | None) -> tuple[
        InboundRow, ...]:
    """What came from one patient, and what came from a number that several people have, them among these."""
    theirs = InboundText.patient_id == patient_id
    if telephone:
        theirs |= InboundText.patient_id.is_(None) & (InboundText.number == telephone)
    return tuple(sorted(_texts(session, clinic_id, theirs), key=lambda row: (row.received_at, row.id)))


def texts_of_number(session: Session, clinic_id: int, number: str) -> tuple[InboundRow, ...]:
    """What came from a number and is nobody's."""
    return tuple(sorted(_texts(session, clinic_id, InboundText.number == number, InboundText.patient_id.is_(None)),
                        key=lambda row: (row.received_at, row.id)))


def open_flags(session: Session, clinic_id: int) -> tuple[tuple[int, datetime], ...]:
    """(id, when) of the texts flagged as a possible crisis that nobody has acknowledged, the oldest first."""
    return tuple(tuple(row) for row in session.execute(
        select(InboundText.id, InboundText.received_at).where(
            InboundText.clinic_id == clinic_id, InboundText.meaning == M.CRISIS,
            InboundText.state == InboundState.OPEN).order_by(InboundText.received_at, InboundText.id)))


def _texts(session: Session, clinic_id: int, *where: ColumnElement[bool]) -> list[InboundRow]:
    taker, answerer = aliased(StaffMember), aliased(StaffMember)
    rows = session.execute(
        select(InboundText, taker.initials, answerer.initials)
        .outerjoin(taker, taker.id == InboundText.taken_by)
        .outerjoin(answerer, answerer.id == InboundText.answered_by)
        .where(InboundText.clinic_id == clinic_id, *where)).all()
    ids = {one.patient_id for one, _, _ in rows if one.patient_id}
    numbers = {one.number for one, _, _ in rows}
    people = session.execute(
        select(Patient.id, Patient.given_name, Patient.family_name, Patient.telephone).where(
            Patient.clinic_id == clinic_id, Patient.id.in_(ids) | Patient.telephone.in_(numbers))
        .order_by(Patient.id)).all()
    return [_row(one, taken or "", answered or "", people) for one, taken, answered in rows]


def _row(one: InboundText, taken: str, answered: str, people: Collection) -> InboundRow:
    whose = tuple(
        Whose(person.id, f"{person.given_name} {person.family_name}", initials(person.given_name, person.family_name))
        for person in people
        if (person.id == one.patient_id if one.patient_id else person.telephone == one.number))
    return InboundRow(one.id, one.number, one.body, one.received_at, one.meaning, one.state, one.due_at, taken,
                      one.taken_at, answered, one.answered_at, one.note, whose, one.message_id, one.alerted)
