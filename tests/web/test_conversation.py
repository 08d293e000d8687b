"""Everything said with one patient on one page, and writing to them by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import event, select

from models import AuditEntry, Call, Clinic, Consent, HandWritten, InboundText, Message, Notice, Patient
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.words import CallResult, Channel, InboundMeaning, InboundState, MessageKind, NoticeKind, Role
from tests.builders import NOW, build_clinic, build_patient, build_visit
from tests.inbound_kit import build_text


@pytest.fixture(autouse=True)
def at_the_desk():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ada(database, kit) -> int:
    with database.writing() as session:
        session.get_one(Clinic, kit.clinic_id).text_number = "+13015550177"
        return build_patient(session, kit, consents=(Channel.EMAIL, Channel.TEXT))


def said(database, kit, ada, many: int = 1) -> None:
    """Of everything that can be said `many`, each an hour after the one before."""
    with database.writing() as session:
        visit_id = build_visit(session, kit, ada)
        start = NOW - timedelta(days=3)
        for number in range(many):
            at = start + timedelta(minutes=number)
            session.add(Message(
                clinic_id=kit.clinic_id, patient_id=ada, kind=MessageKind.NEW_LINK, channel=Channel.EMAIL,
                rule="new link", state=MessageState.DELIVERED, sent_at=at, due_at=at, expires_at=NOW,
                key=f"{ada} {number}", created_at=at))
            text_id = build_text(session, kit, ada, f"C {number}", meaning=InboundMeaning.CONFIRM,
                                 received_at=at + timedelta(hours=1))
            session.add(Notice(
                clinic_id=kit.clinic_id, inbound_text_id=text_id, kind=NoticeKind.CONFIRMED, address="+13015550123",
                channel=Channel.TEXT, state=MessageState.SENT, due_at=at, sent_at=at + timedelta(hours=2),
                expires_at=NOW, key=f"n {ada} {number}", created_at=at))
            session.add(Call(clinic_id=kit.clinic_id, patient_id=ada, result=CallResult.LEFT_WORD, note="With a son",
                             called_at=at + timedelta(hours=3), called_by=kit.staff[Role.FRONT_DESK]))
            session.add(AuditEntry(clinic_id=kit.clinic_id, at=at + timedelta(hours=4), actor="patient link",
                                   verb="confirm", subject_type="appointment", subject_id=visit_id, patient_id=ada))


def test_everything_said_stands_in_its_order(client_for, database, kit, ada):
    said(database, kit, ada)
    page = client_for().get(f"/patients/{ada}/conversation").text
    order = [page.index(words) for words in (
        "New link", "C 0", "Answer: confirmed", "Call: left word", "Confirmed the visit")]
    assert order == sorted(order)
    assert "Delivered" in page and "With a son" in page and "<title>Conversation" in page


def test_a_long_conversation_asks_as_often_as_a_short_one(client_for, database, kit, ada):
    client, asked, counts = client_for(), [], []
    client.get(f"/patients/{ada}/conversation")
    event.listen(database.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    for given, many in (("Bob", 1), ("Cyd", 25)):
        with database.writing() as session:
            patient_id = build_patient(session, kit, given, telephone=f"+1301555014{many % 10}")
        said(database, kit, patient_id, many)
        asked.clear()
        assert client.get(f"/patients/{patient_id}/conversation").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_patients_page_leads_there(client_for, ada):
    assert f"/patients/{ada}/conversation" in client_for().get(f"/patients/{ada}").text


def test_an_answer_is_looked_at_sent_and_taken_back(client_for, database, kit, ada):
    with database.writing() as session:
        text_id = build_text(session, kit, ada)
    client, write = client_for(), f"/patients/{ada}/conversation/write"
    page = client.get(f"/patients/{ada}/conversation?answers={text_id}").text
    assert "Sending marks the text as done" in page and 'value="text"' in page
    data = {"channel": "text", "words": "In the yard.", "answers": str(text_id)}
    looked = client.post(write, data={**data, "act": "preview"}).text
    assert "Alder: In the yard. Call (301) 555-0100. STOP to opt out" in looked and "56 of 160 characters" in looked
    with database.reading() as session:
        assert session.scalars(select(HandWritten)).all() == []
    shown = client.post(write, data={**data, "act": "send"}, follow_redirects=True).text
    assert "It goes out within a minute." in shown and "In the yard." in shown
    with database.reading() as session:
        assert session.get_one(InboundText, text_id).state == InboundState.DONE
        message_id = session.scalars(select(HandWritten.message_id)).one()
    assert "Nothing went out" in client.post(f"/messages/{message_id}/take-back", follow_redirects=True).text
    assert "cannot be taken back" in client.post(f"/messages/{message_id}/take-back", follow_redirects=True).text


def test_words_that_say_too_much_are_refused_and_nothing_typed_is_lost(client_for, database, ada):
    answer = client_for().post(f"/patients/{ada}/conversation/write", data={
        "channel": "email", "words": "Your infusion is moved.", "act": "send"})
    assert answer.status_code == 422
    assert "“infusion” says too much" in answer.text and "Your infusion is moved.</textarea>" in answer.text
    with database.reading() as session:
        assert session.scalars(select(HandWritten)).all() == []


def test_the_preview_as_one_types_is_a_part_of_a_page(client_for, ada):
    part = client_for().post(f"/patients/{ada}/conversation/preview", data={"channel": "text", "words": "x" * 160}).text
    assert "<html" not in part and "fit. Take" in part


def test_texts_start_again_only_with_a_note(client_for, database, ada):
    with database.writing() as session:
        session.scalars(select(Consent).where(
            Consent.patient_id == ada, Consent.channel == Channel.TEXT)).one().withdrawn_at = NOW
    client, again = client_for(), f"/patients/{ada}/texts-again"
    assert "There is no consent to texts." in client.get(f"/patients/{ada}/conversation").text
    assert "Write down how" in client.post(again, data={"note": ""}, follow_redirects=True).text
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        shown = client.post(again, data={"note": "Asked at the counter"}, follow_redirects=True).text
        assert "This patient gets texts again." in shown and "There is no consent to texts." not in shown
        assert "Texts have stopped again." in client.post(f"{again}/undo", follow_redirects=True).text


@pytest.mark.parametrize("facts, why", [
    ({"telephone": None}, "there is no number on file"), ({"can_be_texted": False}, "their number cannot get texts")])
def test_a_text_is_offered_only_where_one_may_go_and_else_what_would_help(client_for, database, kit, ada, facts, why):
    with database.writing() as session:
        bob = build_patient(session, kit, "Bob", consents=(Channel.EMAIL, Channel.TEXT))
        for name, value in facts.items():
            setattr(session.get_one(Patient, bob), name, value)
    page = client_for().get(f"/patients/{bob}/conversation").text
    assert why in page and 'value="text"' not in page and 'value="email"' in page
    assert 'value="text"' in client_for().get(f"/patients/{ada}/conversation").text


def test_who_asked_for_calls_or_agreed_to_nothing_has_no_box(client_for, database, kit, ada):
    with database.writing() as session:
        bob = build_patient(session, kit, "Bob", consents=())
        cyd = build_patient(session, kit, "Cyd")
        session.get_one(Patient, cyd).preferred_channel = Channel.CALL
    page = client_for().get(f"/patients/{bob}/conversation").text
    assert "they have not agreed to it" in page and "<textarea" not in page
    page = client_for().get(f"/patients/{cyd}/conversation").text
    assert "they asked to be telephoned" in page and "<textarea" not in page


def test_an_unknown_number_has_a_conversation_and_is_given_to_a_patient(client_for, database, kit, ada):
    number = "+13015550166"
    with database.writing() as session:
        bob = build_patient(session, kit, "Bob", telephone=None, consents=(Channel.EMAIL, Channel.TEXT))
        stop = build_text(session, kit, None, "STOP", meaning=InboundMeaning.STOP, number=number,
                          received_at=NOW - timedelta(hours=1))
        text_id = build_text(session, kit, None, "It is me, Bob", number=number)
    client = client_for()
    page = client.get(f"/texts/{text_id}?q=Bob").text
    assert "Said so far from this number" in page and "STOP from it stops texts to every patient" in page
    assert "Bob" in page and "Quill, Ada" not in page
    refused = client.post(f"/texts/{text_id}/attach", data={"patient_id": ada, "keep": "1"}, follow_redirects=True).text
    assert "has another number on file" in refused
    shown = client.post(f"/texts/{text_id}/attach", data={"patient_id": bob, "keep": "1"}, follow_redirects=True).text
    assert "It is me, Bob" in shown and "so texts to them have stopped" in shown
    with database.reading() as session:
        assert {session.get_one(InboundText, one).patient_id for one in (stop, text_id)} == {bob}
        assert session.get_one(Patient, bob).telephone == number
        assert [row.withdrawn_at for row in session.scalars(select(Consent).where(
            Consent.patient_id == bob, Consent.channel == Channel.TEXT))] == [NOW]
    assert "on file already" in client.post(f"/texts/{text_id}/attach", data={"patient_id": ada},
                                            follow_redirects=True).text
    assert "nobody’s again" in client.post(f"/texts/{text_id}/detach", follow_redirects=True).text
    with database.reading() as session:
        assert session.get_one(InboundText, text_id).patient_id is None
        assert session.get_one(Patient, bob).telephone is None
    assert "have not been given" in client.post(f"/texts/{text_id}/detach", follow_redirects=True).text


def test_texts_are_given_without_keeping_the_number(client_for, database, kit, ada):
    with database.writing() as session:
        text_id = build_text(session, kit, None, "Running late")
    shown = client_for().post(f"/texts/{text_id}/attach", data={"patient_id": ada}, follow_redirects=True).text
    assert "Running late" in shown and "is on file." not in shown
    with database.reading() as session:
        assert session.get_one(Patient, ada).telephone == "+13015550123"


def test_a_stranger_gets_no_texts_and_a_reader_gives_none(client_for, database, kit, ada):
    with database.writing() as session:
        text_id = build_text(session, kit, None)
        other = build_patient(session, build_clinic(session, "Birch Clinic"), "Bob")
    assert client_for().post(f"/texts/{text_id}/attach", data={"patient_id": other}).status_code == 404
    assert client_for().post(f"/texts/{text_id}/attach").status_code == 400
    assert client_for(Role.CLINICIAN).post(f"/texts/{text_id}/attach", data={"patient_id": ada}).status_code == 403


def test_who_may_not_send_reads_and_has_no_box(client_for, database, kit, ada):
    said(database, kit, ada)
    page = client_for(Role.CLINICIAN).get(f"/patients/{ada}/conversation").text
    assert "C 0" in page and "<textarea" not in page
    assert client_for(Role.CLINICIAN).post(f"/patients/{ada}/conversation/write").status_code == 403
