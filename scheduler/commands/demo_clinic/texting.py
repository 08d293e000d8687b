"""What the demo's patients text, a text that did not arrive, a link that is locked, an agreement taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Message, Patient, PatientLink
from scheduler.commands.demo_clinic.clinic import SETTINGS, Made
from scheduler.commands.demo_clinic.done import done
from scheduler.database import Database
from scheduler.messaging.ports import Accepted, Letter, NotDeliverable, Outcome
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.words import Channel, Role
from scheduler.services.by_link.patient_wishes import stop_messages
from scheduler.services.by_link.prove_birth_date import TRIES_A_LINK, ProveBirthDate, prove_birth_date
from scheduler.services.clinic.clinic_settings import change_settings
from scheduler.services.messages.note_delivery import DeliveryNews, note_delivery
from scheduler.services.messages.stop_texts import ResumeTexts, resume_texts
from scheduler.services.messages.take_text import TextIn, take_text

NUMBER = "+13015550150"
"""Fictional, as every number of the demo."""
BY_TEXT = (5, 9, 14, 2)
"""Patients who agreed to texts, by their place in the list."""
LOST = 9
"""Whose text did not arrive."""
BY_LINK = (12, 14, 16, 3, 4, 10, 7, 0)
"""Patients of whom the first with a link that still opens has it locked, and the next takes an agreement back."""
NO_MAILBOX = "willy.koepp@example.com"
ENDED = timedelta(days=3)
HEARD = (
    (timedelta(hours=20), 5, "C"),
    (timedelta(hours=5), 9, "R"),
    (timedelta(minutes=40), 14, "Is there somewhere to leave a bicycle?"),
    (timedelta(days=1, hours=2), 2, "STOP"),
    (timedelta(hours=3), None, "Hi, this is Meg's sister. I will pick her up, which door is it?"),
)
"""How long ago, who (None: a number that is on nobody's file), and the words."""
STRANGER = "+13015550199"
NOBODYS_BIRTHDAY = date(1900, 1, 1)


def answer(letter: Letter, at: datetime, now: datetime) -> Outcome:
    """What the demo's mail server says to a letter: one address has ended some days ago."""
    ended = letter.to == NO_MAILBOX and at > now - ENDED
    return NotDeliverable("550 no such mailbox") if ended else Accepted()


def agree_to_texts(database: Database, made: Made, patients: list[int], now: datetime) -> None:
    """The clinic has a number that texts come from, and some patients have agreed to them."""
    desk = made.viewer("desk@example.com", Role.FRONT_DESK)
    administrator = made.viewer("admin@example.com", Role.ADMINISTRATOR)
    with database.writing() as session:
        done(change_settings(session, replace(SETTINGS, text_number=NUMBER), by=administrator, now=now))
        for number in BY_TEXT:
            done(resume_texts(session, ResumeTexts(patients[number], "On paper at the first visit"), by=desk, now=now))


def let_people_text(database: Database, patients: list[int], now: datetime) -> None:
    """Each text at its own instant, the oldest first; and what else patients did behind their links."""
    for ago, who, words in sorted(HEARD, key=lambda one: one[0], reverse=True):
        with database.writing() as session:
            number = STRANGER if who is None else session.get_one(Patient, patients[who]).telephone or STRANGER
            take_text(session, TextIn(f"demo {words[:40]}", number, NUMBER, words), now=now - ago)
    with database.writing() as session:
        _lose_a_text(session, patients[LOST], now)
        open_ = [link for number in BY_LINK if (link := _link(session, patients[number], now)) is not None]
        for _ in range(TRIES_A_LINK if open_ else 0):
            prove_birth_date(session, ProveBirthDate(open_[0], NOBODYS_BIRTHDAY), now=now - timedelta(hours=4))
        for link in open_[1:2]:
            stop_messages(session, link, Channel.EMAIL, now=now - timedelta(hours=2))


def _lose_a_text(session: Session, patient_id: int, now: datetime) -> None:
    key = session.scalar(select(Message.key).where(
        Message.patient_id == patient_id, Message.channel == Channel.TEXT, Message.state == MessageState.SENT)
        .order_by(Message.sent_at.desc()).limit(1))
    if key is not None:
        note_delivery(session, DeliveryNews(key, "demo", "undelivered", "30003"), now=now - timedelta(hours=1))


def _link(session: Session, patient_id: int, now: datetime) -> int | None:
    """The newest link of a patient that still opens."""
    return session.scalar(select(PatientLink.id).where(
        PatientLink.patient_id == patient_id, PatientLink.expires_at > now, PatientLink.created_at < now)
        .order_by(PatientLink.id.desc()).limit(1))
