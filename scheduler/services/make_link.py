"""Make a link for a letter: a secret that is in the letter alone, and its hash in the database."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from models import Message, PatientLink
from scheduler.queries.patient_links import OFFER, VISIT, hash_of


def make_link(session: Session, message: Message, *, purpose: str, expires_at: datetime, now: datetime) -> str:
    """Write a link of one purpose for a message that is about to go out; gives the token, which is kept nowhere."""
    token = secrets.token_urlsafe(32)
    session.add(PatientLink(
        clinic_id=message.clinic_id, patient_id=message.patient_id, series_id=message.series_id,
        appointment_id=message.appointment_id if purpose in (VISIT, OFFER) else None, message_id=message.id,
        purpose=purpose, token_hash=hash_of(token), expires_at=expires_at, created_at=now))
    return token
