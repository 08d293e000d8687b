"""What a patient is owed when visits are booked, moved or cancelled."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from models import Appointment, Message
from scheduler.planning.lifecycle import AppointmentStatus, MessageState
from scheduler.planning.words import MessageKind
from scheduler.services.owe_messages import owe_messages
from tests.builders import NOW, build_patient


def _visit(session, kit, patient_id, days=7):
    starts = NOW + timedelta(days=days)
    wall = starts.astimezone(ZoneInfo("America/New_York")).replace(tzinfo=None)
    visit = Appointment(
        clinic_id=kit.clinic_id, patient_id=patient_id, visit_type_id=kit.visit_types["infusion"],
        status=AppointmentStatus.BOOKED, starts_at=starts, ends_at=starts + timedelta(minutes=125),
        patient_leaves_at=starts + timedelta(minutes=115), wall_start=wall, timezone="America/New_York",
        starts_on=wall.date(), booked_at=NOW)
    session.add(visit)
    session.flush()
    return visit.id


def test_a_moved_visit_leaves_one_live_message_of_a_kind(database, kit):
    with database.writing() as session:
        patient = build_patient(session, kit)
        visit = _visit(session, kit, patient)
        told = {"clinic_id": kit.clinic_id, "patient_id": patient, "appointment_ids": [visit], "series_id": None}
        owe_messages(session, **told, now=NOW, why="booked")
        owe_messages(session, **told, now=NOW, why="changed")
        owe_messages(session, **told, now=NOW, why="changed")
    with database.reading() as session:
        rows = session.execute(select(Message.kind, Message.state).order_by(Message.id)).all()
    assert rows == [
        (MessageKind.CONFIRMATION, MessageState.SUPERSEDED), (MessageKind.CHANGE, MessageState.SUPERSEDED),
        (MessageKind.CHANGE, MessageState.PLANNED)]
