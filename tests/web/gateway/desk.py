"""A clinic that texts, as tests of its gateway use it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from config import Settings
from models import Clinic, Message, Notice
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.words import Channel, InboundMeaning, InboundState, NoticeKind
from scheduler.services.messages.take_text import TextIn, take_text
from tests.builders import NOW, build_patient, build_visit
from tests.messaging.gateway import ACCOUNT, TOKEN

BASE = "https://visits.example.com"
HERS, OURS = "+13015550123", "+13015550111"
SETTINGS = Settings(secret_key="k" * 40, base_url=BASE, text_gateway_url=f"http://{ACCOUNT}:{TOKEN}@localhost")
M, S, N, I = InboundMeaning, MessageState, NoticeKind, InboundState  # noqa: E741


class Desk:
    """A clinic that texts, a patient who agreed to it, and a text about her visit that went out an hour ago."""

    def __init__(self, database, kit):
        self.database, self.kit, self.number = database, kit, 0
        with database.writing() as session:
            session.get(Clinic, kit.clinic_id).text_number = OURS
            self.patient_id = build_patient(session, kit, consents=(Channel.EMAIL, Channel.TEXT), telephone=HERS)
            self.visit_id = build_visit(session, kit, self.patient_id)
            self.message_id = self.owe(session, self.patient_id, self.visit_id, S.SENT)

    def owe(self, session, patient_id: int, visit_id: int, state: MessageState, kind: str = "one day before") -> int:
        message = Message(
            clinic_id=self.kit.clinic_id, patient_id=patient_id, appointment_id=visit_id, appointment_version=1,
            kind=kind, channel=Channel.TEXT, rule="one-day", state=state, reason="", due_at=NOW, attempts=1,
            expires_at=NOW + timedelta(days=6), key=f"key-{patient_id}-{kind}".replace(" ", "-"),
            sent_at=NOW - timedelta(hours=1) if state == S.SENT else None, created_at=NOW)
        session.add(message)
        session.flush()
        return message.id

    def says(self, body: str, number: str = HERS, reference: str | None = None, now: datetime = NOW):
        self.number += 1
        with self.database.writing() as session:
            return take_text(session, TextIn(reference or f"SM{self.number}", number, OURS, body), now=now)

    def get(self, what, row_id: int):
        with self.database.reading() as session:
            row = session.get(what, row_id)
            session.expunge(row)
            return row

    def notices(self) -> list[tuple[str, str, str]]:
        with self.database.reading() as session:
            return [(row.kind, row.channel, row.address) for row in session.scalars(select(Notice).order_by(Notice.id))]
