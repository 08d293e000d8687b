"""How a patient is written to: what they have set, what could be set, and whether anything goes out at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Clinic, Patient
from scheduler.planning.languages import language_of
from scheduler.planning.words import Channel, Discretion
from scheduler.queries.patient_links import LinkRow
from scheduler.queries.reach import consents_in_words, reach_of, ways_out


@dataclass(frozen=True)
class Agreed:
    """One consent that stands: when it was given, and the very words where they are known."""

    channel: Channel
    granted_at: datetime
    wording: str


@dataclass(frozen=True)
class PatientWishes:
    """`channels` are those with an address on file; `stopped`: there is no consent to any of them."""

    channel: Channel
    channels: tuple[Channel, ...]
    language: str
    quiet_from: time | None
    quiet_until: time | None
    discretion: Discretion
    stopped: bool
    messages_from: time
    messages_until: time
    short_name: str = field(repr=False, default="")
    agreed: tuple[Agreed, ...] = ()
    texts: tuple[int, int] = (1, 3)
    """How many texts a day and a week there may be."""


def patient_wishes(session: Session, link: LinkRow, *, now: datetime) -> PatientWishes:
    """The wishes of a link's patient."""
    patient, clinic = session.execute(
        select(Patient, Clinic).join(Clinic, Clinic.id == Patient.clinic_id).where(Patient.id == link.patient_id)).one()
    there = {Channel.EMAIL: patient.email, Channel.TEXT: patient.telephone if patient.can_be_texted else None,
             Channel.CALL: patient.telephone}
    open_ = ways_out(clinic) | {Channel.CALL}
    consents = consents_in_words(session, patient.id)
    caps = reach_of(session, patient.id, now=now).caps
    return PatientWishes(
        channel=patient.preferred_channel,
        channels=tuple(channel for channel in Channel if there[channel] and channel in open_),
        language=language_of(patient.language) or language_of(clinic.locale) or "en", quiet_from=patient.quiet_from,
        quiet_until=patient.quiet_until, discretion=patient.discretion, stopped=not consents,
        messages_from=clinic.messages_from, messages_until=clinic.messages_until, short_name=clinic.short_name,
        agreed=tuple(Agreed(one.channel, one.granted_at, one.wording) for one in consents),
        texts=(caps.a_day, caps.a_week))
