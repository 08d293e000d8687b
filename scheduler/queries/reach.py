"""How a patient can be reached: address, consent, hours and caps, as the rules of sending want to know them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from models import Clinic, Consent, Message, Patient
from models.types import UtcDateTime
from scheduler.planning.instants import zone
from scheduler.planning.lifecycle import OUTGOING, MessageState
from scheduler.planning.reminder_rules import Caps
from scheduler.planning.reminders import Recipient
from scheduler.planning.send_decisions import PatientNow
from scheduler.planning.sending_hours import SendingHours
from scheduler.planning.words import Channel

LAWFUL = Caps()
"""What the healthcare exemption allows to whoever has not agreed to more."""
WEEK = timedelta(days=8)
IDS = bindparam("ids", expanding=True)
PATIENTS = select(Patient, Clinic).join(Clinic, Clinic.id == Patient.clinic_id).where(Patient.id.in_(IDS))
CONSENTS = select(Consent).where(Consent.patient_id.in_(IDS)).order_by(Consent.granted_at, Consent.id)
TEXTS = select(
    Message.id, Message.patient_id, Message.state, Message.sent_at, Message.due_at, Message.claimed_until).where(
        Message.patient_id.in_(IDS), Message.channel == Channel.TEXT,
        Message.state.in_((*OUTGOING, MessageState.CLAIMED))
        | (Message.sent_at > bindparam("since", type_=UtcDateTime)))


@dataclass(frozen=True)
class Reach:
    """One patient's addresses and consents by channel, and when they may be written to."""

    addresses: dict[Channel, str] = field(repr=False)
    consents: frozenset[Channel]
    ways_out: frozenset[Channel]
    prefers_call: bool
    hours: SendingHours
    caps: Caps
    texts_sent: tuple[datetime, ...]
    texts_due: tuple[datetime, ...]
    texts_in_hand: tuple[tuple[datetime, int], ...] = ()
    """Texts that a clock holds and nobody knows of yet whether they went: until when, and their ids."""

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The channels with an address, a consent and a way out of the house."""
        return tuple(channel for channel in Channel
                     if channel in self.addresses and channel in self.consents and channel in self.ways_out)

    @property
    def why_not(self) -> str:
        """In a sentence why nothing goes out by itself; empty where something can."""
        return _why_not(self.prefers_call, self.addresses, self.consents, self.ways_out)

    def recipient(self) -> Recipient:
        """For the rules that say what is owed."""
        return Recipient(hours=self.hours, channels=self.channels, prefers_call=self.prefers_call, caps=self.caps,
                         texts=self.texts_sent + self.texts_due)

    def patient_now(self, channel: Channel, message: tuple[datetime, int] | None = None) -> PatientNow:
        """For the decision at the moment of sending.

        What was taken in hand before this `message` (until when it is held, its id) counts as sent: of two texts that
        are decided at once only one may take the last place under a cap.
        """
        before = tuple(until for until, id_ in self.texts_in_hand if message is None or (until, id_) < message)
        return PatientNow(hours=self.hours, has_address=channel in self.addresses, has_consent=channel in self.consents,
                          prefers_call=self.prefers_call, caps=self.caps, texts=self.texts_sent + before)


def reach_of(session: Session, patient_id: int, *, now: datetime) -> Reach:
    """One patient's reach; the newest row of a channel's consents counts."""
    return reaches_of(session, [patient_id], now=now)[patient_id]


def reaches_of(session: Session, patient_ids: Collection[int], *, now: datetime) -> dict[int, Reach]:
    """By patient their reach. Three queries, however many patients."""
    newest, (sent, due, in_hand) = _newest(session, patient_ids), _texts(session, patient_ids, now)
    found = {}
    for patient, clinic in session.execute(PATIENTS, {"ids": patient_ids}):
        hours = SendingHours(zone(patient.timezone or clinic.timezone), clinic.messages_from, clinic.messages_until,
                             patient.quiet_from, patient.quiet_until)
        consents = newest[patient.id]
        found[patient.id] = Reach(
            _addresses(patient), frozenset(consents), ways_out(clinic), patient.preferred_channel == Channel.CALL,
            hours, _caps(consents, clinic), tuple(sent[patient.id]), tuple(due[patient.id]),
            tuple(in_hand[patient.id]))
    return found


def standing_consents(session: Session, patient_ids: Collection[int]) -> dict[int, frozenset[Channel]]:
    """By patient the channels agreed to; the newest row of a channel counts."""
    return {patient_id: frozenset(consents) for patient_id, consents in _newest(session, patient_ids).items()}


def consents_in_words(session: Session, patient_id: int) -> tuple[Consent, ...]:
    """The standing consents of one patient, one a channel, in the order of the channels."""
    standing = _newest(session, [patient_id])[patient_id]
    return tuple(standing[channel] for channel in Channel if channel in standing)


def _newest(session: Session, patient_ids: Collection[int]) -> dict[int, dict[Channel, Consent]]:
    agreed: dict[int, dict[Channel, Consent]] = {patient_id: {} for patient_id in patient_ids}
    for consent in session.scalars(CONSENTS, {"ids": patient_ids}):
        if consent.withdrawn_at is None:
            agreed[consent.patient_id][consent.channel] = consent
        else:
            agreed[consent.patient_id].pop(consent.channel, None)
    return agreed


def ways_out(clinic: Clinic) -> frozenset[Channel]:
    """The channels that a clinic sends by: letters always, texts where it has a number to send them from."""
    return frozenset({Channel.EMAIL, Channel.TEXT} if clinic.text_number else {Channel.EMAIL})


def why_unreachable(patient: Patient, clinic: Clinic, consents: frozenset[Channel]) -> str:
    """In a sentence why nothing goes out to this patient by itself; empty where something can."""
    return _why_not(patient.preferred_channel == Channel.CALL, _addresses(patient), consents, ways_out(clinic))


def _addresses(patient: Patient) -> dict[Channel, str]:
    found = {Channel.EMAIL: patient.email, Channel.TEXT: patient.telephone if patient.can_be_texted else None}
    return {channel: address for channel, address in found.items() if address}


def _why_not(prefers_call: bool, addresses: Collection[Channel], consents: frozenset[Channel],
             ways: frozenset[Channel]) -> str:
    if prefers_call:
        return "Asked to be telephoned."
    texts = Channel.TEXT in ways
    reached = ways.intersection(addresses)
    if not reached:
        return "No e-mail address and no number for texts is on file." if texts else "No e-mail address is on file."
    if reached & consents:
        return ""
    return "There is no consent to e-mail or texts." if texts else "There is no consent to e-mail."


def _caps(consents: dict[Channel, Consent], clinic: Clinic) -> Caps:
    """The clinic's caps; its higher ones where it has set them and the standing consent to texts says so expressly."""
    agreed = consents.get(Channel.TEXT)
    if clinic.agreed_texts_a_day is None or clinic.agreed_texts_a_week is None or not (agreed and agreed.beyond_caps):
        return Caps(min(clinic.texts_a_day, LAWFUL.a_day), min(clinic.texts_a_week, LAWFUL.a_week))
    return Caps(clinic.agreed_texts_a_day, clinic.agreed_texts_a_week, agreed=True)


Instants = defaultdict[int, list[datetime]]


def _texts(session: Session, patient_ids: Collection[int],
           now: datetime) -> tuple[Instants, Instants, defaultdict[int, list[tuple[datetime, int]]]]:
    """By patient when texts were sent in these days, when further ones are due, and which are in a clock's hands.

    A text that has gone counts whatever became of its message since.
    """
    sent: Instants = defaultdict(list)
    due: Instants = defaultdict(list)
    in_hand: defaultdict[int, list[tuple[datetime, int]]] = defaultdict(list)
    for row in session.execute(TEXTS, {"ids": patient_ids, "since": now - WEEK}):
        if row.sent_at:
            sent[row.patient_id].append(row.sent_at)
        elif row.state in OUTGOING:
            due[row.patient_id].append(row.due_at)
        elif row.claimed_until:
            in_hand[row.patient_id].append((row.claimed_until, row.id))
    return sent, due, in_hand
