"""Owe the answer to a text that came in, due at once."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models import InboundText, Notice
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.words import Channel, NoticeKind

LASTS = {NoticeKind.STOPPED: timedelta(minutes=5), NoticeKind.CRISIS: timedelta(hours=6)}
"""How long an answer is of use. The confirmation of a STOP may come within five minutes (47 CFR 64.1200(a)(12), S)."""
OTHERS_LAST = timedelta(hours=1)


def owe_notice(session: Session, inbound: InboundText, kind: NoticeKind, *, now: datetime,
               appointment_id: int | None = None) -> Notice:
    """Write an answer to the number that a text came from, in its transaction."""
    notice = Notice(
        clinic_id=inbound.clinic_id, inbound_text_id=inbound.id, appointment_id=appointment_id, kind=kind,
        address=inbound.number, channel=Channel.TEXT, state=MessageState.PLANNED, reason="", due_at=now,
        expires_at=now + LASTS.get(kind, OTHERS_LAST), key=secrets.token_hex(16), created_at=now, attempts=0)
    session.add(notice)
    session.flush()
    return notice
