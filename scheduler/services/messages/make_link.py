"""Make a link for a letter: a secret that is in the letter alone, and its hash in the database."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from models import Message, PatientLink
from scheduler.planning.words import Channel
from scheduler.queries.patient_links import OFFER, VISIT, hash_of

IN_A_LETTER = 32
IN_A_TEXT = 16
"""Random bytes of a token; a text has room for 128 bits, which nobody guesses either."""


def draft_link(message: Message, *, purpose: str, expires_at: datetime, now: datetime) -> tuple[str, PatientLink]:
    """A link of one purpose for a message that is about to go out: the token, kept nowhere, and the row to store."""
    token = secrets.token_urlsafe(IN_A_TEXT if message.channel == Channel.TEXT else IN_A_LETTER)
    return token, PatientLink(
        clinic_id=message.clinic_id, patient_id=message.patient_id, series_id=message.series_id,
        appointment_id=message.appointment_id if purpose in (VISIT, OFFER) else None, message_id=message.id,
        purpose=purpose, token_hash=hash_of(token), expires_at=expires_at, created_at=now)


def make_link(session: Session, message: Message, *, purpose: str, expires_at: datetime, now: datetime) -> str:
    """The same, stored; gives the token."""
    token, row = draft_link(message, purpose=purpose, expires_at=expires_at, now=now)
    session.add(row)
    return token
