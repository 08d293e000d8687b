"""What a letter tells the patient's calendar: exactly the visits that stand otherwise than it was told before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Message, ToldVisit
from scheduler.planning.calendar_marks import sequence
from scheduler.planning.lifecycle import AppointmentStatus, MessageState
from scheduler.planning.reminder_rules import NEWS
from scheduler.planning.words import Channel, MessageKind
from scheduler.queries.message_now import Standing

ARRIVED = (MessageState.SENT, MessageState.DELIVERED, MessageState.ANSWERED, MessageState.SUPERSEDED)
"""States of a letter that has left (`sent_at`) and did not come back."""


@dataclass(frozen=True)
class CalendarNews:
    """One visit as the calendar is to have it."""

    visit: Appointment
    sequence: int
    cancelled: bool


def calendar_news(session: Session, standing: Standing, *, now: datetime) -> tuple[CalendarNews, ...]:
    """For the news of one visit that visit; a confirmation brings every visit to come of the course.

    A change or a cancellation of several brings those that differ from what letters that left have told; one that was
    cancelled before any letter told of it is passed over. One letter tells of everything that an act did, so visits of
    the patient's other courses come along where an older letter has told them otherwise. No other letter brings any.
    One query at most.
    """
    message = standing.message
    if message.kind not in NEWS or message.channel != Channel.EMAIL:
        return ()
    now_so = [CalendarNews(visit, sequence(visit.version, cancelled=gone), gone) for visit in standing.visits
              if visit.status in (AppointmentStatus.BOOKED, AppointmentStatus.CANCELLED) and visit.starts_at > now
              for gone in (visit.status == AppointmentStatus.CANCELLED,)]
    if message.appointment_id is not None:
        return tuple(now_so)
    if message.kind == MessageKind.CONFIRMATION:
        return tuple(one for one in now_so if not one.cancelled)
    others = [CalendarNews(visit, sequence(visit.version, cancelled=False), False) for visit in standing.coming
              if visit not in standing.visits]
    told = _told(session, message, [one.visit.id for one in (*now_so, *others)])
    return tuple(one for one in now_so if told.get(one.visit.id, -1) < one.sequence
                 and not (one.cancelled and one.visit.id not in told)) + tuple(
        one for one in others if told.get(one.visit.id, one.sequence) < one.sequence)


def told_by(session: Session, message: Message, news: Sequence[CalendarNews]) -> tuple[ToldVisit, ...]:
    """The rows that say what this letter tells; they count once it has left, and are written once for several tries."""
    if not news:
        return ()
    there = set() if message.attempts < 2 and not message.lapses else {(visit_id, told) for visit_id, told in (
        session.execute(select(ToldVisit.appointment_id, ToldVisit.sequence)
                        .where(ToldVisit.message_id == message.id)))}
    return tuple(
        ToldVisit(clinic_id=message.clinic_id, message_id=message.id, appointment_id=one.visit.id,
                  sequence=one.sequence)
        for one in news if (one.visit.id, one.sequence) not in there)


def _told(session: Session, message: Message, visit_ids: Sequence[int]) -> dict[int, int]:
    rows = session.execute(
        select(ToldVisit.appointment_id, ToldVisit.sequence).join(Message, Message.id == ToldVisit.message_id)
        .where(ToldVisit.appointment_id.in_(visit_ids), Message.id != message.id, Message.sent_at.is_not(None),
               Message.state.in_(ARRIVED)).order_by(ToldVisit.sequence))
    return {visit_id: told for visit_id, told in rows}
