"""Messages as pages show them: of a patient, a series or a visit, and the clinic's whole outbox."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from models import Appointment, Message, Patient
from scheduler.planning.lifecycle import OUTGOING, MessageState
from scheduler.planning.send_decisions import COMING
from scheduler.planning.words import Channel, MessageKind
from scheduler.queries.patient_details import initials

S = MessageState
PAGE = 50


class Shelf(StrEnum):
    """The parts of the outbox; what a person has to see to stands on the worklists (`stuck`)."""

    WAITING = "waiting"
    GONE = "sent"
    NOT_SENT = "not sent"


ON_SHELF: dict[Shelf, frozenset[MessageState]] = {
    Shelf.WAITING: OUTGOING | {S.CLAIMED},
    Shelf.GONE: frozenset({S.SENT, S.DELIVERED, S.ANSWERED}),
    Shelf.NOT_SENT: frozenset({S.SKIPPED, S.MERGED, S.SUPERSEDED}),
}
NEWEST_FIRST = {Shelf.GONE, Shelf.NOT_SENT}
STAYS = frozenset({S.SKIPPED, S.MERGED})
CAN_GO_AGAIN = frozenset(S) - OUTGOING - {S.CLAIMED, S.SUPERSEDED, S.MERGED}

BEFORE_THE_VISIT = COMING | {MessageKind.CONFIRMATION, MessageKind.CHANGE}


@dataclass(frozen=True)
class MessageRow:
    """One message: what, when, what became of it and why. `starts_at` is its visit's; None: it is about several."""

    id: int
    patient_id: int
    patient_name: str = field(repr=False)
    initials: str = field(repr=False)
    kind: MessageKind
    channel: Channel
    state: MessageState
    due_at: datetime
    sent_at: datetime | None
    reason: str
    attempts: int
    starts_at: datetime | None
    can_go_again: bool
    appointment_id: int | None

    @property
    def goes(self) -> bool:
        """Whether it goes out by itself, or went."""
        return self.state not in STAYS


@dataclass(frozen=True)
class Outbox:
    """One page of the outbox; `older` is where the next page begins, None on the last."""

    shelf: Shelf
    rows: tuple[MessageRow, ...]
    counts: dict[Shelf, int]
    older: str | None
    overdue: int


def messages_of_patient(session: Session, clinic_id: int, patient_id: int, *, now: datetime) -> tuple[MessageRow, ...]:
    """Every message of one patient by date, those that stepped aside left out unless they were sent."""
    return _listed(session, now, Message.clinic_id == clinic_id, Message.patient_id == patient_id)


def messages_of_series(session: Session, clinic_id: int, series_id: int, *, now: datetime) -> tuple[MessageRow, ...]:
    """Every message of one series, the same way."""
    return _listed(session, now, Message.clinic_id == clinic_id, Message.series_id == series_id)


def messages_of_visit(session: Session, clinic_id: int, appointment_id: int, *,
                      now: datetime) -> tuple[MessageRow, ...]:
    """Every message of one visit, the same way."""
    return _listed(session, now, Message.clinic_id == clinic_id, Message.appointment_id == appointment_id)


def stuck(session: Session, clinic_id: int, state: MessageState, *, now: datetime) -> tuple[MessageRow, ...]:
    """Every message of the clinic that is parked, or that bounced: a person sees to it. The soonest visit first."""
    found = session.execute(_rows(Message.clinic_id == clinic_id, Message.state == state))
    rows = [_row(one, now) for one in found]
    return tuple(sorted(rows, key=lambda row: (not row.can_go_again, row.starts_at or row.due_at, row.id)))


def message_row(session: Session, clinic_id: int, message_id: int, *, now: datetime) -> MessageRow | None:
    """One message of the clinic; None for anybody else's."""
    found = session.execute(_rows(Message.clinic_id == clinic_id, Message.id == message_id)).first()
    return None if found is None else _row(found, now)


def outbox(session: Session, clinic_id: int, shelf: Shelf, *, now: datetime, after: str = "") -> Outbox:
    """A page of one shelf; `after` is the `older` of the page before. Three queries, however many rows.

    `overdue` counts what is due and has not gone out.
    """
    newest = shelf in NEWEST_FIRST
    at = func.coalesce(Message.sent_at, Message.due_at) if shelf == Shelf.GONE else Message.due_at
    order = (at.desc(), Message.id.desc()) if newest else (at, Message.id)
    where = [Message.clinic_id == clinic_id, Message.state.in_(ON_SHELF[shelf])]
    if key := _key(after):
        moment, last = key
        further = at < moment if newest else at > moment
        where.append(or_(further, and_(at == moment, Message.id < last if newest else Message.id > last)))
    found = session.execute(_rows(*where).order_by(*order).limit(PAGE + 1)).all()
    rows = tuple(_row(one, now) for one in found[:PAGE])
    end = rows[-1] if len(found) > PAGE else None
    older = None
    if end is not None:
        moment = end.sent_at if shelf == Shelf.GONE and end.sent_at else end.due_at
        older = f"{moment.isoformat()}_{end.id}"
    return Outbox(shelf, rows, _counts(session, clinic_id), older, _overdue(session, clinic_id, now))


def _rows(*where: ColumnElement[bool]) -> Select:
    return (
        select(Message, Patient.given_name, Patient.family_name, Appointment.starts_at)
        .join(Patient, Patient.id == Message.patient_id)
        .outerjoin(Appointment, Appointment.id == Message.appointment_id).where(*where))


def _listed(session: Session, now: datetime, *where: ColumnElement[bool]) -> tuple[MessageRow, ...]:
    live = or_(Message.state != S.SUPERSEDED, Message.sent_at.is_not(None))
    return tuple(_row(one, now) for one in session.execute(_rows(*where, live).order_by(Message.due_at, Message.id)))


def _row(found: Row, now: datetime) -> MessageRow:
    message, given, family, starts_at = found
    useful = starts_at is None or starts_at > now or message.kind not in BEFORE_THE_VISIT
    return MessageRow(
        message.id, message.patient_id, f"{given} {family}", initials(given, family), message.kind, message.channel,
        message.state, message.due_at, message.sent_at, message.reason, message.attempts, starts_at,
        useful and message.state in CAN_GO_AGAIN, message.appointment_id)


def _counts(session: Session, clinic_id: int) -> dict[Shelf, int]:
    by_state = dict(session.execute(
        select(Message.state, func.count()).where(Message.clinic_id == clinic_id).group_by(Message.state)).all())
    return {shelf: sum(by_state.get(state, 0) for state in states) for shelf, states in ON_SHELF.items()}


def _overdue(session: Session, clinic_id: int, now: datetime) -> int:
    return session.scalar(select(func.count()).select_from(Message).where(
        Message.clinic_id == clinic_id, Message.state.in_(OUTGOING), Message.due_at <= now)) or 0


def _key(after: str) -> tuple[datetime, int] | None:
    """Read the end of a page out of an address; what is not one counts as the beginning."""
    moment, _, last = after.rpartition("_")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return (at, int(last)) if at.tzinfo is not None and last.isascii() and last.isdigit() else None
