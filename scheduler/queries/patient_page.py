"""What a page behind a patient's link shows: the minimum."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from models import Appointment, Clinic, Patient, VisitKind, VisitType
from scheduler.planning.languages import language_of
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.queries.patient_links import LinkRow
from scheduler.queries.viewers import ViewerClinic, clinic_of


@dataclass(frozen=True)
class VisitLine:
    """One visit: when, until when the patient is there, and what the patient has said. `version` counts its moves."""

    id: int
    version: int
    starts_at: datetime
    leaves_at: datetime
    status: AppointmentStatus
    confirmed: bool
    cannot_come: bool
    to_come: bool

    @property
    def minutes(self) -> int:
        """How long the patient is there."""
        return int((self.leaves_at - self.starts_at).total_seconds() // 60)

    @property
    def cancelled(self) -> bool:
        """Whether it will not take place."""
        return self.status in (AppointmentStatus.CANCELLED, AppointmentStatus.HELD)


@dataclass(frozen=True)
class PatientPage:
    """Everything that the pages of one link show. `visit` is the one that the link is about, if it is about one.

    `same_day` are the other visits still to come on its day: an answer is for the day, people come once.
    """

    clinic: ViewerClinic
    language: str
    timezone: str | None
    visit: VisitLine | None
    same_day: tuple[VisitLine, ...]
    coming: tuple[VisitLine, ...]
    preparation: tuple[str, ...]
    """The clinic's words on how to get ready; empty until it writes some."""
    prepares: bool
    """Whether the link's own visit asks the patient to get ready, and to be taken home."""
    address: str = ""
    kept: tuple[VisitLine, ...] = ()
    """Times that are kept for the patient and not booked yet."""

    @property
    def day(self) -> tuple[VisitLine, ...]:
        """What an answer is about, by time."""
        whole = (self.visit, *self.same_day) if self.visit else ()
        return tuple(sorted(whole, key=lambda line: (line.starts_at, line.id)))

    @property
    def shown(self) -> str:
        """What the page shows, as a mark: an answer to something else is not taken."""
        return mark_of((line.id, line.version) for line in self.day)


def mark_of(visits: Iterable[tuple[int, int]]) -> str:
    """A mark that changes when one of these visits (id, version) moves, or another one joins or leaves."""
    words = " ".join(f"{visit_id}.{version}" for visit_id, version in sorted(visits))
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def patient_page(session: Session, link: LinkRow, *, now: datetime) -> PatientPage | None:
    """The page of a link: its visit, and the patient's visits to come; None where the clinic is gone."""
    clinic = clinic_of(session, link.clinic_id)
    patient = session.get(Patient, link.patient_id)
    if clinic is None or patient is None:
        return None
    kept = and_(Appointment.status == AppointmentStatus.HELD, Appointment.series_id.is_not(None))
    rows = session.execute(
        select(Appointment, VisitType.kind).join(VisitType, VisitType.id == Appointment.visit_type_id)
        .where(Appointment.clinic_id == link.clinic_id, Appointment.patient_id == link.patient_id,
               (Appointment.id == link.appointment_id)
               | ((Appointment.starts_at > now) & or_(Appointment.status == AppointmentStatus.BOOKED, kept)))
        .order_by(Appointment.starts_at)).all()
    lines = {visit.id: _line(visit, now) for visit, _ in rows}
    kinds = {visit.id: kind for visit, kind in rows}
    own = lines.get(link.appointment_id) if link.appointment_id else None
    text, address = session.execute(select(Clinic.preparation_text, Clinic.address).where(
        Clinic.id == link.clinic_id)).one()
    prepares = own is not None and own.to_come and kinds[own.id] == VisitKind.INFUSION
    own_day = next((visit.starts_on for visit, _ in rows if own and visit.id == own.id), None)
    same_day = tuple(lines[visit.id] for visit, _ in rows
                     if own and own.to_come and visit.id != own.id and visit.starts_on == own_day
                     and lines[visit.id].to_come)
    return PatientPage(
        clinic=clinic, language=language_of(patient.language) or language_of(clinic.locale),
        timezone=patient.timezone, visit=own, same_day=same_day, address=address,
        coming=tuple(line for line in lines.values() if line.to_come),
        kept=tuple(line for line in lines.values() if line.status == AppointmentStatus.HELD and line.starts_at > now),
        prepares=prepares, preparation=tuple(part.strip() for part in text.split("\n\n") if part.strip()))


def _line(visit: Appointment, now: datetime) -> VisitLine:
    return VisitLine(
        visit.id, visit.version, visit.starts_at, visit.patient_leaves_at, visit.status,
        confirmed=visit.confirmed_at is not None, cannot_come=visit.cannot_come_at is not None,
        to_come=visit.status == AppointmentStatus.BOOKED and visit.starts_at > now)

