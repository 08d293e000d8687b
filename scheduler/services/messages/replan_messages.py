"""Plan anew what has not been sent yet, because the clinic changed its rules: only what differs steps aside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from models import Appointment, Message
from scheduler.planning.lifecycle import LIVE_MESSAGE, AppointmentStatus, MessageState
from scheduler.planning.reminder_rules import ReminderRule
from scheduler.planning.reminders import STANDING, OwedMessage, Recipient, owed
from scheduler.planning.rule_documents import SHIPPED, is_own
from scheduler.planning.words import Channel
from scheduler.queries.reach import reach_of
from scheduler.queries.visit_facts import VisitToTell, visits_to_tell
from scheduler.services.messages.owe_messages import About, write_down
from scheduler.services.messages.supersede import supersede

WHY = "The clinic changed its rules of sending."
LATE = "When the rules were changed, the moment of this message had already passed."
UNSENT = frozenset({*STANDING, MessageState.MERGED, MessageState.SKIPPED})
KINDS = frozenset(rule.kind for rule in SHIPPED.values())
Key = tuple[str, int | None]
"""A rule and a visit: one message."""


@dataclass(frozen=True)
class Replanned:
    """What changes: messages that come at another time or another way, those withdrawn, and those owed in addition."""

    changed: int = 0
    withdrawn: int = 0
    added: int = 0

    @property
    def whole(self) -> int:
        """How many planned messages it touches."""
        return self.changed + self.withdrawn + self.added

    def __add__(self, other: Replanned) -> Replanned:
        """Of two patients together."""
        return Replanned(self.changed + other.changed, self.withdrawn + other.withdrawn, self.added + other.added)


@dataclass(frozen=True)
class Plan:
    """What is to be done for one patient: the rows that step aside, and what is owed instead."""

    aside: list[Message]
    fresh: list[OwedMessage]
    stays: dict[tuple[str, int | None], int]
    visits: Sequence[VisitToTell]

    def counted(self) -> Replanned:
        """The messages that a patient would notice: what is merged or skipped before and after is none of them."""
        gone = {key_of(row) for row in self.aside if row.state in STANDING}
        come = {(one.rule, one.visit) for one in self.fresh if one.state in STANDING}
        return Replanned(len(gone & come), len(gone - come), len(come - gone))


def count_replanned(session: Session, clinic_id: int, rules: Sequence[ReminderRule], *, now: datetime) -> Replanned:
    """What `replan_messages` would do; nothing is written."""
    return sum((plan.counted() for _, plan in plans_of(session, clinic_id, rules, now)), Replanned())


def replan_messages(session: Session, clinic_id: int, rules: Sequence[ReminderRule], *, now: datetime) -> Replanned:
    """Let what the rules say otherwise step aside, and owe it anew; what was sent, or is due now, stays as it is."""
    done = Replanned()
    for patient_id, plan in plans_of(session, clinic_id, rules, now):
        done += plan.counted()
        carry_out(session, clinic_id, patient_id, plan, WHY, now=now)
    return done


def carry_out(session: Session, clinic_id: int, patient_id: int, plan: Plan, why: str, *, now: datetime) -> None:
    """Let the rows of a plan step aside for that reason, and write what is owed instead."""
    supersede(session, plan.aside, now=now, reason=why)
    about = About(clinic_id, patient_id, None, {one.facts.key: one.version for one in plan.visits},
                  series={one.facts.key: one.series_id for one in plan.visits})
    write_down(session, plan.fresh, about, now, plan.stays)


def plans_of(session: Session, clinic_id: int, rules: Sequence[ReminderRule], now: datetime,
             patient_id: int | None = None) -> Iterable[tuple[int, Plan]]:
    """For every patient with something to come, or the one, what is to be planned otherwise; rows are locked."""
    mine = [] if patient_id is None else [Appointment.patient_id == patient_id]
    waits = exists().where(Message.appointment_id == Appointment.id, Message.state.in_(STANDING),
                           Message.kind.in_(KINDS))
    visits: dict[int, list[VisitToTell]] = defaultdict(list)
    for visit in visits_to_tell(session, clinic_id, *mine, Appointment.status != AppointmentStatus.HELD,
                                (Appointment.status == AppointmentStatus.BOOKED) & (Appointment.starts_at > now)
                                | waits):
        visits[visit.patient_id].append(visit)
    for patient_id, of_patient in visits.items():
        rows = session.scalars(
            select(Message).where(Message.appointment_id.in_([one.facts.key for one in of_patient]),
                                  Message.kind.in_(KINDS), Message.state.in_(LIVE_MESSAGE))
            .order_by(Message.id).with_for_update()).all()
        yield patient_id, _plan(session, patient_id, of_patient, rows, rules, now)


def _plan(session: Session, patient_id: int, visits: Sequence[VisitToTell], rows: Sequence[Message],
          rules: Sequence[ReminderRule], now: datetime) -> Plan:
    open_ = _open(rows, {rule.id for rule in rules if rule.active}, now)
    settled = {(rule.id, row.appointment_id) for row in rows if row not in open_ for rule in rules
               if rule.id == row.rule or (not _is_rule(row.rule) and rule.kind == row.kind)}
    known = {key_of(row): row for row in open_}
    recipient = _without(reach_of(session, patient_id, now=now).recipient(), open_)
    facts = [replace(one.facts, told_at=one.told_at) for one in visits]
    plan = {(one.rule, one.visit): _said(one) for one in owed(facts, recipient, now, None, rules, settled)}
    for key in [key for key, one in plan.items() if one.state == MessageState.SKIPPED and key not in known]:
        del plan[key]
    differs = {key for key in known.keys() | plan.keys() if not _same(known.get(key), plan.get(key))}
    while more := {key for key, one in plan.items() if key not in differs and _leans_on(one, plan) in differs}:
        differs |= more
    stays = {(row.rule, row.appointment_id): row.id for key, row in known.items() if key not in differs}
    return Plan([known[key] for key in known if key in differs],
                 [one for key, one in plan.items() if key in differs], stays, visits)


def _open(rows: Sequence[Message], active: set[str], now: datetime) -> list[Message]:
    """Those that may still be planned otherwise: not sent, not tried, not said by another one, not due this moment.

    What is due goes all the same, unless its rule was switched off or removed.
    """
    at_work = {row.id for row in rows if row.state not in UNSENT or (row.due_at <= now and row.rule in active)
               or not _is_rule(row.rule)}
    return [row for row in rows if row.id not in at_work and row.merged_into_id not in at_work - {None}]


def _without(recipient: Recipient, rows: Sequence[Message]) -> Recipient:
    """As if these were not due: their texts leave room for others."""
    texts = list(recipient.texts)
    for row in rows:
        if row.channel == Channel.TEXT and row.state in STANDING and row.due_at in texts:
            texts.remove(row.due_at)
    return replace(recipient, texts=tuple(texts))


def _said(one: OwedMessage) -> OwedMessage:
    if one.state == MessageState.SKIPPED and "booked after the day" in one.reason:
        return replace(one, reason=LATE)
    return one


def _same(row: Message | None, one: OwedMessage | None) -> bool:
    if row is None or one is None:
        return row is None and one is None
    if row.state == MessageState.SKIPPED and one.state == MessageState.SKIPPED:
        return True
    stand = row.state == one.state or {row.state, one.state} <= STANDING
    return stand and (row.channel, row.due_at, row.expires_at, row.rule, row.condition) == (
        one.channel, one.due_at, one.expires_at, one.rule, one.condition)


def _leans_on(one: OwedMessage, plan: dict[Key, OwedMessage]) -> Key | None:
    if one.merged_into is None:
        return None
    return one.merged_into if one.merged_into in plan else None


def key_of(row: Message) -> Key:
    """Which message it is."""
    return row.rule, row.appointment_id


def _is_rule(name: str) -> bool:
    """Whether a rule owed it; what the desk sends again by hand is nobody's rule."""
    return name in SHIPPED or is_own(name)
