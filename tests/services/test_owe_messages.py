"""What a patient is owed when visits are booked, moved or cancelled."""

from __future__ import annotations

from sqlalchemy import select

from models import Message
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.words import MessageKind
from scheduler.services.owe_messages import owe_messages
from tests.builders import NOW, build_patient, build_visit


def test_a_moved_visit_leaves_one_live_message_of_a_kind(database, kit):
    with database.writing() as session:
        patient = build_patient(session, kit)
        visit = build_visit(session, kit, patient)
        told = {"clinic_id": kit.clinic_id, "patient_id": patient, "appointment_ids": [visit], "series_id": None}
        owe_messages(session, **told, now=NOW, why="booked")
        owe_messages(session, **told, now=NOW, why="changed")
        owe_messages(session, **told, now=NOW, why="changed")
    with database.reading() as session:
        rows = session.execute(select(Message.kind, Message.state).order_by(Message.id)).all()
    assert rows == [
        (MessageKind.CONFIRMATION, MessageState.SUPERSEDED), (MessageKind.CHANGE, MessageState.SUPERSEDED),
        (MessageKind.CHANGE, MessageState.PLANNED)]
