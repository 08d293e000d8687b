"""The people of a simulated year: a demo clinic, and patients as unlike one another as the rules of sending allow."""

from __future__ import annotations

from datetime import datetime, time
from random import Random

from sqlalchemy import select

from models import Clinic, Consent, Patient
from scheduler.commands.demo_clinic.clinic import Made, make_clinic
from scheduler.commands.demo_clinic.people import take_in_people
from scheduler.database import Database
from scheduler.planning.words import Channel, Discretion

ZONES = (None, None, None, "America/Chicago", "America/Los_Angeles")
QUIET = ((None, None), (None, None), (time(12), time(13, 30)), (time(17), time(9)))
REACHED = ((Channel.EMAIL, Channel.TEXT), (Channel.EMAIL, Channel.TEXT), (Channel.EMAIL,), (Channel.TEXT,), ())
"""What a patient has agreed to; every fifth to nothing."""


def people_of(database: Database, opened: datetime, random: Random) -> tuple[Made, list[int]]:
    """Open the clinic and take its patients in; gives their ids."""
    with database.writing() as session:
        made = make_clinic(session, opened, password=None)
    patients = take_in_people(database, made, opened)
    with database.writing() as session:
        clinic = session.get_one(Clinic, made.clinic_id)
        clinic.text_number = "+13015550199"
        clinic.agreed_texts_a_day, clinic.agreed_texts_a_week = 2, 6
        for number, patient in enumerate(session.scalars(select(Patient).where(Patient.id.in_(patients)))):
            patient.timezone = random.choice(ZONES)
            patient.quiet_from, patient.quiet_until = random.choice(QUIET)
            patient.language = random.choice(("en", "en", "es"))
            patient.discretion = random.choice(list(Discretion))
            patient.can_be_texted = bool(patient.telephone)
            patient.preferred_channel = Channel.CALL if number % 17 == 0 else Channel.EMAIL
            session.flush()
            for consent in session.scalars(select(Consent).where(Consent.patient_id == patient.id)):
                session.delete(consent)
            session.flush()
            session.add_all(Consent(
                clinic_id=made.clinic_id, patient_id=patient.id, channel=channel, granted_at=opened, how="on paper",
                beyond_caps=channel == Channel.TEXT and number % 6 == 0) for channel in random.choice(REACHED))
    return made, patients
