"""Booked visits for tests of administration, written row by row."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models import Appointment, Claim
from scheduler.planning.instants import instant
from scheduler.planning.lifecycle import AppointmentStatus
from tests.builders import NOW, Kit, build_patient

ZONE = "America/New_York"
MONDAY = datetime(2027, 4, 5, 9)
"""The Monday after the tests' present, 9 in the morning at the clinic."""


def book(session: Session, kit: Kit, starts: datetime = MONDAY, *, chair: str = "chair-1", nurse: str = "rn-1",
         status: AppointmentStatus = AppointmentStatus.BOOKED, given: str = "Ada") -> int:
    """An infusion visit of 125 minutes on a chair and a nurse; gives its id."""
    patient_id = build_patient(session, kit, given)
    begins = instant(starts, ZONE)
    ends = begins + timedelta(minutes=125)
    row = Appointment(
        clinic_id=kit.clinic_id, patient_id=patient_id, visit_type_id=kit.visit_types["infusion"], status=status,
        starts_at=begins, ends_at=ends, patient_leaves_at=begins + timedelta(minutes=115), wall_start=starts,
        timezone=ZONE, starts_on=starts.date(), booked_at=NOW)
    session.add(row)
    session.flush()
    for name, units, minutes in ((chair, 1, 125), (nurse, 2, 55)):
        session.add(Claim(clinic_id=kit.clinic_id, appointment_id=row.id, resource_id=kit.resources[name], units=units,
                          starts_at=begins, ends_at=begins + timedelta(minutes=minutes)))
    session.flush()
    return row.id
