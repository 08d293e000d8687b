"""What to do with a message that is due, decided against the visit and the patient as they stand at this moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.planning.reminder_rules import Caps, has_room
from scheduler.planning.sending_hours import SendingHours
from scheduler.planning.words import Channel, Condition, MessageKind

UNMARKED = timedelta(hours=2)
"""How long a message after a visit waits while nobody has said whether the visit took place."""

BY_LETTER = "By e-mail: the cap on texts is reached."
COMING = frozenset({
    MessageKind.PREPARATION, MessageKind.WEEK_BEFORE, MessageKind.THREE_DAYS, MessageKind.ONE_DAY,
    MessageKind.NO_ANSWER})
GIVEN = frozenset({AppointmentStatus.ARRIVED, AppointmentStatus.IN_PROGRESS, AppointmentStatus.FULFILLED})
ABOUT_NO_VISIT = frozenset({
    MessageKind.CANCELLATION, MessageKind.OFFER, MessageKind.NEW_TIMES, MessageKind.NEW_LINK, MessageKind.BY_HAND})
"""Kinds that go out whatever has become of the visits."""
ENDED = frozenset({AppointmentStatus.CANCELLED, AppointmentStatus.NO_SHOW})


@dataclass(frozen=True)
class Send:
    """It goes out now."""

    reason: str = ""


@dataclass(frozen=True)
class Skip:
    """It must not go out, now or later."""

    reason: str


@dataclass(frozen=True)
class Shift:
    """Not now: look again at `until`."""

    until: datetime
    reason: str


@dataclass(frozen=True)
class Park:
    """It cannot go out until a person has seen to it."""

    reason: str


@dataclass(frozen=True)
class Expire:
    """Its time has passed."""

    reason: str


@dataclass(frozen=True)
class Instead:
    """It goes out, but by another channel of its rule."""

    channel: Channel
    reason: str


Decision = Send | Skip | Shift | Park | Expire | Instead


@dataclass(frozen=True)
class MessageNow:
    """The message as stored. `version` is that of the visit it was written for, None where it is about a series.

    `instead` is where a text goes that finds no room under the caps: the letter, where its rule has one and the patient
    can be reached so; None: nowhere.
    """

    kind: MessageKind
    channel: Channel
    due_at: datetime
    expires_at: datetime
    version: int | None = None
    condition: Condition = Condition.ALWAYS
    instead: Channel | None = None


@dataclass(frozen=True)
class VisitNow:
    """A visit the message is about, as it stands. `version` counts its moves."""

    status: AppointmentStatus
    starts_at: datetime
    version: int
    cannot_come: bool = False
    confirmed: bool = False


@dataclass(frozen=True)
class PatientNow:
    """The patient's reach by the message's channel, as it stands; `texts` are the instants of texts already sent."""

    hours: SendingHours
    has_address: bool
    has_consent: bool
    prefers_call: bool = False
    minor_without_guardian: bool = False
    deceased: bool = False
    caps: Caps | None = Caps()
    texts: tuple[datetime, ...] = ()


def decide_at_send(message: MessageNow, visits: Sequence[VisitNow], patient: PatientNow, now: datetime) -> Decision:
    """Send, or the reason not to; every time is aware. Asks in turn: visit, deadline, person, consent, hours, caps."""
    if now < message.due_at:
        return Shift(message.due_at, "It is not due yet.")
    return (
        _about_visits(message, visits)
        or _about_time(message, now)
        or _about_person(message, patient)
        or _waiting_for_mark(message, visits, now)
        or _about_hours(message, patient, now)
        or _about_caps(message, patient, now)
        or _send(message, patient)
    )


def _about_visits(message: MessageNow, visits: Sequence[VisitNow]) -> Decision | None:
    if message.kind in ABOUT_NO_VISIT:
        return None
    standing = [visit for visit in visits if visit.status not in ENDED]
    if not standing:
        missed = any(visit.status == AppointmentStatus.NO_SHOW for visit in visits)
        return Skip("The patient did not come to the visit." if missed else "The visit was cancelled.")
    if message.version is not None and all(visit.version != message.version for visit in standing):
        return Skip("The visit was moved after this message was written.")
    if message.kind in COMING:
        if all(visit.cannot_come for visit in standing):
            return Skip("The patient has said that they cannot come; the desk calls.")
        if all(visit.status in GIVEN for visit in standing):
            return Skip("The patient is already here, or the visit has taken place.")
        if all(visit.status == AppointmentStatus.HELD for visit in standing):
            return Skip("The visit is only held, not booked.")
        if message.condition == Condition.UNCONFIRMED and all(visit.confirmed for visit in standing):
            return Skip("The patient has already said that they come.")
    return None


def _about_time(message: MessageNow, now: datetime) -> Decision | None:
    if now >= message.expires_at:
        return Expire("Its time has passed: it would be of no use any more.")
    return None


def _about_person(message: MessageNow, patient: PatientNow) -> Decision | None:
    if patient.deceased:
        return Skip("The patient has died.")
    if patient.prefers_call:
        return Skip("The patient asked to be telephoned instead.")
    if not patient.has_address:
        missing = "e-mail address" if message.channel == Channel.EMAIL else "number that can be texted"
        return Park(f"No {missing} is on file. Add one and send again, or call.")
    if not patient.has_consent:
        return Skip(f"The patient has not consented to {_by(message.channel)}, or has taken the consent back.")
    if patient.minor_without_guardian:
        return Park("The patient is a minor and no guardian's agreement is on file. Record it and send again, or call.")
    return None


def _waiting_for_mark(message: MessageNow, visits: Sequence[VisitNow], now: datetime) -> Decision | None:
    if message.kind != MessageKind.AFTER_VISIT or any(visit.status in GIVEN for visit in visits):
        return None
    return Shift(now + UNMARKED, "Nobody has marked yet whether the visit took place.")


def _about_hours(message: MessageNow, patient: PatientNow, now: datetime) -> Decision | None:
    if message.kind == MessageKind.NEW_LINK or patient.hours.allows(now):
        return None  # whoever asks for a link waits for it now
    until = patient.hours.next_open(now)
    if until is None:
        return Park("The patient's quiet hours leave no moment to send anything. Change them, or call.")
    if until >= message.expires_at:
        return Expire("It is too late: the patient's quiet hours end only when it would be of no use any more.")
    return Shift(until, "It waits for the end of the patient's quiet hours.")


def _about_caps(message: MessageNow, patient: PatientNow, now: datetime) -> Decision | None:
    if message.channel != Channel.TEXT or patient.caps is None:
        return None
    hours, sent = patient.hours, [patient.hours.local_date(text) for text in patient.texts]
    today = hours.local_date(now)
    if has_room(today, sent, patient.caps):
        return None
    if message.instead is not None:
        return Instead(message.instead, BY_LETTER)
    for days in range(1, 8):
        day = today + timedelta(days=days)
        opens = hours.next_open(hours.at(day, hours.opens))
        if opens is None or opens >= message.expires_at:
            break
        if has_room(hours.local_date(opens), sent, patient.caps):
            return Shift(opens, "The cap on texts is reached; it waits for the next day with room.")
    return Skip("The cap on texts is reached, and it would be of no use once there is room again.")


def _send(message: MessageNow, patient: PatientNow) -> Send:
    """A text is sent under a rule about how many; the rule is written down with it."""
    return Send(patient.caps.sentence if message.channel == Channel.TEXT and patient.caps is not None else "")


def _by(channel: Channel) -> str:
    return "e-mail" if channel == Channel.EMAIL else "texts"
