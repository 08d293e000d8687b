"""The desk's outbox and call list."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import event, select

from models import Appointment, AuditEntry, Call, Consent, Message, Patient
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.words import CallResult, Channel, MessageKind, Role
from scheduler.services.messages.owe_messages import owe_messages
from tests.builders import NOW, build_patient, build_visit

S = MessageState
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def at_the_desk():
    with time_machine.travel(NOW, tick=False):
        yield


def book(database, kit, given="Ada", starts_at=NOW + timedelta(days=7), now=NOW, **patient) -> tuple[int, int]:
    with database.writing() as session:
        patient_id = build_patient(session, kit, given, **patient)
        visit_id = build_visit(session, kit, patient_id, starts_at)
        owe_messages(session, clinic_id=kit.clinic_id, patient_id=patient_id, appointment_ids=[visit_id],
                     series_id=None, now=now, why="booked")
    return patient_id, visit_id


def set_all(database, patient_id: int, state: MessageState, **facts) -> None:
    with database.writing() as session:
        for message in session.scalars(select(Message).where(Message.patient_id == patient_id)):
            message.state = state
            for name, value in facts.items():
                setattr(message, name, value)


def one_message(database, patient_id: int, kind: MessageKind) -> tuple:
    with database.reading() as session:
        return session.execute(select(Message.id, Message.state).where(
            Message.patient_id == patient_id, Message.kind == kind).order_by(Message.id.desc())).first()


def test_an_empty_outbox_says_what_will_stand_there(client_for):
    page = client_for().get("/worklists/outbox")
    assert page.status_code == 200 and "Nothing is waiting" in page.text
    assert "Not sent: no mail server." in page.text


@pytest.mark.parametrize("shelf", ["waiting", "sent", "not sent", "nonsense"])
def test_every_shelf_opens(client_for, database, kit, shelf):
    book(database, kit)
    assert client_for().get("/worklists/outbox", query_string={"show": shelf}).status_code == 200


def test_the_outbox_shows_each_letter_with_its_date_and_marks_what_no_server_takes(client_for, database, kit):
    book(database, kit)
    page = client_for().get("/worklists/outbox").text
    assert "Ada Quill" in page and "Three days before" in page and "Tue 6 Apr, 10:00 AM" in page
    assert page.count("Not sent: no mail server") == 2
    assert "Noisy" not in page


def test_a_parked_letter_stands_with_its_reason_and_can_be_sent_again(client_for, database, kit):
    patient_id, _ = book(database, kit)
    set_all(database, patient_id, S.PARKED, reason="550 no such mailbox")
    client = client_for()
    assert client.get("/worklists/parked").text.count("550 no such mailbox") == 5
    old, _ = one_message(database, patient_id, MessageKind.CONFIRMATION)
    shown = client.post(f"/messages/{old}/again", follow_redirects=True)
    assert "waits in the outbox, there is no mail server yet" in shown.text
    new, state = one_message(database, patient_id, MessageKind.CONFIRMATION)
    assert new != old and state == S.PLANNED
    with database.reading() as session:
        assert session.get(Message, old).state == S.SUPERSEDED
        assert session.scalars(select(AuditEntry.verb).where(AuditEntry.verb == "send again")).all() == ["send again"]


def test_sending_again_twice_owes_one_message(client_for, database, kit):
    patient_id, _ = book(database, kit)
    set_all(database, patient_id, S.SENT, sent_at=NOW)
    old, _ = one_message(database, patient_id, MessageKind.CONFIRMATION)
    client = client_for()
    client.post(f"/messages/{old}/again")
    assert "newer message" in client.post(f"/messages/{old}/again", follow_redirects=True).text
    new, _ = one_message(database, patient_id, MessageKind.CONFIRMATION)
    assert "still waiting" in client.post(f"/messages/{new}/again", follow_redirects=True).text


def test_a_letter_that_would_not_go_out_is_not_owed_again(client_for, database, kit):
    patient_id, _ = book(database, kit)
    set_all(database, patient_id, S.SENT, sent_at=NOW)
    with database.writing() as session:
        session.scalar(select(Consent).where(Consent.patient_id == patient_id)).withdrawn_at = NOW
    old, _ = one_message(database, patient_id, MessageKind.CONFIRMATION)
    assert "not consented" in client_for().post(f"/messages/{old}/again", follow_redirects=True).text
    assert one_message(database, patient_id, MessageKind.CONFIRMATION) == (old, S.SENT)


def test_another_clinics_message_and_patient_are_not_there(client_for, database, kit):
    with database.writing() as session:
        stranger = session.scalar(select(Patient).where(Patient.clinic_id != kit.clinic_id))
        message = Message(clinic_id=stranger.clinic_id, patient_id=stranger.id, kind=MessageKind.CHANGE,
                          channel=Channel.EMAIL, rule="change", state=S.SENT, due_at=NOW, expires_at=NOW, key="z",
                          created_at=NOW)
        session.add(message)
        session.flush()
        ids = message.id, stranger.id
    client = client_for()
    assert client.post(f"/messages/{ids[0]}/again").status_code == 404
    assert client.post(f"/worklists/calls/{ids[1]}", data={"result": "reached"}).status_code == 404
    assert "Noisy" not in client.get("/worklists/outbox?show=sent").text


def test_a_clinician_sees_the_outbox_and_cannot_send(client_for, database, kit):
    patient_id, _ = book(database, kit)
    set_all(database, patient_id, S.SENT, sent_at=NOW)
    client = client_for(Role.CLINICIAN)
    assert "Send again" not in client.get("/worklists/outbox?show=sent").text
    message, _ = one_message(database, patient_id, MessageKind.CONFIRMATION)
    assert client.post(f"/messages/{message}/again").status_code == 403


def test_the_outbox_asks_as_many_questions_for_many_letters_as_for_one(client_for, database, kit):
    client, asked = client_for(), []
    event.listen(database.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    client.get("/worklists/outbox")
    counts = []
    for patients in (1, 12):
        for number in range(patients):
            book(database, kit, f"P{number}")
        asked.clear()
        assert client.get("/worklists/outbox").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_long_shelf_is_read_page_by_page(client_for, database, kit):
    for number in range(12):
        book(database, kit, f"P{number}")
    client = client_for()
    first = client.get("/worklists/outbox").text
    assert "Showing 50 of 60" in first
    older = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "Showing 10 of 60" in client.get(older).text
    assert client.get("/worklists/outbox?after=nonsense").status_code == 200


def test_nobody_to_call_is_said_calmly(client_for, database, kit):
    book(database, kit, starts_at=TOMORROW)
    assert "No calls to make" in client_for().get("/worklists/calls").text


def test_whoever_cannot_come_is_to_be_called_until_somebody_did(client_for, database, kit):
    patient_id, visit_id = book(database, kit)
    with database.writing() as session:
        session.get(Appointment, visit_id).cannot_come_at = NOW - timedelta(minutes=5)
    client = client_for()
    assert "Cannot come Fri 9 Apr, 10:00 AM" in client.get("/worklists/calls").text
    shown = client.post(f"/worklists/calls/{patient_id}", data={"result": "no answer"}, follow_redirects=True).text
    assert "Last call: no answer, Fri 2 Apr, 10:00 AM (FR)" in shown and "Cannot come" in shown
    shown = client.post(f"/worklists/calls/{patient_id}", data={"result": "reached"}, follow_redirects=True).text
    assert "No calls to make" in shown and "Called today" in shown and "Call to A. Q.: reached." in shown
    with database.reading() as session:
        call = session.scalars(select(Call).order_by(Call.id.desc())).first()
        assert (call.result, call.called_by) == (CallResult.REACHED, kit.staff[Role.FRONT_DESK])
        call_id = call.id
    shown = client.post(f"/worklists/calls/{call_id}/undo", follow_redirects=True).text
    assert "Cannot come" in shown


@pytest.mark.parametrize("patient, words", [
    ({"email": None}, "No e-mail address is on file."), ({"consents": ()}, "There is no consent to e-mail.")])
def test_whoever_no_letter_can_reach_is_called_on_the_day_of_the_reminder(client_for, database, kit, patient, words):
    book(database, kit, starts_at=TOMORROW + timedelta(hours=1), now=NOW - timedelta(days=2), **patient)
    book(database, kit, "Bob", starts_at=NOW + timedelta(days=6), now=NOW - timedelta(days=2), **patient)
    book(database, kit, "Cyd", starts_at=TOMORROW + timedelta(hours=1), now=NOW - timedelta(days=2))
    page = client_for().get("/worklists/calls").text
    assert words in page and "Ada Quill" in page
    assert "Bob" not in page and "Cyd" not in page


def test_a_letter_that_was_not_delivered_is_a_call(client_for, database, kit):
    patient_id, _ = book(database, kit)
    set_all(database, patient_id, S.PARKED, reason="550 no such mailbox", due_at=NOW)
    page = client_for().get("/worklists/calls").text
    assert "550 no such mailbox Please tell that it is booked" in page


def test_an_unknown_result_is_refused(client_for, database, kit):
    patient_id, _ = book(database, kit)
    assert client_for().post(f"/worklists/calls/{patient_id}", data={"result": "shouted"}).status_code == 400
