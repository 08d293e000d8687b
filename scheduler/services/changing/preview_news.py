"""What a patient would be told of a change, before it is made: the one letter, and the reminders that move with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import Appointment, Message
from scheduler.planning.lifecycle import LIVE_MESSAGE, OUTGOING, MessageState
from scheduler.planning.reminders import VisitFacts, owed
from scheduler.planning.words import Channel, MessageKind
from scheduler.queries.message_rules import rules_of
from scheduler.queries.reach import reach_of
from scheduler.queries.visit_facts import visits_to_tell

NOT_REMINDERS = (MessageKind.CONFIRMATION, MessageKind.CHANGE, MessageKind.CANCELLATION)


@dataclass(frozen=True)
class News:
    """One letter about everything that moves. `by_confirmation`: it has not gone out yet and will tell the new times.

    `why_not` says why nothing goes out by itself and the desk has to call; `withdrawn` and `reminders` count those that
    step aside and those that are owed instead.
    """

    channel: Channel
    due_at: datetime
    why_not: str
    by_confirmation: bool
    withdrawn: int
    reminders: int


def preview_news(session: Session, *, clinic_id: int, patient_id: int, series_id: int | None,
                 visits: Sequence[VisitFacts], now: datetime) -> News:
    """As `owe_messages` would write it for these visits at their new times; nothing is written."""
    reach = reach_of(session, patient_id, now=now)
    known = {one.facts.key: one.facts for one in visits_to_tell(
        session, clinic_id, Appointment.id.in_([visit.key for visit in visits]))}
    visits = [replace(known[visit.key], starts_at=visit.starts_at, confirmed=False) for visit in visits]
    plan = owed(visits, reach.recipient(), now, MessageKind.CHANGE, rules_of(session, clinic_id))
    letter = next(message for message in plan if message.kind == MessageKind.CHANGE)
    keys = [visit.key for visit in visits]
    about = Message.appointment_id.in_(keys)
    if series_id is not None:
        about = or_(about, (Message.series_id == series_id) & Message.appointment_id.is_(None))
    standing = session.scalars(select(Message).where(about, Message.state.in_(LIVE_MESSAGE))).all()
    waits = any(one.kind == MessageKind.CONFIRMATION and one.state in OUTGOING for one in standing)
    coming = OUTGOING | {MessageState.MERGED}
    return News(
        letter.channel, letter.due_at, reach.why_not, waits,
        sum(one.kind not in NOT_REMINDERS and one.appointment_id in keys and one.state in coming for one in standing),
        sum(one.kind not in NOT_REMINDERS and one.state in coming for one in plan))
