"""Texts that came in, and agreements taken back, for tests."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models import InboundText, OptOut, Patient
from scheduler.planning.words import InboundMeaning, InboundState
from tests.builders import NOW, Kit


def build_text(session: Session, kit: Kit, patient_id: int | None, body: str = "Where may I park?", *,
               meaning: InboundMeaning = InboundMeaning.OTHER, received_at: datetime = NOW - timedelta(minutes=5),
               number: str | None = None) -> int:
    """A text from a patient's number (or `number`) that nobody has taken on yet, due within an hour; gives the id."""
    patient = session.get(Patient, patient_id) if patient_id else None
    text = InboundText(
        clinic_id=kit.clinic_id, patient_id=patient_id, reference=f"{received_at} {patient_id} {meaning} {body}"[:64],
        number=number or (patient.telephone if patient and patient.telephone else "+13015550188"), body=body,
        received_at=received_at, meaning=meaning, state=InboundState.OPEN, due_at=received_at + timedelta(hours=1))
    session.add(text)
    session.flush()
    return text.id


def build_opt_out(session: Session, kit: Kit, patient_id: int, channels: str = "email", **facts: datetime) -> int:
    """What a patient stopped on their own page now; gives the id."""
    row = OptOut(clinic_id=kit.clinic_id, patient_id=patient_id, channels=channels, opted_out_at=NOW, **facts)
    session.add(row)
    session.flush()
    return row.id
