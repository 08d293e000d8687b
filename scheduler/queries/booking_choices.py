"""Everything between which a booking desk chooses for one patient, in one look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Clinic, OpeningHours, Resource
from scheduler.queries.bookable_protocols import ProtocolCard, bookable_protocols
from scheduler.queries.held_plan import OpenHold, open_holds
from scheduler.queries.orders_of_patient import OrderRow, ordering_clinicians, orders_of_patient
from scheduler.queries.running_series import RunningSeries, running_series

THERAPIST = "therapist"


@dataclass(frozen=True)
class BookingChoices:
    """Orders, protocols, therapists and clinicians to choose from; the weekdays (0 Monday) on which it is open."""

    orders: tuple[OrderRow, ...]
    protocols: tuple[ProtocolCard, ...]
    therapists: tuple[tuple[int, str], ...]
    clinicians: tuple[tuple[int, str], ...]
    running: tuple[RunningSeries, ...]
    held: tuple[OpenHold, ...]
    weekdays: tuple[int, ...]
    latest_days: int
    hold_minutes: int

    @property
    def open_orders(self) -> tuple[OrderRow, ...]:
        """The orders with infusions left, newest first."""
        return tuple(order for order in self.orders if order.left)

    @property
    def ready_protocols(self) -> tuple[ProtocolCard, ...]:
        """The protocols that can be booked."""
        return tuple(card for card in self.protocols if card.ready)


def booking_choices(session: Session, clinic_id: int, patient_id: int, *, now: datetime) -> BookingChoices:
    """What can be chosen for a patient of the clinic. Eleven queries, however many rows."""
    clinic = session.get_one(Clinic, clinic_id)
    therapists = session.execute(
        select(Resource.id, Resource.name).where(
            Resource.clinic_id == clinic_id, Resource.kind == THERAPIST, Resource.active).order_by(Resource.name))
    weekdays = session.scalars(
        select(OpeningHours.weekday).distinct().where(OpeningHours.clinic_id == clinic_id))
    return BookingChoices(
        orders=orders_of_patient(session, clinic_id, patient_id), protocols=bookable_protocols(session, clinic_id),
        therapists=tuple((row.id, row.name) for row in therapists),
        clinicians=ordering_clinicians(session, clinic_id), running=running_series(session, clinic_id, patient_id),
        held=open_holds(session, clinic_id, patient_id, now=now),
        weekdays=tuple(sorted(weekdays)), latest_days=clinic.latest_days, hold_minutes=clinic.hold_minutes)
