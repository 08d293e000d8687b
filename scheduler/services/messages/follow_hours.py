"""Let messages that wait follow the hours at which they may go out, when a patient or the clinic changes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from models import Message
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.reminders import STANDING, OwedMessage
from scheduler.queries.message_rules import rules_of
from scheduler.services.messages.message_state import move
from scheduler.services.messages.replan_messages import Plan, carry_out, key_of, plans_of

PATIENTS = "The patient's quiet hours changed."
CLINICS = "The clinic's hours for messages changed."
OWN_HOUR = "It goes out at its own hour."


def follow_hours(session: Session, clinic_id: int, *, now: datetime, patient_id: int | None = None) -> int:
    """Shift what is planned to when it may go out now; gives how many messages. The caller has changed the hours.

    A message keeps its row and its life, which tells why it was shifted. What goes another way now, or has no moment
    left, steps aside and is owed anew. What is due this moment is left to the clock, which asks the hours again.
    """
    session.flush()
    why, rules, touched = PATIENTS if patient_id is not None else CLINICS, rules_of(session, clinic_id), 0
    for patient, plan in plans_of(session, clinic_id, rules, now, patient_id):
        fresh = {(one.rule, one.visit): one for one in plan.fresh}
        shifts = {key: (row, fresh[key]) for row in plan.aside if (key := key_of(row)) in fresh
                  and _only_shifts(row, fresh[key])}
        for row, one in shifts.values():
            row.due_at = one.due_at
            move(row, MessageState.SHIFTED, f"{why} {one.reason or OWN_HOUR}", now=now)
        rest = Plan([row for row in plan.aside if key_of(row) not in shifts],
                    [replace(one, reason=f"{why} {one.reason}".strip()) for key, one in fresh.items()
                     if key not in shifts],
                    plan.stays | {key: row.id for key, (row, _) in shifts.items()}, plan.visits)
        carry_out(session, clinic_id, patient, rest, why, now=now)
        touched += len(shifts) + rest.counted().whole
    return touched


def _only_shifts(row: Message, one: OwedMessage) -> bool:
    return {row.state, one.state} <= STANDING and (row.channel, row.expires_at, row.condition) == (
        one.channel, one.expires_at, one.condition)
