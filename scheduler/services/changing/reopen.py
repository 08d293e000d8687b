"""A series and its gate as they stood before an act that changed more than times: a resumption, a decision."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Change, Gate, Message, Order, Series
from scheduler.access import Permission, Viewer
from scheduler.planning.lifecycle import OUTGOING
from scheduler.planning.words import MessageKind
from scheduler.queries.changes import Act, before_of
from scheduler.services.changing.move_conflicts import CliniciansOnly
from scheduler.services.messages.supersede import supersede
from scheduler.services.refusal import Conflict

UNDECIDED = "The decision was taken back."
THEIRS = "Only a clinician may take back what a clinician decided. Ask one."


def may_not_undo(change: Change, by: Viewer) -> tuple[Conflict, ...]:
    """What stands against this person taking it back: a decision is a clinician's, and so is its undo."""
    decided = before_of(change).act == Act.DECIDE
    return (CliniciansOnly(THEIRS),) if decided and not by.may(Permission.DECIDE) else ()


def reopen(session: Session, change: Change, now: datetime) -> None:
    """Before its visits are put back: the series with the steps it had, the gate undecided, its order withdrawn."""
    was = before_of(change)
    if was.series is not None:
        series = session.get_one(Series, change.series_id)
        series.status, series.ended_at, series.ended_reason = \
            was.series.status, was.series.ended_at, was.series.ended_reason
        series.steps = [step for step in series.steps if step["id"] in was.series.steps]
        series.finish, series.infusions = was.series.finish, was.series.infusions
    if was.gate_id is not None:
        _undecide(session, session.get_one(Gate, was.gate_id), change, now)
    session.flush()


def _undecide(session: Session, gate: Gate, change: Change, now: datetime) -> None:
    """The order goes only where it came with the decision; one that stood there unused before stays."""
    order = session.get(Order, gate.order_id) if gate.order_id is not None else None
    if order is not None and order.recorded_at == change.made_at:
        order.withdrawn_at = now
    gate.decision = gate.decided_at = gate.decided_by = gate.order_id = gate.protocol_id = None
    gate.reason = ""
    written = session.scalars(select(Message).where(
        Message.series_id == gate.series_id, Message.kind == MessageKind.CONFIRMATION, Message.state.in_(OUTGOING),
        Message.created_at >= change.made_at).order_by(Message.id)).all()
    supersede(session, written, now=now, reason=UNDECIDED)
