"""The waiting list as the desk sees it: who waits for what, the freed times, to whom they are offered, the answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Clinic, Offer, Opening, Patient, Resource, StaffMember, VisitType, WaitlistEntry
from scheduler.planning.instants import instant
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.planning.waitlist import OfferState, Suits, Waiting
from scheduler.queries.patient_details import initials
from scheduler.queries.visits import VisitRow, visits
from scheduler.queries.without_time import without_time

RECENT = timedelta(days=3)


@dataclass(frozen=True)
class EntryRow:
    """Somebody who would come earlier, with the visit it is about."""

    id: int
    visit: VisitRow
    suits: Suits
    added_at: datetime
    added_by: str


@dataclass(frozen=True)
class OfferRow:
    """One offer. `kept`: the time is held for this patient until `expires_at`."""

    id: int
    opening_id: int
    patient_id: int
    patient_name: str
    initials: str
    appointment_id: int
    state: OfferState
    kept: bool
    made_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    starts_at: datetime


@dataclass(frozen=True)
class OpeningRow:
    """A freed time that nobody has yet, and the offers of it, the newest first."""

    id: int
    type_name: str
    starts_at: datetime
    ends_at: datetime
    with_what: tuple[str, ...]
    """The chairs, nurses and therapists that were freed, by name."""
    freed_at: datetime
    tried_at: datetime | None
    offers: tuple[OfferRow, ...]

    @property
    def out(self) -> tuple[OfferRow, ...]:
        """The offers that wait for an answer."""
        return tuple(offer for offer in self.offers if offer.state == OfferState.OPEN)


@dataclass(frozen=True)
class Waitlist:
    """Everything the page shows."""

    openings: tuple[OpeningRow, ...]
    entries: tuple[EntryRow, ...]
    answers: tuple[OfferRow, ...]


def waitlist(session: Session, clinic_id: int, *, now: datetime) -> Waitlist:
    """The clinic's waiting list, what is offered at this moment first. A constant number of queries."""
    offers = _offers(session, clinic_id, now)
    rows = session.execute(
        select(Opening, VisitType.name, Clinic.timezone).join(VisitType, VisitType.id == Opening.visit_type_id)
        .join(Clinic, Clinic.id == Opening.clinic_id)
        .where(Opening.clinic_id == clinic_id, Opening.closed_at.is_(None), Opening.starts_at > now)
        .order_by(Opening.starts_at, Opening.id)).all()
    names = dict(session.execute(select(Resource.id, Resource.name).where(Resource.clinic_id == clinic_id)).all())
    openings = tuple(
        OpeningRow(row.id, name, row.starts_at, instant(row.wall_end, timezone),
                   tuple(names[id_] for id_ in row.resources.values() if id_ in names), row.freed_at, row.tried_at,
                   tuple(offer for offer in offers if offer.opening_id == row.id)) for row, name, timezone in rows)
    openings = tuple(sorted(openings, key=lambda row: (not row.out, row.starts_at, row.id)))
    return Waitlist(openings, entries(session, clinic_id, now=now),
                    tuple(offer for offer in offers if offer.state != OfferState.OPEN))


def entries(session: Session, clinic_id: int, *, now: datetime) -> tuple[EntryRow, ...]:
    """Who would come earlier, the longest waiting first; entries whose visit is over or off are not among them."""
    rows = session.execute(
        select(WaitlistEntry, StaffMember.name).outerjoin(StaffMember, StaffMember.id == WaitlistEntry.added_by)
        .where(WaitlistEntry.clinic_id == clinic_id, WaitlistEntry.ended_at.is_(None))
        .order_by(WaitlistEntry.added_at, WaitlistEntry.id)).all()
    ids = [entry.appointment_id for entry, _ in rows]
    found = {visit.id: visit for visit in visits(
        session, clinic_id, Appointment.id.in_(ids), Appointment.status == AppointmentStatus.BOOKED,
        Appointment.starts_at > now)}
    return tuple(EntryRow(entry.id, found[entry.appointment_id], suits_of(entry), entry.added_at, by or "")
                 for entry, by in rows if entry.appointment_id in found)


def could_wait(session: Session, clinic_id: int, patient_id: int, *, now: datetime) -> tuple[VisitRow, ...]:
    """A patient's booked visits to come, each of which could be earlier."""
    return visits(session, clinic_id, Appointment.patient_id == patient_id,
                  Appointment.status == AppointmentStatus.BOOKED, Appointment.starts_at > now)


def suits_of(entry: WaitlistEntry) -> Suits:
    """Which times an entry could take."""
    return Suits(entry.not_before, tuple(entry.weekdays), entry.from_time, entry.to_time)


def waiting_for(session: Session, clinic_id: int, opening: Opening, *, now: datetime) -> tuple[Waiting, ...]:
    """Everybody of the clinic who waits, with what they wait for, whatever the type; the planner has not been asked.

    Those who have been offered it already are not asked again.
    """
    asked = set(session.scalars(select(Offer.appointment_id).where(Offer.opening_id == opening.id)))
    busy = set(session.scalars(select(Offer.appointment_id).where(
        Offer.clinic_id == clinic_id, Offer.state == OfferState.OPEN)))
    listed, lost = entries(session, clinic_id, now=now), without_time(session, clinic_id)
    ids = {row.visit.id for row in (*listed, *lost)}
    fits = {row.id: row.wall_start for row in session.execute(
        select(Appointment.id, Appointment.wall_start).where(
            Appointment.clinic_id == clinic_id, Appointment.id.in_(ids), Appointment.id != opening.freed_by))}
    found = [Waiting(row.visit.id, fits[row.visit.id], None, row.added_at, row.suits)
             for row in listed if row.visit.id in fits]
    found += [Waiting(row.visit.id, None, row.latest_on, None, Suits(row.visit.not_before))
              for row in lost if row.visit.id in fits]
    return tuple(one for one in found if one.appointment_id not in asked | busy)


def _offers(session: Session, clinic_id: int, now: datetime) -> tuple[OfferRow, ...]:
    rows = session.execute(
        select(Offer, Patient.given_name, Patient.family_name).join(Patient, Patient.id == Offer.patient_id)
        .where(Offer.clinic_id == clinic_id, (Offer.state == OfferState.OPEN) | (Offer.ended_at > now - RECENT))
        .order_by(Offer.made_at.desc(), Offer.id.desc()))
    return tuple(
        OfferRow(offer.id, offer.opening_id, offer.patient_id, f"{given} {family}", initials(given, family),
                 offer.appointment_id, offer.state, offer.hold_id is not None, offer.made_at, offer.expires_at,
                 offer.ended_at, offer.starts_at) for offer, given, family in rows)
