"""How a patient wants to be written to, set behind a link: channel, language, quiet hours, discretion; stop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AuditEntry, Clinic, Consent, OptOut, Patient
from scheduler.planning.languages import LANGUAGES
from scheduler.planning.words import Channel, Discretion
from scheduler.services import audit
from scheduler.services.by_link.answer_link import PATIENT_LINK
from scheduler.services.by_link.by_link import Holder, holder_of
from scheduler.services.messages.follow_hours import follow_hours
from scheduler.services.refusal import Refused
from scheduler.services.whole import whole
from scheduler.services.wrong_value import WrongValue

FEWEST_HOURS = timedelta(hours=4)
"""So many hours of a day must remain in which something may be sent."""
TAKE_BACK_WITHIN = timedelta(minutes=30)


@dataclass(frozen=True)
class SetWishes:
    """What the patient set. Both quiet times, or neither; during them nothing is sent."""

    link_id: int
    channel: Channel
    language: str
    quiet_from: time | None
    quiet_until: time | None
    discretion: Discretion


@dataclass(frozen=True)
class WishesSet:
    """What changed, by name."""

    changed: tuple[str, ...]


@dataclass(frozen=True)
class Stopped:
    """The channels that were stopped, or allowed again."""

    channels: tuple[Channel, ...]


@whole
def set_wishes(session: Session, command: SetWishes, *, now: datetime) -> WishesSet | Refused:
    """Write them. Planned messages follow other quiet hours at once; the rest is decided at the moment of sending."""
    holder = holder_of(session, command.link_id, now=now)
    if isinstance(holder, Refused):
        return holder
    patient = session.get_one(Patient, holder.link.patient_id)
    if wrong := _wrong(session, command, patient):
        return Refused(wrong)
    wanted = {"preferred_channel": command.channel, "language": command.language, "quiet_from": command.quiet_from,
              "quiet_until": command.quiet_until, "discretion": command.discretion}
    changed = tuple(sorted(name for name, value in wanted.items() if getattr(patient, name) != value))
    for name in changed:
        setattr(patient, name, wanted[name])
    if changed:
        patient.changed_at = now
        _note(session, holder, "set wishes", {"changed": list(changed)}, now)
    if {"quiet_from", "quiet_until"} & set(changed):
        follow_hours(session, patient.clinic_id, patient_id=patient.id, now=now)
    return WishesSet(changed)


def _wrong(session: Session, command: SetWishes, patient: Patient) -> tuple[WrongValue, ...]:
    wrong = []
    if command.language not in LANGUAGES:
        wrong.append(WrongValue("language", "Choose one of the languages."))
    texts = patient.can_be_texted and session.get_one(Clinic, patient.clinic_id).text_number
    if command.channel == Channel.TEXT and not texts:
        wrong.append(WrongValue("channel", "No number for texts is on file. Please call us."))
    if (command.quiet_from is None) != (command.quiet_until is None):
        wrong.append(WrongValue("quiet", "Give both times, or neither."))
    elif command.quiet_from is not None and command.quiet_until is not None:
        quiet = _minutes(command.quiet_until) - _minutes(command.quiet_from)
        if not 0 < quiet % (24 * 60) <= 24 * 60 - FEWEST_HOURS.total_seconds() // 60:
            wrong.append(WrongValue("quiet", "Leave some hours of the day in which we may write to you."))
    return tuple(wrong)


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


@whole
def stop_messages(session: Session, link_id: int, channel: Channel | None = None, *,
                  now: datetime) -> Stopped | Refused:
    """Withdraw every consent that stands, or that to one `channel`; what is planned is skipped with that reason.

    The desk finds it on its list of who opted out.
    """
    holder = holder_of(session, link_id, now=now)
    if isinstance(holder, Refused):
        return holder
    rows = session.scalars(select(Consent).where(
        Consent.patient_id == holder.link.patient_id, Consent.withdrawn_at.is_(None),
        *([] if channel is None else [Consent.channel == channel]))).all()
    for row in rows:
        row.withdrawn_at = max(now, row.granted_at)
    stopped = tuple(sorted({row.channel for row in rows}))
    if stopped:
        session.add(OptOut(clinic_id=holder.link.clinic_id, patient_id=holder.link.patient_id,
                           channels=",".join(stopped), opted_out_at=now))
        _note(session, holder, "stop messages", {"channels": list(stopped)}, now)
    return Stopped(stopped)


@whole
def undo_stop_messages(session: Session, link_id: int, *, now: datetime) -> Stopped | Refused:
    """Take one's own stop back soon after it; a stop by text, or one that is older, is the desk's to hear of."""
    holder = holder_of(session, link_id, now=now)
    if isinstance(holder, Refused):
        return holder
    last = session.scalar(select(Consent.withdrawn_at).where(Consent.patient_id == holder.link.patient_id)
                          .order_by(Consent.withdrawn_at.desc().nulls_last()).limit(1))
    if last is None or last < now - TAKE_BACK_WITHIN or not _stopped_here(session, holder, last):
        return Stopped(())
    again = []
    for row in session.scalars(select(Consent).where(
            Consent.patient_id == holder.link.patient_id, Consent.withdrawn_at == last)).all():
        session.add(Consent(clinic_id=row.clinic_id, patient_id=row.patient_id, channel=row.channel, granted_at=now,
                            how=f"{PATIENT_LINK.capitalize()}: took the stop back", beyond_caps=row.beyond_caps))
        again.append(row.channel)
    for row in session.scalars(select(OptOut).where(
            OptOut.patient_id == holder.link.patient_id, OptOut.opted_out_at == last)).all():
        row.taken_back_at = now
    _note(session, holder, "undo stop messages", {"channels": sorted(again)}, now)
    return Stopped(tuple(sorted(again)))


def _stopped_here(session: Session, holder: Holder, at: datetime) -> bool:
    """Whether the consents that were withdrawn at an instant were withdrawn behind a link of this patient."""
    return session.scalar(select(AuditEntry.id).where(
        AuditEntry.clinic_id == holder.link.clinic_id, AuditEntry.patient_id == holder.link.patient_id,
        AuditEntry.actor == PATIENT_LINK, AuditEntry.verb == "stop messages", AuditEntry.at == at).limit(1)) is not None


def _note(session: Session, holder: Holder, verb: str, detail: dict, now: datetime) -> None:
    session.flush()
    audit.record(session, by=holder.by, verb=verb, subject="patient", subject_id=holder.link.patient_id,
                 patient_id=holder.link.patient_id, now=now, detail={**detail, "link": holder.link.id})
