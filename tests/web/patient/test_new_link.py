"""A link that is over sends a new one to the address on file; whoever asks learns nothing from the answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import select

from jobs.messages import deliver
from models import Clinic, Message
from scheduler.messaging.fakes import MemoryMail
from scheduler.messaging.ports import Ports
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.words import MessageKind
from scheduler.services.by_link.patient_wishes import stop_messages
from scheduler.services.messages.tidy_messages import forget_links
from scheduler.web.patient import new_link
from tests.builders import NOW
from tests.web.patient.letters import open_link, press

OVER = NOW + timedelta(days=8, hours=1)
"""When the links of the desk's letters have ended."""


@pytest.fixture(autouse=True)
def nobody_has_asked(monkeypatch):
    monkeypatch.setattr(new_link, "_asked", FixedWindowRateLimiter(MemoryStorage()))


@pytest.fixture
def over():
    with time_machine.travel(OVER, tick=False):
        yield


def asked(client, token: str) -> str:
    return press(client, open_link(client, token).text, "/visit/new-link").text


def links(desk) -> list[Message]:
    with desk.database.reading() as session:
        return list(session.scalars(select(Message).where(Message.kind == MessageKind.NEW_LINK)))


def test_a_new_one_goes_out_and_opens_the_visits(client, desk, over):
    said = asked(client, desk.token)
    assert "a new one is on its way" in said and "example.com" not in said and "555-0123" not in said
    [message] = links(desk)
    assert (message.patient_id, message.appointment_id, message.state) == (desk.patient_id, None, MessageState.PLANNED)
    mail = MemoryMail()
    deliver(desk.database, Ports(mail=mail), base_url="https://visits.example.com", now=OVER)
    [letter] = mail.sent
    assert letter.subject == "Your new link"
    token = next(word for word in letter.text.split() if "/v/" in word).rpartition("/")[2]
    assert "Your visits" in open_link(client, token).text


@pytest.mark.parametrize("what", ["never was", "forgotten", "stopped", "asked before"])
def test_the_answer_is_the_same_where_nothing_is_sent(client, desk, over, what):
    real = asked(client, desk.token)
    with desk.database.writing() as session:
        for message in session.scalars(select(Message).where(Message.kind == MessageKind.NEW_LINK)):
            if what != "asked before":
                message.created_at = NOW - timedelta(days=3)
        if what == "stopped":
            link = desk.link_id(session, desk.token)
            stop_messages(session, link, now=NOW)
        if what == "forgotten":
            forget_links(session, now=NOW + timedelta(days=60))
    token = "never-was" if what == "never was" else desk.token
    before = len(links(desk))
    assert asked(client, token) == real
    assert len(links(desk)) == before


def test_asking_again_and_again_sends_three_a_day(client, desk, over):
    for minutes in range(0, 120, 5):
        with time_machine.travel(OVER + timedelta(minutes=minutes), tick=False):
            client.get(f"/v/{desk.token}")
            client.post("/visit/new-link", data={"csrf_token": desk.csrf(client)})
    assert len(links(desk)) == 3


def test_one_address_asks_ten_times_at_most(client, desk, over):
    page = open_link(client, "never-was").text
    answers = [press(client, page, "/visit/new-link").status_code for _ in range(12)]
    assert answers == [200] * 10 + [429] * 2


def test_an_ended_half_hour_can_ask_too(client, desk):
    open_link(client, desk.token)
    with time_machine.travel(NOW + timedelta(minutes=31), tick=False):
        press(client, client.get("/visit").text, "/visit/new-link")
    assert len(links(desk)) == 1


def test_looking_sends_nothing(client, desk, over):
    with desk.database.writing() as session:
        session.get(Clinic, desk.clinic_id).own_change_hours = 0
    before = desk.dump()
    for ask in (client.get, client.head):
        ask(f"/v/{desk.token}")
        assert ask("/visit/new-link").status_code == 405
    assert desk.dump() == before
