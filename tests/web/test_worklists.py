"""The desk's worklists: what stands on them, the next act of each row and the way back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import event, select

from models import Appointment, AuditEntry, Call, Message, MessageRule
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.reminder_rules import UNCONFIRMED
from scheduler.planning.rule_documents import to_document
from scheduler.planning.words import Channel, InboundMeaning, MessageKind
from tests.builders import NOW, build_clinic, build_patient, build_visit
from tests.inbound_kit import build_opt_out, build_text

M = InboundMeaning
LISTS = ("", "/texts", "/asked-to-move", "/unconfirmed", "/calls", "/opted-out", "/unreachable", "/bounced", "/parked",
         "/outbox")
TOMORROW = NOW + timedelta(hours=19)


@pytest.fixture(autouse=True)
def at_the_desk():
    with time_machine.travel(NOW, tick=False):
        yield


def patient(database, kit, given="Ada", **facts) -> int:
    with database.writing() as session:
        return build_patient(session, kit, given, **facts)


def visit(database, kit, patient_id, starts_at=TOMORROW, **facts) -> int:
    with database.writing() as session:
        visit_id = build_visit(session, kit, patient_id, starts_at)
        for name, value in facts.items():
            setattr(session.get_one(Appointment, visit_id), name, value)
        return visit_id


def text(database, kit, patient_id, *args, **facts) -> int:
    with database.writing() as session:
        return build_text(session, kit, patient_id, *args, **facts)


def message(database, kit, patient_id, visit_id, state, reason="550 no such mailbox") -> int:
    with database.writing() as session:
        row = Message(clinic_id=kit.clinic_id, patient_id=patient_id, appointment_id=visit_id,
                      kind=MessageKind.CONFIRMATION, channel=Channel.EMAIL, rule="confirmation", state=state,
                      reason=reason, due_at=NOW, expires_at=NOW + timedelta(days=1), key=f"{state} {visit_id}",
                      created_at=NOW)
        session.add(row)
        session.flush()
        return row.id


@pytest.mark.parametrize("page", LISTS)
def test_every_list_opens_empty_and_says_what_will_stand_there(client_for, page):
    answer = client_for().get(f"/worklists{page}")
    assert answer.status_code == 200 and 'class="empty"' in answer.text


def test_all_lists_stand_on_one_page_with_their_counts_the_pressing_first(client_for, database, kit):
    ada = patient(database, kit)
    visit_id = visit(database, kit, ada)
    message(database, kit, ada, visit_id, MessageState.PARKED)
    text(database, kit, ada, "I am in danger", meaning=M.CRISIS)
    text(database, kit, ada, "STOP", meaning=M.STOP, received_at=NOW - timedelta(days=20))
    page = client_for().get("/worklists").text
    order = [page.index(f"<strong>{name}</strong>") for name in (
        "Texts to answer", "Opted out", "Unconfirmed", "Parked")]
    assert order == sorted(order)
    assert page.count('class="work-now"') == 2
    assert "Nothing on these" in page and "Bounced" in page.split("Nothing on these")[1]


def test_the_front_page_and_each_list_ask_as_often_for_25_as_for_one(client_for, database, kit):
    client, asked, counts = client_for(), [], {page: [] for page in LISTS}
    event.listen(database.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    for many in (1, 24):
        for number in range(many):
            ada = patient(database, kit, f"P{many} {number}", consents=(),
                          telephone=f"+1301555{1000 + many * 30 + number}")
            coming = visit(database, kit, ada)
            visit(database, kit, ada, NOW + timedelta(days=3), cannot_come_at=NOW)
            for state in (MessageState.PARKED, MessageState.BOUNCED):
                message(database, kit, ada, coming if state == MessageState.PARKED else visit(
                    database, kit, ada, NOW + timedelta(days=4)), state)
            with database.writing() as session:
                build_opt_out(session, kit, ada)
            for meaning in M:
                text(database, kit, ada, str(meaning), meaning=meaning)
        for page in LISTS:
            client.get(f"/worklists{page}")
            asked.clear()
            assert client.get(f"/worklists{page}").status_code == 200
            counts[page].append(len(asked))
    assert {page: many - one for page, (one, many) in counts.items()} == dict.fromkeys(LISTS, 0)


def test_another_clinics_rows_stand_on_no_list(client_for, database):
    with database.writing() as session:
        other = build_clinic(session, "Birch Clinic")
        bob = build_patient(session, other, "Bob", consents=())
        build_visit(session, other, bob, TOMORROW)
        build_text(session, other, bob, "I am in danger", meaning=M.CRISIS)
    client = client_for()
    for page in LISTS:
        shown = client.get(f"/worklists{page}").text
        assert "Bob" not in shown and "may speak of crisis" not in shown


def test_unconfirmed_visits_stand_there_from_the_hour_of_the_rule_on(client_for, database, kit):
    near, far = patient(database, kit), patient(database, kit, "Bob")
    visit(database, kit, near)
    visit(database, kit, far, NOW + timedelta(hours=21))
    visit(database, kit, patient(database, kit, "Cyd"), confirmed_at=NOW)
    page = client_for().get("/worklists/unconfirmed").text
    assert "Ada Quill" in page and "Bob Quill" not in page and "Cyd Quill" not in page


def test_a_clinic_that_switched_the_rule_off_is_told_why_nobody_stands_there(client_for, database, kit):
    visit(database, kit, patient(database, kit))
    with database.writing() as session:
        session.add(MessageRule(clinic_id=kit.clinic_id, rule="unconfirmed", version=1, made_at=NOW,
                                document=to_document(replace(UNCONFIRMED, active=False))))
    page = client_for().get("/worklists/unconfirmed").text
    assert "Ada Quill" not in page and "rules leave no unconfirmed visit to a person" in page


def test_a_yes_on_the_telephone_confirms_the_day_is_a_call_and_is_taken_back(client_for, database, kit):
    ada = patient(database, kit)
    first, second = visit(database, kit, ada), visit(database, kit, ada, TOMORROW + timedelta(hours=3))
    client = client_for()
    shown = client.post(f"/appointments/{first}/told", data={"said": "comes"}, follow_redirects=True).text
    assert "A. Q. will come." in shown and "Everybody near has confirmed" in shown
    with database.reading() as session:
        assert session.get_one(Appointment, second).confirmed_at == NOW
        call = session.scalars(select(Call)).one()
        assert (call.result, call.note) == ("reached", "Will come")
    client.post(f"/appointments/{first}/told/undo", data={"call_id": call.id})
    with database.reading() as session:
        assert session.get_one(Appointment, second).confirmed_at is None
        assert session.scalars(select(Call)).all() == []
        assert session.scalars(select(AuditEntry.verb).where(AuditEntry.subject_type == "appointment")).all() == [
            "confirm", "confirm", "take answer back", "take answer back"]


def test_a_no_on_the_telephone_puts_the_visit_among_those_to_move(client_for, database, kit):
    first = visit(database, kit, patient(database, kit))
    client = client_for()
    client.post(f"/appointments/{first}/told", data={"said": "cannot"})
    assert "Ada Quill" in client.get("/worklists/asked-to-move").text
    client.post(f"/appointments/{first}/told", data={"said": "comes"})
    assert "Ada Quill" not in client.get("/worklists/asked-to-move").text
    assert client.post(f"/appointments/{first}/told", data={"said": "perhaps"}).status_code == 400


def test_a_text_that_asks_to_move_stands_there_until_it_is_done(client_for, database, kit):
    asked = text(database, kit, patient(database, kit), "R", meaning=M.MOVE)
    client = client_for()
    assert "Texts that ask for another time" in client.get("/worklists/asked-to-move").text
    client.post(f"/texts/{asked}/done", data={"then": "/worklists/asked-to-move"})
    page = client.get("/worklists/asked-to-move").text
    assert "Nobody asks to move" in page and "Done today" in page
    client.post(f"/texts/{asked}/reopen")
    assert "Texts that ask for another time" in client.get("/worklists/asked-to-move").text


@pytest.mark.parametrize("facts, why", [
    ({"email": None, "telephone": None}, "No e-mail address is on file."), ({"consents": ()}, "no consent to e-mail")])
def test_whoever_nothing_reaches_stands_there_with_why(client_for, database, kit, facts, why):
    visit(database, kit, patient(database, kit, **facts), NOW + timedelta(days=9))
    visit(database, kit, patient(database, kit, "Bob"), NOW + timedelta(days=9))
    page = client_for().get("/worklists/unreachable").text
    assert why in page and "Ada Quill" in page and "Bob Quill" not in page


def test_who_stopped_stands_there_with_the_tenth_business_day(client_for, database, kit):
    text(database, kit, patient(database, kit), "stop it", meaning=M.STOP, received_at=NOW - timedelta(days=1))
    page = client_for().get("/worklists/opted-out").text
    assert "stop it" in page and "Thu 15 Apr" in page


def test_what_is_stuck_is_sent_again_or_let_be_and_that_is_taken_back(client_for, database, kit):
    ada = patient(database, kit)
    stuck = message(database, kit, ada, visit(database, kit, ada), MessageState.BOUNCED)
    client = client_for()
    assert "550 no such mailbox" in client.get("/worklists/bounced").text
    shown = client.post(f"/messages/{stuck}/let-be", data={"then": "/worklists/bounced"}, follow_redirects=True).text
    assert "Nothing came back" in shown and f"/messages/{stuck}/take-up" in shown
    client.post(f"/messages/{stuck}/take-up")
    assert "550 no such mailbox" in client.get("/worklists/parked").text
    assert "let be" in client.post(f"/messages/{stuck}/let-be", follow_redirects=True).text
    assert "stands elsewhere" in client.post(f"/messages/{stuck}/let-be", follow_redirects=True).text


def test_crisis_flags_stand_above_all_other_texts_and_the_newest_act_is_said(client_for, database, kit):
    ada, bob = patient(database, kit), patient(database, kit, "Bob", telephone="+13015550142")
    text(database, kit, ada, "Where may I park?", received_at=NOW - timedelta(hours=2))
    flagged = text(database, kit, bob, "I am in danger", meaning=M.CRISIS)
    client = client_for()
    page = client.get("/worklists/texts").text
    assert page.index("I am in danger") < page.index("Where may I park?") and "Late" in page
    client.post(f"/texts/{flagged}/take")
    page = client.get("/worklists/texts").text
    assert "FR sees to it since 10:00 AM" in page


def test_a_number_that_two_have_names_both_and_nobodys_number_says_so(client_for, database, kit):
    for given in ("Ada", "Bob"):
        patient(database, kit, given)
    text(database, kit, None, "Running late", number="+13015550123")
    text(database, kit, None, "Who is this?")
    page = client_for().get("/worklists/texts").text
    assert "Ada Quill" in page and "Bob Quill" in page and "on nobody’s file" in page
