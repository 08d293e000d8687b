"""What comes between a message's claim and its leaving the house counts: a STOP, a visit called off, a full cap."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from jobs.messages import deliver
from models import Clinic, Consent, Message, MessageMove, Patient
from scheduler.messaging.fakes import MemoryTexts
from scheduler.messaging.ports import Ports, Withheld
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.send_decisions import BY_LETTER
from scheduler.planning.words import Channel, MessageKind
from scheduler.services.messages.stop_texts import stop_texts
from scheduler.services.messages.supersede import supersede
from tests.builders import NOW
from tests.jobs.outbox import BASE, NEXT_WEEK, Outbox

S, K = MessageState, MessageKind
DAY_BEFORE = NEXT_WEEK - timedelta(days=1)


@dataclass
class Interrupted:
    """A way out: before it asks whether it may hand the first message over, something happens elsewhere."""

    happens: Any
    sent: list = field(default_factory=list)

    def send(self, words, *, now, ready):
        happens, self.happens = self.happens, None
        if happens is not None:
            happens()
        return MemoryTexts(sent=self.sent).send(words, now=now, ready=ready) if ready() else Withheld()


@pytest.fixture
def texted(outbox: Outbox) -> Outbox:
    """The reminder of the day before goes by text; the patient agreed to both ways, and all else has gone."""
    with outbox.database.writing() as session:
        session.get_one(Clinic, outbox.kit.clinic_id).text_number = "+13015550111"
        session.add(Consent(clinic_id=outbox.kit.clinic_id, patient_id=outbox.patient_id, channel=Channel.TEXT,
                            granted_at=NOW))
        reminder = session.scalars(select(Message).where(Message.kind == K.ONE_DAY)).one()
        reminder.channel = Channel.TEXT
        for message in session.scalars(select(Message).where(Message.kind != K.ONE_DAY)):
            message.state = S.SENT
    return outbox


def test_a_stop_that_comes_while_a_text_is_in_hand_still_stops_it(texted: Outbox):
    def stop() -> None:
        with texted.database.writing() as session:
            stop_texts(session, [session.get_one(Patient, texted.patient_id)], now=DAY_BEFORE)

    way = Interrupted(stop)
    for minute in range(3):
        deliver(texted.database, Ports(text=way), base_url=BASE, now=DAY_BEFORE + timedelta(minutes=minute))
    assert way.happens is None and way.sent == []
    [reminder] = texted.rows(K.ONE_DAY)
    assert (reminder.state, reminder.claimed_by) == (S.SKIPPED, None)
    assert reminder.reason == "The patient has not consented to texts, or has taken the consent back."


def test_without_a_stop_the_same_text_goes(texted: Outbox):
    way = Interrupted(lambda: None)
    deliver(texted.database, Ports(text=way), base_url=BASE, now=DAY_BEFORE)
    assert [one.to for one in way.sent] == ["+13015550123"] and texted.states(K.ONE_DAY) == [S.SENT]


def test_a_letter_whose_visit_changes_while_it_is_in_hand_does_not_go(outbox: Outbox):
    def called_off() -> None:
        with outbox.database.writing() as session:
            supersede(session, session.scalars(select(Message).where(
                Message.state == S.CLAIMED, Message.kind == K.CONFIRMATION)).all(), now=NOW, reason="Called off.")

    way = Interrupted(called_off)
    for minute in range(3):
        deliver(outbox.database, Ports(mail=way), base_url=BASE, now=NOW + timedelta(minutes=minute))
    assert way.happens is None and way.sent == []
    [letter] = outbox.rows(K.CONFIRMATION)
    assert (letter.state, letter.claimed_by, letter.sent_at) == (S.SUPERSEDED, None, None)


def _had_a_text_today(outbox: Outbox) -> None:
    """Another visit's text went this morning: there is no room for a second one under the caps."""
    outbox.book(NEXT_WEEK + timedelta(days=3), given="Mei", email="mei@example.com")
    with outbox.database.writing() as session:
        other = session.scalars(select(Message).where(
            Message.patient_id != outbox.patient_id, Message.kind == K.THREE_DAYS)).one()
        other.patient_id, other.channel = outbox.patient_id, Channel.TEXT
        other.state, other.sent_at = S.SENT, DAY_BEFORE - timedelta(hours=1)
        for message in session.scalars(select(Message).where(Message.patient_id != outbox.patient_id)):
            message.state = S.SENT


def test_a_text_that_finds_the_cap_full_goes_as_the_letter_of_its_rule(texted: Outbox):
    _had_a_text_today(texted)
    assert texted.tick(DAY_BEFORE)["planned"] == 1
    texted.tick(DAY_BEFORE + timedelta(seconds=10))
    [reminder] = texted.rows(K.ONE_DAY)
    assert (reminder.channel, reminder.state, reminder.attempts) == (Channel.EMAIL, S.SENT, 1)
    assert texted.texts.sent == [] and [letter.to for letter in texted.mail.sent] == ["ada@example.com"]
    with texted.database.reading() as session:
        reasons = session.scalars(select(MessageMove.reason).where(MessageMove.message_id == reminder.id)).all()
    assert BY_LETTER in reasons


@pytest.mark.parametrize("way", ["no consent to letters", "a letter says it", "may have gone"])
def test_a_text_that_finds_the_cap_full_stays_a_text_where_the_letter_may_not_go(texted: Outbox, way: str):
    _had_a_text_today(texted)
    with texted.database.writing() as session:
        reminder = session.scalars(select(Message).where(
            Message.kind == K.ONE_DAY, Message.patient_id == texted.patient_id)).one()
        if way == "no consent to letters":
            consent = session.scalars(select(Consent).where(
                Consent.patient_id == texted.patient_id, Consent.channel == Channel.EMAIL)).one()
            consent.withdrawn_at = DAY_BEFORE
        elif way == "a letter says it":
            session.add(Message(
                clinic_id=reminder.clinic_id, patient_id=reminder.patient_id, appointment_id=reminder.appointment_id,
                appointment_version=1, kind=K.ONE_DAY, channel=Channel.EMAIL, rule="one-day", state=S.SENT,
                due_at=DAY_BEFORE, expires_at=NEXT_WEEK, key="k" * 32, created_at=NOW, sent_at=DAY_BEFORE))
        else:
            reminder.lapses = 1
        number = reminder.id
    for minute in range(2):
        texted.tick(DAY_BEFORE + timedelta(minutes=minute))
    with texted.database.reading() as session:
        reminder = session.get_one(Message, number)
        assert reminder.channel == Channel.TEXT and reminder.state == S.SKIPPED
        assert reminder.reason.startswith("The cap on texts is reached, and")
    assert texted.texts.sent == [] and texted.mail.sent == []
