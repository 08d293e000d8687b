"""Many owed letters and texts at once, as faults and benchmarks want them: each with a visit of its own."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count

from sqlalchemy import insert
from sqlalchemy.orm import Session

from models import Appointment, Clinic, Consent, Message, Patient
from scheduler.planning.lifecycle import AppointmentStatus, MessageState
from scheduler.planning.words import Channel, MessageKind
from tests.builders import NOW, Kit, build_clinic

NUMBER = "+13015550111"
_numbers = count(1)


class Owed:
    """A clinic that owes each of many patients something about one visit; `owe` gives the keys of what is owed now."""

    def __init__(self, session: Session):
        self.kit: Kit = build_clinic(session, f"Alder {next(_numbers)} Clinic")
        session.get_one(Clinic, self.kit.clinic_id).text_number = NUMBER
        self.owed = 0

    def owe(self, session: Session, many: int, *channels: Channel, kind: MessageKind = MessageKind.ONE_DAY) -> set[str]:
        """So many new patients with a visit in a week, each owed one message a channel that is due."""
        patients, clinic_id = self._patients(session, many), self.kit.clinic_id
        at = NOW + timedelta(days=7)
        visits = list(session.scalars(insert(Appointment).returning(Appointment.id, sort_by_parameter_order=True), [
            {"clinic_id": clinic_id, "patient_id": patient, "version": 1, "status": AppointmentStatus.BOOKED,
             "visit_type_id": self.kit.visit_types["therapy"], "starts_at": at, "ends_at": at + timedelta(hours=1),
             "patient_leaves_at": at + timedelta(hours=1), "wall_start": at.replace(tzinfo=None),
             "timezone": "America/New_York", "starts_on": at.date(), "booked_at": NOW} for patient in patients]))
        rows = [
            {"clinic_id": clinic_id, "patient_id": patient, "appointment_id": visit, "appointment_version": 1,
             "kind": kind, "channel": channel, "rule": "one-day", "state": MessageState.PLANNED, "reason": "",
             "due_at": NOW, "expires_at": NOW + timedelta(days=6), "attempts": 0, "created_at": NOW,
             "key": f"{channel}{next(_numbers):028d}"}
            for patient, visit in zip(patients, visits, strict=True) for channel in channels]
        session.execute(insert(Message), rows)
        return {row["key"] for row in rows}

    def _patients(self, session: Session, many: int) -> list[int]:
        first, clinic_id = self.owed, self.kit.clinic_id
        self.owed += many
        patients = list(session.scalars(insert(Patient).returning(Patient.id, sort_by_parameter_order=True), [
            {"clinic_id": clinic_id, "given_name": "P", "family_name": f"{number}", "search_name": f"{number} p",
             "birth_date": date(1980, 5, 17), "email": f"p{number}@example.com", "telephone": f"+1301{number:07d}",
             "can_be_texted": True, "created_at": NOW, "changed_at": NOW} for number in range(first, first + many)]))
        session.execute(insert(Consent), [
            {"clinic_id": clinic_id, "patient_id": patient, "channel": channel, "granted_at": NOW, "how": "on paper"}
            for patient in patients for channel in (Channel.EMAIL, Channel.TEXT)])
        return patients
