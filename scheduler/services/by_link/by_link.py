"""Who acts behind a patient's link, and on which visit: what every verb of the patients' pages asks first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models import Appointment, Clinic, PatientLink
from scheduler.access import Viewer
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.services.booking.claims import lock_patients
from scheduler.services.by_link.answer_link import PATIENT_LINK, LinkOver, VisitMoved, VisitOver
from scheduler.services.refusal import Refused


@dataclass(frozen=True)
class Holder:
    """The link of a patient who is locked until the transaction ends, and the viewer that the patient is."""

    link: PatientLink
    by: Viewer


@dataclass(frozen=True)
class TooNear:
    """The visit, or the time that is wished for, is too near for a change without the desk."""

    sentence: str = "It is too near to change it here. Please call us: we find a way."


def holder_of(session: Session, link_id: int, *, now: datetime) -> Holder | Refused:
    """The patient of a link that still holds."""
    link = session.get(PatientLink, link_id)
    if link is None or link.expires_at <= now:
        return Refused((LinkOver(),))
    lock_patients(session, link.clinic_id, [link.patient_id])
    session.refresh(link)
    return Holder(link, Viewer(clinic_id=link.clinic_id, actor=PATIENT_LINK))


def visit_of(session: Session, link_id: int, appointment_id: int, version: int | None = None, *,
             now: datetime) -> tuple[Holder, Appointment] | Refused:
    """Who holds the link, and their booked visit still to come, as the page showed it (`version`, where it matters)."""
    holder = holder_of(session, link_id, now=now)
    if isinstance(holder, Refused):
        return holder
    row = session.get(Appointment, appointment_id, populate_existing=True)
    if row is None or row.patient_id != holder.link.patient_id or row.clinic_id != holder.link.clinic_id:
        return Refused((VisitOver(),))
    if row.status != AppointmentStatus.BOOKED or row.starts_at <= now:
        return Refused((VisitOver(),))
    if version is not None and row.version != version:
        return Refused((VisitMoved(),))
    return holder, row


def soonest_change(clinic: Clinic, now: datetime) -> datetime:
    """From when on a patient may change visits without the desk, and take times."""
    return now + timedelta(hours=max(clinic.own_change_hours, clinic.notice_hours))
