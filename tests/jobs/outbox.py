"""A clinic's outbox, as tests of the clock use it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from jobs.messages import deliver
from models import Appointment, Message
from scheduler.messaging.fakes import MemoryMail, MemoryTexts
from scheduler.messaging.ports import Ports
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.words import MessageKind
from scheduler.services.messages.claim_messages import claim_due
from scheduler.services.messages.owe_messages import owe_messages
from scheduler.services.messages.prepare_messages import prepare_claimed
from scheduler.services.messages.settle_messages import Settled, ToSend, settle_prepared
from tests.builders import NOW, build_patient, build_visit

BASE = "https://visits.example.com"
NEXT_WEEK = NOW + timedelta(days=7)
EVENING_BEFORE = NEXT_WEEK - timedelta(hours=15)


class Outbox:
    """A clinic's outbox with one patient's visit in a week, booked now."""

    def __init__(self, database, kit):
        self.database, self.kit = database, kit
        self.mail, self.texts = MemoryMail(), MemoryTexts()
        self.patient_id, self.visit_id = self.book()

    def book(self, starts_at: datetime = NEXT_WEEK, **patient) -> tuple[int, int]:
        with self.database.writing() as session:
            patient_id = build_patient(session, self.kit, **patient)
            visit_id = build_visit(session, self.kit, patient_id, starts_at)
            owe_messages(session, clinic_id=self.kit.clinic_id, patient_id=patient_id, appointment_ids=[visit_id],
                         series_id=None, now=NOW, why="booked")
        return patient_id, visit_id

    def tick(self, now: datetime = NOW, mail: MemoryMail | None = None) -> dict:
        return dict(deliver(self.database, Ports(mail=mail or self.mail, text=self.texts), base_url=BASE, now=now))

    def take(self, now: datetime = NOW) -> ToSend | Settled | None:
        """What a clock does that dies before it hands anything over."""
        with self.database.writing() as session:
            claimed = claim_due(session, now=now)
            prepared = prepare_claimed(session, claimed, base_url=BASE, now=now)
            return next(iter(settle_prepared(session, prepared, now=now)), None)

    def states(self, *kinds: MessageKind) -> list[MessageState]:
        return [message.state for message in self.rows(*kinds)]

    def rows(self, *kinds: MessageKind) -> list[Message]:
        with self.database.reading() as session:
            rows = list(session.scalars(select(Message).where(
                Message.patient_id == self.patient_id, Message.kind.in_(kinds or MessageKind)).order_by(Message.id)))
            session.expunge_all()
            return rows

    def change_visit(self, **facts) -> None:
        with self.database.writing() as session:
            for name, value in facts.items():
                setattr(session.get(Appointment, self.visit_id), name, value)
