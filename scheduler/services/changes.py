"""Keep how visits stood before an act moved them, and take that act back in one step."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from models import Appointment, Change, Message, RuleOverride, Series
from scheduler.access import Viewer
from scheduler.planning.broken_rules import BrokenRule
from scheduler.planning.documents import to_document
from scheduler.planning.lifecycle import OUTGOING, MessageState
from scheduler.queries.changes import Before, VisitBefore, fingerprint
from scheduler.queries.occupied import resources_of
from scheduler.services.call_off import LONGEST_REASON
from scheduler.services.locked import appointments_of
from scheduler.services.owe_messages import NEWS

WAITING_NEWS = OUTGOING | {MessageState.SKIPPED}
"""News in these has not reached the patient: taken back, it is owed as it was."""


@dataclass(frozen=True)
class Stood:
    """How visits of one patient stand before they are moved, and the news about them that has not gone out."""

    before: Before
    news: Mapping[int, MessageState]


def stood(session: Session, rows: Sequence[Appointment], series: Series | None) -> Stood:
    """Look before anything is moved. The patient must be locked."""
    session.flush()
    had = resources_of(session, [row.id for row in rows])
    visits = tuple(
        VisitBefore(row.id, row.status, row.wall_start, row.starts_at, row.ends_at, row.patient_leaves_at,
                    occupied or row.gave_back or {}, row.booked_at, row.confirmed_at, row.cannot_come_at, row.ended_at,
                    row.ended_reason, row.departure, row.departed_at, row.not_before)
        for row, occupied in zip(rows, had, strict=True))
    about = Message.appointment_id.in_([row.id for row in rows])
    if series is not None:
        about = or_(about, Message.series_id == series.id)
    news = session.execute(select(Message.id, Message.state).where(
        about, Message.kind.in_(NEWS.values()), Message.state.in_(WAITING_NEWS)))
    return Stood(Before(visits, series.latest_on if series else None), {row.id: row.state for row in news})


def keep_change(session: Session, was: Stood, patient_id: int, series: Series | None, *, by: Viewer,
                now: datetime) -> Change:
    """Write the change down, after the visits stand at their new places and its messages are owed."""
    session.flush()
    aside = session.scalars(select(Message.id).where(
        Message.id.in_(was.news), Message.state == MessageState.SUPERSEDED).order_by(Message.id)).all()
    rows = appointments_of(session, series.id) if series else list(session.scalars(
        select(Appointment).where(Appointment.id.in_([one.id for one in was.before.visits]))))
    change = Change(
        clinic_id=by.clinic_id, patient_id=patient_id, series_id=series.id if series else None, made_at=now,
        made_by=by.staff_id, before=to_document(was.before), fingerprint=fingerprint(series, rows),
        superseded=[[id_, str(was.news[id_])] for id_ in aside])
    session.add(change)
    session.flush()
    return change


def keep_override(session: Session, change: Change, row: Appointment, broken: Sequence[BrokenRule], reason: str, *,
                  by: Viewer, now: datetime) -> None:
    """Write down that rules were set aside for one visit, where it stands now. Nothing broken: nothing written."""
    if not broken or change.series_id is None:
        return
    session.add(RuleOverride(
        clinic_id=by.clinic_id, series_id=change.series_id, appointment_id=row.id, change_id=change.id,
        wall_start=row.wall_start, rules=[to_document(one) for one in broken],
        reason=reason.strip()[:LONGEST_REASON], made_at=now, made_by=by.staff_id))
    session.flush()


def owe_as_before(session: Session, change: Change, *, now: datetime) -> None:
    """Owe again, word for word, the news that had stepped aside for a change that is taken back."""
    states = {id_: MessageState(state) for id_, state in change.superseded}
    for old in session.scalars(select(Message).where(Message.id.in_(states)).order_by(Message.id)):
        session.add(Message(
            clinic_id=old.clinic_id, patient_id=old.patient_id, series_id=old.series_id,
            appointment_id=old.appointment_id, appointment_version=old.appointment_version, kind=old.kind,
            channel=old.channel, rule=old.rule, state=states[old.id], reason=old.reason, due_at=max(old.due_at, now),
            expires_at=old.expires_at, key=secrets.token_hex(16), created_at=now))
    session.flush()


def drop_overrides(session: Session, change: Change, *, now: datetime) -> None:
    """The rules that were set aside for a change count again."""
    session.execute(update(RuleOverride).where(RuleOverride.change_id == change.id).values(taken_back_at=now),
                    execution_options={"synchronize_session": False})
