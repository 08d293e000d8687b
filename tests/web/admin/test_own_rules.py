"""The pages of a clinic's own rules: choose what is sent, see what it would do, save, remove, bring back."""

from __future__ import annotations

import re

import pytest

from scheduler.planning.words import Role
from tests.services.test_owe_messages import Book

NEW = "/admin/messages/new/three-days-before"
TYPED = {"name": "Five days ahead", "active": "y", "how": "days", "count": "5", "at": "", "channels": "text email",
         "visits": ["infusion"], "condition": "always", "useful_hours": "72", "reached": "both", "version": "0"}


def text_of(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


@pytest.fixture
def admin(client_for):
    return client_for(Role.ADMINISTRATOR)


def test_a_rule_is_chosen_looked_at_and_added_and_taken_back(admin, database, kit) -> None:
    Book(database, kit).owe("booked")
    assert "A reminder some days before" in text_of(admin.get("/admin/messages/new"))
    assert "A rule of your own" in text_of(admin.get(NEW))
    told = text_of(admin.post(NEW, data=TYPED))
    assert "planned messages change" in told or "planned message changes" in told
    assert "Nothing is changed yet" in told
    done = admin.post(NEW, data=TYPED | {"go_on": "yes"}, follow_redirects=True)
    assert "“Five days ahead” is added." in text_of(done) and "Yours" in text_of(done)
    page = text_of(admin.get("/admin/messages/own-1"))
    assert "Remove this rule" in page and "5 days before" in page
    back = admin.post("/admin/messages/own-1/undo", data={"version": "1"}, follow_redirects=True)
    assert "“Five days ahead” is as it was before." in text_of(back) and "1 removed" in text_of(back)


def test_it_is_removed_and_brought_back(admin) -> None:
    admin.post(NEW, data=TYPED | {"go_on": "yes"})
    gone = text_of(admin.post("/admin/messages/own-1/remove", follow_redirects=True))
    assert "“Five days ahead” is removed." in gone and "Bring back" in gone
    assert admin.get("/admin/messages/own-1").status_code == 404
    back = text_of(admin.post("/admin/messages/own-1/undo", data={"version": "2"}, follow_redirects=True))
    assert "Five days ahead" in back and "Bring back" not in back


def test_what_is_wrong_is_said_at_its_field_and_in_the_preview(admin) -> None:
    wrong = admin.post(NEW, data=TYPED | {"name": "", "count": "20"})
    assert wrong.status_code == 422
    assert "Give it a name" in text_of(wrong) and "“in a few days”" in text_of(wrong)
    look = text_of(admin.post(f"{NEW}/preview", data=TYPED | {"name": "", "count": "20"}))
    assert "“in a few days”" in look and "Give it a name" not in look
    assert "Five days ahead" in text_of(admin.post(f"{NEW}/preview", data=TYPED))


def test_unknown_kinds_shipped_rules_and_other_roles(admin, client_for) -> None:
    assert admin.get("/admin/messages/new/confirmation").status_code == 404
    assert admin.post("/admin/messages/one-day/remove").status_code == 404
    assert client_for(Role.FRONT_DESK).get("/admin/messages/new").status_code == 403
