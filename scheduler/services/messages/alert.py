"""Alert the people on call, one after another, until somebody says that they see to it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Clinic, InboundText, Membership, Notice, OnCall, StaffMember
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.words import Channel, InboundState, NoticeKind, Role

MOST = 100
"""So many alerts of one text, and then no more: the worklist still shows it, overdue."""
LASTS = timedelta(hours=6)


@dataclass(frozen=True)
class _Person:
    staff_id: int
    email: str | None = field(repr=False)
    telephone: str | None = field(repr=False)


def alert_next(session: Session, inbound: InboundText, *, now: datetime) -> int | None:
    """Alert the next person on call and set when the one after is due; gives whom, None where there is nobody.

    After the last the first is alerted again.
    """
    clinic = session.get_one(Clinic, inbound.clinic_id)
    people = _on_call(session, inbound.clinic_id)
    inbound.alert_again_at = None
    if not people or inbound.alerted >= MOST:
        return None
    person = people[inbound.alerted % len(people)]
    for channel, address in ((Channel.EMAIL, person.email), (Channel.TEXT, person.telephone)):
        if address:
            session.add(Notice(
                clinic_id=inbound.clinic_id, inbound_text_id=inbound.id, staff_id=person.staff_id,
                kind=NoticeKind.ALERT, address=address, channel=channel, state=MessageState.PLANNED, reason="",
                due_at=now, expires_at=now + LASTS, key=secrets.token_hex(16), created_at=now, attempts=0))
    inbound.alerted += 1
    inbound.alert_again_at = now + timedelta(minutes=clinic.on_call_minutes)
    session.flush()
    return person.staff_id


def escalate(session: Session, *, now: datetime) -> int:
    """Alert the next person for every text that nobody has taken in time; gives how many.

    Twice at once alerts once: the row is locked, and its time moves on with the alert.
    """
    waiting = session.scalars(select(InboundText).where(
        InboundText.state == InboundState.OPEN, InboundText.alert_again_at <= now)
        .order_by(InboundText.id).with_for_update(skip_locked=True)).all()
    return sum(alert_next(session, inbound, now=now) is not None for inbound in waiting)


def _on_call(session: Session, clinic_id: int) -> list[_Person]:
    """Who is on call, in order; where nobody is set, the clinic's administrators by e-mail."""
    rows = session.execute(
        select(OnCall, StaffMember.email).join(StaffMember, StaffMember.id == OnCall.staff_id)
        .where(OnCall.clinic_id == clinic_id, StaffMember.active).order_by(OnCall.position, OnCall.id)).all()
    if rows:
        return [_Person(row.staff_id, email if row.by_email else None, row.telephone) for row, email in rows]
    return [_Person(row.id, row.email, None) for row in session.scalars(
        select(StaffMember).join(Membership, Membership.staff_id == StaffMember.id).where(
            Membership.clinic_id == clinic_id, Membership.role == Role.ADMINISTRATOR, StaffMember.active)
        .order_by(StaffMember.id))]
