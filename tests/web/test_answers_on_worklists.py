"""What patients stopped on their own page, and their wishes to move: on the desk's lists with the next act."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from models import AuditEntry, InboundText
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.words import InboundMeaning
from tests.builders import NOW
from tests.inbound_kit import build_opt_out
from tests.web.test_worklists import message, patient, text, visit

M = InboundMeaning


@pytest.fixture(autouse=True)
def at_the_desk():
    with time_machine.travel(NOW, tick=False):
        yield


def opt_out(database, kit, *args, **facts) -> int:
    with database.writing() as session:
        return build_opt_out(session, kit, *args, **facts)


def test_what_was_stopped_on_a_patients_page_stands_there_with_what_to_do(client_for, database, kit):
    ada, bob = patient(database, kit, consents=()), patient(database, kit, "Bob")
    visit(database, kit, ada)
    row = opt_out(database, kit, ada, "email,text")
    opt_out(database, kit, bob, "text")
    opt_out(database, kit, patient(database, kit, "Cyd"), taken_back_at=NOW)
    client = client_for()
    page = client.get("/worklists/opted-out").text
    assert "Ada Quill" in page and "e-mail, texts" in page and "No letter or text goes out before the visit" in page
    assert "They are still written to another way." in page and "Cyd" not in page and "Fri 16 Apr" in page
    shown = client.post(f"/opt-outs/{row}/done", follow_redirects=True).text
    assert "Marked as done." in shown and "Done today" in shown
    assert "Ada Quill" in client.post(f"/opt-outs/{row}/reopen", follow_redirects=True).text
    with database.reading() as session:
        assert session.scalars(select(AuditEntry.verb).where(AuditEntry.subject_type == "opt-out")).all() == [
            "finish opt-out", "reopen opt-out"]


def test_a_wish_to_move_by_text_leads_to_the_times_of_the_visit_it_is_about(client_for, database, kit):
    ada = patient(database, kit)
    soon, meant = visit(database, kit, ada), visit(database, kit, ada, NOW + timedelta(days=5))
    told = message(database, kit, ada, meant, MessageState.SENT)
    asked = text(database, kit, ada, "R", meaning=M.MOVE)
    client = client_for()
    page = client.get("/worklists/asked-to-move").text
    assert f"/appointments/{soon}/move" in page and "Find a time" in page
    with database.writing() as session:
        session.get_one(InboundText, asked).message_id = told
    for where in ("/worklists/asked-to-move", f"/patients/{ada}/conversation"):
        page = client.get(where).text
        assert f"/appointments/{meant}/move" in page and f"/appointments/{soon}/move" not in page
