"""The pages of the rules of sending: what is told before, what is changed, and the ways back."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from models import Message
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.words import MessageKind, Role
from tests.builders import NOW
from tests.services.test_owe_messages import Book
from tests.web.admin.forms import fields_of


@pytest.fixture
def admin(client_for):
    return client_for(Role.ADMINISTRATOR)


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def typed_in(admin, rule_id: str) -> dict:
    """The form as it stands, every kind of visit that is ticked with it."""
    page = admin.get(f"/admin/messages/{rule_id}").text
    return {**fields_of(page), "visits": ["infusion", "therapy", "consultation"]}


def planned(database, kind: MessageKind) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).where(
            Message.kind == kind, Message.state == MessageState.PLANNED))


def test_the_rules_stand_in_the_order_of_a_visit_with_their_evidence(admin) -> None:
    page = words(admin.get("/admin/messages").text.partition("<ol")[2])
    order = [page.index(name) for name in (
        "No answer yet", "A week before", "Three days before", "Call whoever has not answered", "Getting ready",
        "After the visit")]
    assert order == sorted(order)
    assert "S Steiner et al." in page and "P Product policy" in page


def test_a_change_says_first_how_many_planned_messages_it_touches(admin, database, kit, monkeypatch) -> None:
    monkeypatch.setattr("scheduler.web.admin.message_rules.now", lambda: NOW)
    Book(database, kit).owe("booked")
    page = admin.get("/admin/messages/preparation").text
    assert "For a course like yours" in page
    typed = fields_of(page)
    del typed["active"]
    told = admin.post("/admin/messages/preparation", data=typed)
    assert told.status_code == 200
    assert "2 planned messages change: 2 withdrawn." in words(told.text)
    assert planned(database, MessageKind.PREPARATION) == 2
    done = admin.post("/admin/messages/preparation", data={**typed, "go_on": "yes"}, follow_redirects=True)
    assert "“Getting ready” is changed. 2 planned messages change" in words(done.text)
    assert planned(database, MessageKind.PREPARATION) == 0
    admin.post("/admin/messages/preparation/undo", data={"version": "1"})
    assert planned(database, MessageKind.PREPARATION) == 2


def test_the_preview_follows_what_is_typed_and_writes_nothing(admin) -> None:
    typed = typed_in(admin, "three-days")
    shipped = words(admin.post("/admin/messages/three-days/preview", data=typed).text)
    assert "25 messages for a course of 6 visits" in shipped
    del typed["active"]
    assert "19 messages" in words(admin.post("/admin/messages/three-days/preview", data=typed).text)
    typed = {**typed, "count": "1", "active": "y"}
    wrong = admin.post("/admin/messages/three-days/preview", data=typed).text
    assert "The last moment lies before the message is due" in wrong


def test_what_cannot_be_meant_comes_back_as_typed(admin) -> None:
    typed = {**typed_in(admin, "one-day"), "count": "99"}
    answer = admin.post("/admin/messages/one-day", data=typed)
    assert answer.status_code == 422
    assert "At most 60 days." in answer.text and 'value="99"' in answer.text


def test_who_saves_an_old_page_is_told(admin) -> None:
    typed = {**typed_in(admin, "one-day"), "count": "2", "go_on": "yes"}
    assert admin.post("/admin/messages/one-day", data=typed).status_code == 303
    late = admin.post("/admin/messages/one-day", data={**typed, "count": "3"})
    assert late.status_code == 422 and "Somebody has changed this rule meanwhile" in late.text


def test_reset_puts_the_shipped_rule_back(admin) -> None:
    typed = {**typed_in(admin, "one-day"), "count": "2", "go_on": "yes"}
    admin.post("/admin/messages/one-day", data=typed)
    assert "The clinic&#39;s own policy" in admin.get("/admin/messages").text
    admin.post("/admin/messages/one-day/reset")
    assert "own policy" not in admin.get("/admin/messages").text


def test_an_unknown_rule_is_a_404(admin) -> None:
    assert admin.get("/admin/messages/never").status_code == 404
    assert admin.post("/admin/messages/never/reset").status_code == 404


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.CLINICIAN, Role.THERAPIST])
def test_the_rules_are_the_administrators(client_for, role) -> None:
    assert client_for(role).get("/admin/messages").status_code == 403
