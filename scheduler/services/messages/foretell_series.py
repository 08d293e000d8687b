"""Every message of a booked course: what went out, what will, with its words as they would be written, and its rule."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Clinic, Message, Patient
from scheduler.planning.lifecycle import LIVE_MESSAGE, AppointmentStatus, MessageState
from scheduler.planning.reminder_rules import NEWS, ReminderRule
from scheduler.planning.reminders import VisitFacts
from scheduler.planning.rule_documents import is_own
from scheduler.planning.rule_words import NAMES, rule_name, rule_words
from scheduler.planning.words import MessageKind
from scheduler.queries.letter_versions import own_letters
from scheduler.queries.message_rules import rules_of
from scheduler.queries.reach import reach_of
from scheduler.queries.visit_facts import visits_to_tell
from scheduler.services.messages.foretell import AT_ONCE, CourseToCome, Foretold, Reader, Words, calls_to_come

SILENT = frozenset({MessageState.MERGED, MessageState.SKIPPED})
NOT_FORETOLD = frozenset({MessageKind.OFFER, MessageKind.NEW_TIMES})
BY_HAND = "Somebody sent it, or sent it again."
REMOVED = "By a rule of the clinic's own, which it has removed since."


@dataclass(frozen=True)
class Written:
    """A message that is in the book, with its id."""

    message_id: int
    row: Foretold


@dataclass(frozen=True)
class BookedCourse:
    """The messages of a booked course by date, and the calls that the desk makes if nobody answers."""

    written: tuple[Written, ...]
    calls: tuple[Foretold, ...]
    language: str

    @property
    def to_come(self) -> CourseToCome:
        """All of it."""
        return CourseToCome(tuple(one.row for one in self.written) + self.calls)


def foretell_series(session: Session, clinic_id: int, series_id: int, *, base_url: str, now: datetime) -> BookedCourse:
    """What a series of the clinic has caused and will cause. A fixed number of queries; nothing is written."""
    clinic = session.get_one(Clinic, clinic_id)
    visits = visits_to_tell(session, clinic_id, Appointment.series_id == series_id)
    if not visits:
        return BookedCourse((), (), "")
    patient = session.get_one(Patient, visits[0].patient_id)
    rules = {rule.id: rule for rule in rules_of(session, clinic_id)}
    writer = Words(clinic, Reader(patient.language, patient.discretion, patient.timezone), base_url,
                   own_letters(session, clinic_id))
    starts = {one.facts.key: one.facts.starts_at for one in visits}
    rows = session.scalars(
        select(Message).where(Message.clinic_id == clinic_id, Message.series_id == series_id,
                              Message.state.in_(LIVE_MESSAGE)).order_by(Message.due_at, Message.id)).all()
    with_it: dict[int, list[datetime]] = defaultdict(list)
    for row in rows:
        if row.merged_into_id is not None and row.appointment_id in starts:
            with_it[row.merged_into_id].append(starts[row.appointment_id])
    booked = [one.facts for one in visits if one.status == AppointmentStatus.BOOKED and one.facts.starts_at > now]
    written = tuple(Written(row.id, _row(row, starts, booked, with_it[row.id], rules, writer)) for row in rows)
    hours = reach_of(session, patient.id, now=now).hours
    return BookedCourse(written, calls_to_come(tuple(rules.values()), booked, hours, now), patient.language)


def _row(row: Message, starts: dict[int, datetime], booked: list[VisitFacts], also: list[datetime],
         rules: dict[str, ReminderRule], writer: Words) -> Foretold:
    rule = rules.get(row.rule)
    own = starts.get(row.appointment_id) if row.appointment_id else None
    if own is not None:
        times, about = (own, *sorted({at for at in also if at != own})), 1
    else:
        times, about = tuple(sorted(one.starts_at for one in booked))[:1], max(len(booked), 2)
    if row.kind == MessageKind.AFTER_VISIT:
        times = ()
    subject, words = ("", "") if row.state in SILENT or row.kind in NOT_FORETOLD else writer.of(
        row.kind, row.channel, times, about)
    said = rule_words(rule) if rule else AT_ONCE if row.kind in NEWS else REMOVED if is_own(row.rule) else BY_HAND
    grade, evidence = (rule.grade, rule.evidence) if rule else (None, "")
    name = rule_name(rule) if rule else NAMES[row.kind]
    return Foretold(row.kind, name, row.channel, row.state, row.due_at, row.appointment_id, own, row.reason,
                    said, grade, evidence, subject, words)
