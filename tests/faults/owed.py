"""Many owed letters and texts at once, as faults and benchmarks want them: each with a visit of its own."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

from sqlalchemy import insert
from sqlalchemy.orm import Session

from models import Appointment, Clinic, Message
from scheduler.planning.lifecycle import AppointmentStatus, MessageState
from scheduler.planning.words import Channel, MessageKind
from tests.builders import NOW, Kit, build_clinic, build_patient

PATIENTS = 40
NUMBER = "+13015550111"
_numbers = count(1)


class Owed:
    """A clinic without caps, with patients to write to; `owe` gives the keys of what it owes them now."""

    def __init__(self, session: Session):
        self.kit: Kit = build_clinic(session, f"Alder {next(_numbers)} Clinic")
        clinic = session.get_one(Clinic, self.kit.clinic_id)
        clinic.text_number, clinic.texts_a_day, clinic.texts_a_week = NUMBER, 10**6, 10**6
        self.owed = 0
        self.patients = [
            build_patient(session, self.kit, f"P{number}", email=f"p{number}@example.com",
                          telephone=f"+1301556{number:04d}", consents=(Channel.EMAIL, Channel.TEXT))
            for number in range(PATIENTS)]

    def owe(self, session: Session, many: int, *channels: Channel, kind: MessageKind = MessageKind.ONE_DAY) -> set[str]:
        """So many visits from a week later on, a minute apart, each with one message a channel that is due."""
        times = [NOW + timedelta(days=7, minutes=self.owed + number) for number in range(many)]
        self.owed += many
        visits = list(session.scalars(insert(Appointment).returning(Appointment.id, sort_by_parameter_order=True), [
            {"clinic_id": self.kit.clinic_id, "patient_id": self.patients[number % PATIENTS], "version": 1,
             "visit_type_id": self.kit.visit_types["therapy"], "status": AppointmentStatus.BOOKED,
             "starts_at": at, "ends_at": at + timedelta(hours=1), "patient_leaves_at": at + timedelta(hours=1),
             "wall_start": at.replace(tzinfo=None), "timezone": "America/New_York", "starts_on": at.date(),
             "booked_at": NOW} for number, at in enumerate(times)]))
        rows = [
            {"clinic_id": self.kit.clinic_id, "patient_id": self.patients[number % PATIENTS], "appointment_id": visit,
             "appointment_version": 1, "kind": kind, "channel": channel, "rule": "one-day",
             "state": MessageState.PLANNED, "reason": "", "due_at": NOW, "expires_at": NOW + timedelta(days=6),
             "attempts": 0, "created_at": NOW,
             "key": f"{channel}{next(_numbers):028d}"}
            for number, visit in enumerate(visits) for channel in channels]
        session.execute(insert(Message), rows)
        return {row["key"] for row in rows}
