"""Find a row of the viewer's clinic and lock its patient, so that it can be changed: first the lock, then the look."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import Appointment, Clinic, Series
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.services.booking.claims import lock_patients
from scheduler.services.refusal import NotFound


def locked_appointment(session: Session, clinic_id: int, appointment_id: int) -> Appointment | NotFound:
    """The appointment as it now stands, its patient locked until the transaction ends.

    One that is held for a plan nobody has booked is not found; one that a series holds behind a gate is.
    """
    patient_id = session.scalar(select(Appointment.patient_id).where(
        Appointment.clinic_id == clinic_id, Appointment.id == appointment_id))
    if patient_id is None:
        return NotFound("appointment")
    lock_patients(session, clinic_id, [patient_id])
    row = session.scalar(select(Appointment).where(
        Appointment.id == appointment_id,
        or_(Appointment.status != AppointmentStatus.HELD, Appointment.series_id.is_not(None)))
        .execution_options(populate_existing=True))
    return row or NotFound("appointment")


def locked_series(session: Session, clinic_id: int, series_id: int) -> Series | NotFound:
    """The series as it now stands, its patient locked until the transaction ends."""
    patient_id = session.scalar(select(Series.patient_id).where(Series.clinic_id == clinic_id, Series.id == series_id))
    if patient_id is None:
        return NotFound("series")
    lock_patients(session, clinic_id, [patient_id])
    return session.scalar(select(Series).where(Series.id == series_id).execution_options(populate_existing=True))


def appointments_of(session: Session, series_id: int) -> list[Appointment]:
    """Every appointment of a series, by ordinal. The patient must be locked."""
    return list(session.scalars(select(Appointment).where(Appointment.series_id == series_id)
                                .order_by(Appointment.ordinal, Appointment.id)
                                .execution_options(populate_existing=True)))


def clinic_row(session: Session, clinic_id: int) -> Clinic:
    """The clinic of a viewer, who cannot be one without it."""
    row = session.get(Clinic, clinic_id)
    assert row is not None
    return row
