"""Every message that a course will cause, before a single one is written: date, channel, words, and the rule behind it.

Only reads. The same planning writes them when the course is booked (`scheduler.services.messages.owe_messages`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from sqlalchemy.orm import Session

from models import Clinic, Patient
from scheduler.messaging.catalogue import locale_for
from scheduler.messaging.letters import LetterFacts, write
from scheduler.messaging.texts import TextFacts, TooLong, write_text
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.own_words import SEVERAL, LetterKey, OwnWords
from scheduler.planning.protocols import Grade
from scheduler.planning.reminder_rules import NEWS, ReminderRule
from scheduler.planning.reminders import STANDING, OwedMessage, Recipient, VisitFacts, concerns, owed
from scheduler.planning.rule_words import NAMES, TASK, rule_name, rule_words
from scheduler.planning.sending_hours import SendingHours
from scheduler.planning.words import Channel, Discretion, MessageKind
from scheduler.queries.letter_versions import own_letters
from scheduler.queries.message_rules import rules_of
from scheduler.queries.reach import reach_of
from scheduler.services.messages.make_link import IN_A_LETTER, IN_A_TEXT

AT_ONCE = "At once, when something is booked, moved or cancelled."


@dataclass(frozen=True)
class Reader:
    """Who reads it: the language and the discretion of a patient, and the zone where it is not the clinic's."""

    language: str = "en"
    discretion: Discretion = Discretion.CLINIC_AND_TIME
    timezone: str | None = None


@dataclass(frozen=True)
class Foretold:
    """One message to come. `visit` is the key of its visit, None: about all; `words` is the text or the letter."""

    kind: MessageKind
    name: str
    channel: Channel
    state: MessageState
    due_at: datetime
    visit: int | None
    starts_at: datetime | None
    reason: str
    rule: str
    grade: Grade | None
    evidence: str
    subject: str
    words: str

    @property
    def goes(self) -> bool:
        """Whether it goes out as a message of its own."""
        return self.state in STANDING and self.channel != Channel.CALL


@dataclass(frozen=True)
class CourseToCome:
    """Everything a course will cause, by date: messages, those that will not go out and why, and calls for the desk."""

    rows: tuple[Foretold, ...]

    @property
    def messages(self) -> int:
        """How many go out."""
        return sum(row.goes for row in self.rows)

    @property
    def texts(self) -> int:
        """How many of them are texts."""
        return sum(row.goes and row.channel == Channel.TEXT for row in self.rows)

    @property
    def calls(self) -> int:
        """How many visits the desk calls about if nobody answers."""
        return sum(row.channel == Channel.CALL for row in self.rows)


def foretell(session: Session, clinic_id: int, patient_id: int, visits: Sequence[VisitFacts], *, base_url: str,
             now: datetime) -> CourseToCome:
    """What booking these visits now would cause, for this patient as they can be reached."""
    patient = session.get_one(Patient, patient_id)
    return foretell_for(
        session.get_one(Clinic, clinic_id), Reader(patient.language, patient.discretion, patient.timezone),
        reach_of(session, patient_id, now=now).recipient(), visits, rules_of(session, clinic_id),
        base_url=base_url, now=now, own=own_letters(session, clinic_id))


def foretell_for(clinic: Clinic, reader: Reader, recipient: Recipient, visits: Sequence[VisitFacts],
                 rules: Sequence[ReminderRule], *, base_url: str, now: datetime,
                 own: Mapping[LetterKey, OwnWords] = MappingProxyType({})) -> CourseToCome:
    """The same for any recipient, any rules and any own words, asking no database."""
    by_id = {rule.id: rule for rule in rules}
    starts = {visit.key: visit.starts_at for visit in visits}
    plan = owed(visits, recipient, now, rules=rules)
    writer = Words(clinic, reader, base_url, own)
    rows = [_row(one, plan, starts, by_id, writer) for one in plan]
    rows += calls_to_come(rules, visits, recipient.hours, now)
    return CourseToCome(tuple(sorted(rows, key=lambda row: row.due_at)))


def calls_to_come(rules: Sequence[ReminderRule], visits: Sequence[VisitFacts], hours: SendingHours,
                  now: datetime) -> tuple[Foretold, ...]:
    """What the rules leave to a person: whom the desk calls, and from when on, if nobody answers."""
    return tuple(_call(rule, visit, hours, now) for rule in rules if rule.is_task and rule.active
                 for visit in visits if concerns(replace(rule, channels=(Channel.TEXT,)), visit))


@dataclass(frozen=True)
class Words:
    """Writes the words of messages that nobody has sent yet; their links lead nowhere."""

    clinic: Clinic
    reader: Reader
    base_url: str
    own: Mapping[LetterKey, OwnWords] = field(default_factory=dict)
    """The clinic's own words, where it has some."""

    def of(self, kind: MessageKind, channel: Channel, times: Sequence[datetime], visits: int) -> tuple[str, str]:
        """The subject (empty for a text) and the words."""
        clinic, reader = self.clinic, self.reader
        token = "x" * (4 * (IN_A_TEXT if channel == Channel.TEXT else IN_A_LETTER) // 3 + 1)
        said = {
            "kind": kind, "telephone": clinic.telephone, "region": clinic.region, "timezone": clinic.timezone,
            "locale": locale_for(reader.language, clinic.locale), "times": tuple(times), "visits": visits,
            "link": f"{self.base_url}/v/{token}", "reader_timezone": reader.timezone}
        several = kind in SEVERAL and visits > 1
        said["own"] = self.own.get(LetterKey(kind, several, str(said["locale"]).partition("_")[0], channel))
        if channel == Channel.TEXT:
            try:
                return "", write_text(TextFacts(short_name=clinic.short_name, discretion=reader.discretion, **said))
            except TooLong as wrong:
                return "", str(wrong)
        written = write(LetterFacts(clinic_name=clinic.name, **said))
        return written.subject, written.text


def _row(one: OwedMessage, plan: Sequence[OwedMessage], starts: Mapping[int, datetime],
         rules: Mapping[str, ReminderRule], writer: Words) -> Foretold:
    named, about = _named(one, plan, starts)
    subject, words = writer.of(one.kind, one.channel, named, about) if one.state in STANDING else ("", "")
    said = AT_ONCE if one.kind in NEWS else rule_words(rules[one.rule])
    name = NAMES[one.kind] if one.kind in NEWS else rule_name(rules[one.rule])
    return Foretold(one.kind, name, one.channel, one.state, one.due_at, one.visit,
                    starts[one.visit] if one.visit is not None else None, one.reason, said, one.grade, one.why,
                    subject, words)


def _named(one: OwedMessage, plan: Sequence[OwedMessage],
           starts: Mapping[int, datetime]) -> tuple[tuple[datetime, ...], int]:
    """The times that its words name, and how many visits they are about."""
    if one.visit is None:
        return tuple(sorted(starts.values()))[:1], len(starts)
    if one.kind == MessageKind.AFTER_VISIT:
        return (), 1
    also = {other.visit for other in plan if other.merged_into == (one.rule, one.visit)} - {one.visit, None}
    return (starts[one.visit], *sorted(starts[key] for key in also if key is not None)), 1


def _call(rule: ReminderRule, visit: VisitFacts, hours: SendingHours, now: datetime) -> Foretold:
    due = max(now, rule.moment.due(visit.starts_at, now, hours))
    return Foretold(rule.kind, TASK, Channel.CALL, MessageState.PLANNED, due, visit.key, visit.starts_at,
                    "On the desk's call list, if the visit is still unconfirmed then.", rule_words(rule), rule.grade,
                    rule.evidence, "", "")
