"""What becomes of a request, what goes along to a patient, what is taken back, and what is forgotten."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from models import AppointmentRequest, AuditEntry, Clinic, Consent, Notice, Patient, RequestMove, RequestPage
from scheduler.planning.quiet_words import revealing
from scheduler.planning.requests import Alike, RequestState
from scheduler.planning.words import Channel, Role
from scheduler.queries.reach import standing_consents
from scheduler.queries.requests import NextStep, RequestShelf, one_request, request_queue, requests_at_a_glance
from scheduler.services.messages.write_notice import write_notice
from scheduler.services.patients.ask import Asked, AskForAppointment, ask_for_appointment
from scheduler.services.patients.edit_patient import AlreadyHere, PatientDetails
from scheduler.services.patients.forget_requests import forget_requests
from scheduler.services.patients.request_moves import AlreadySeenTo, Moved, NotTheLatest, take_back_request
from scheduler.services.patients.request_patient import MergeRequest, merge_request, put_on_file
from scheduler.services.patients.see_to_request import (
    CallRequest,
    CloseRequest,
    LeaveToAnother,
    SayWhy,
    call_request,
    close_request,
    leave_to_another,
)
from scheduler.services.refusal import NotFound, Refused
from tests.builders import NOW, build_patient
from tests.queries.test_administration import counted

LATER = NOW + timedelta(hours=1)
WORDS = {Channel.EMAIL: "You may e-mail me.", Channel.CALL: "You may call me.", Channel.TEXT: "You may text me."}
BORN = date(1984, 2, 29)
DETAILS = PatientDetails("Bo", "Reed", BORN, email="bo@example.com", telephone="+13015550142",
                         consents=frozenset({Channel.EMAIL, Channel.CALL, Channel.TEXT}), consent_how="request")


@pytest.fixture
def page(database, kit) -> None:
    with database.writing() as session:
        session.add(RequestPage(clinic_id=kit.clinic_id, slug="alder", is_open=True, keep_days=30))
        session.get(Clinic, kit.clinic_id).text_number = "+13015550199"


def ask(database, kit, key: str = "one", now: datetime = NOW, **changes) -> int:
    facts = {"given_name": "Bo", "family_name": "Reed", "language": "en", "consents": WORDS, "birth_date": BORN,
             "email": "bo@example.com", "telephone": "+13015550142"} | changes
    with database.writing() as session:
        result = ask_for_appointment(session, AskForAppointment(kit.clinic_id, key, **facts), now=now)
    assert isinstance(result, Asked)
    return result.request_id


def do(database, kit, act, command, now: datetime = LATER, **more):
    with database.writing() as session:
        return act(session, command, **more, by=kit.viewer(), now=now)


def row(database, kit, request_id: int):
    with database.reading() as session:
        return one_request(session, kit.clinic_id, request_id)


def agreed(database, patient_id: int) -> set[Channel]:
    with database.reading() as session:
        return set(standing_consents(session, [patient_id])[patient_id])


def test_a_call_is_noted_and_taken_back(database, kit, page):
    request_id = ask(database, kit)
    assert row(database, kit, request_id).next_step == NextStep.CALL
    moved = do(database, kit, call_request, CallRequest(request_id, "reached"))
    assert isinstance(moved, Moved) and moved.initials == "B. R."
    assert (row(database, kit, request_id).state, row(database, kit, request_id).next_step) == (
        RequestState.CALLED, NextStep.PUT_ON_FILE)
    assert isinstance(do(database, kit, call_request, CallRequest(request_id, "a chat")), Refused)
    again = do(database, kit, call_request, CallRequest(request_id, "no answer"))
    assert do(database, kit, take_back_request, moved.move_id) == Refused((NotTheLatest(),))
    assert do(database, kit, take_back_request, again.move_id).state == RequestState.CALLED
    assert do(database, kit, take_back_request, moved.move_id).state == RequestState.NEW
    assert row(database, kit, request_id).moves == ()
    with database.reading() as session:
        assert session.scalars(select(AuditEntry.verb).where(
            AuditEntry.subject_type == "request").order_by(AuditEntry.id)).all() == [
                "ask", "request: called", "request: called", "take back request", "take back request"]


def test_whoever_is_put_on_file_keeps_the_words_agreed_to(database, kit, page):
    request_id = ask(database, kit)
    moved = do(database, kit, put_on_file, request_id, details=DETAILS)
    assert isinstance(moved, Moved) and moved.left_out == ()
    with database.reading() as session:
        consents = session.scalars(select(Consent).where(Consent.patient_id == moved.patient_id)).all()
        assert {one.channel: (one.wording, one.granted_at, one.request_id) for one in consents} == {
            channel: (words, NOW, request_id) for channel, words in WORDS.items()}
        patient = session.get(Patient, moved.patient_id)
        assert (patient.family_name, patient.can_be_texted, patient.birth_date) == ("Reed", True, BORN)
    closed = row(database, kit, request_id)
    assert (closed.state, closed.patient_id, closed.next_step) == (RequestState.PATIENT, moved.patient_id, None)
    assert do(database, kit, put_on_file, request_id, details=DETAILS) == Refused((
        AlreadySeenTo(RequestState.PATIENT),))


def test_somebody_on_file_is_not_put_there_twice(database, kit, page):
    with database.writing() as session:
        patient_id = build_patient(session, kit, "Bo", "Reed", birth_date=BORN, email=None, telephone=None)
    request_id = ask(database, kit)
    assert do(database, kit, put_on_file, request_id, details=DETAILS) == Refused((AlreadyHere(patient_id),))
    found = row(database, kit, request_id)
    assert found.state == RequestState.NEW and found.next_step == NextStep.MERGE
    assert [(one.patient_id, one.shared) for one in found.patients] == [(patient_id, (Alike.NAME_AND_BIRTH,))]


def test_merging_fills_in_what_is_missing_and_is_taken_back_without_a_trace(database, kit, page):
    with database.writing() as session:
        patient_id = build_patient(session, kit, "Bo", "Reed", birth_date=BORN, email=None, consents=())
    request_id = ask(database, kit)
    moved = do(database, kit, merge_request, MergeRequest(request_id, patient_id))
    assert moved.left_out == ("call", "text"), "the patient's telephone is another"
    assert agreed(database, patient_id) == {Channel.EMAIL}
    do(database, kit, take_back_request, moved.move_id)
    assert agreed(database, patient_id) == set()
    with database.reading() as session:
        assert session.get(Patient, patient_id).email is None
    assert row(database, kit, request_id).patient_id is None


def test_a_stop_after_the_request_stays_a_stop(database, kit, page):
    with database.writing() as session:
        patient_id = build_patient(session, kit, "Bo", "Reed", email="bo@example.com", telephone="+13015550142",
                                   consents=())
        session.add(Consent(clinic_id=kit.clinic_id, patient_id=patient_id, channel=Channel.TEXT,
                            granted_at=NOW - timedelta(days=9), withdrawn_at=NOW + timedelta(minutes=5)))
    request_id = ask(database, kit)
    moved = do(database, kit, merge_request, MergeRequest(request_id, patient_id))
    assert moved.left_out == ("text",) and agreed(database, patient_id) == {Channel.EMAIL, Channel.CALL}


def test_the_same_person_asking_twice_is_recognised(database, kit, page):
    first, second = ask(database, kit), ask(database, kit, "two", given_name="Bob", email="BO@example.com")
    found = row(database, kit, second)
    assert [one.request_id for one in found.others] == [first] and found.next_step == NextStep.TWICE
    assert row(database, kit, first).next_step == NextStep.CALL
    do(database, kit, leave_to_another, LeaveToAnother(second, first))
    assert row(database, kit, second).same_as_id == first and row(database, kit, first).others == ()
    assert isinstance(do(database, kit, leave_to_another, LeaveToAnother(first, first)), NotFound)


def test_a_decline_needs_a_reason(database, kit, page):
    request_id = ask(database, kit)
    assert do(database, kit, close_request, CloseRequest(request_id, "declined", " ")) == Refused((SayWhy(),))
    assert isinstance(do(database, kit, close_request, CloseRequest(request_id, "called")), NotFound)
    do(database, kit, close_request, CloseRequest(request_id, "declined", "lives in another state"))
    with database.reading() as session:
        closed = request_queue(session, kit.clinic_id, RequestShelf.CLOSED)
        assert [one.last.reason for one in closed.rows] == ["lives in another state"] and closed.waiting == 0
        assert request_queue(session, kit.clinic_id, RequestShelf.WAITING).rows == ()


def test_what_came_to_nothing_is_forgotten_and_nothing_else(database, kit, page):
    kept, declined, filed = ask(database, kit), ask(database, kit, "two"), ask(database, kit, "three")
    twice = ask(database, kit, "four")
    do(database, kit, leave_to_another, LeaveToAnother(twice, declined), now=NOW + timedelta(days=20))
    do(database, kit, close_request, CloseRequest(declined, "declined", "too far away"))
    do(database, kit, put_on_file, filed, details=DETAILS)
    with database.writing() as session:
        assert forget_requests(session, now=LATER + timedelta(days=29)) == 0
        assert forget_requests(session, now=LATER + timedelta(days=30)) == 1
    with database.reading() as session:
        assert session.scalars(select(AppointmentRequest.id).order_by(AppointmentRequest.id)).all() == [
            kept, filed, twice]
        assert session.scalar(select(func.count()).select_from(Notice).where(Notice.request_id == declined)) == 0
        assert session.scalar(select(func.count()).select_from(RequestMove).where(
            RequestMove.request_id == declined)) == 0


def test_the_queue_asks_the_same_number_of_questions_for_one_and_for_many(database, kit, page):
    counts = []
    for size in (1, 4):
        for number in range(size):
            ask(database, kit, f"{size}-{number}", now=NOW + timedelta(minutes=10 * size + number))
        with database.reading() as session, counted(database) as sent:
            queue = request_queue(session, kit.clinic_id, RequestShelf.WAITING)
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 7
    assert [one.received_at for one in queue.rows] == sorted(one.received_at for one in queue.rows)
    assert queue.waiting == 5 and [one.is_late(NOW.date()) for one in queue.rows] == [False] * 5


def test_a_promise_that_is_over_presses_until_somebody_calls(database, kit, page):
    with database.writing() as session:
        session.scalars(select(RequestPage)).one().answer_days = 1
    request_id = ask(database, kit)
    with database.reading() as session:
        assert requests_at_a_glance(session, kit.clinic_id, date(2027, 4, 5)) == (1, NOW, False)
        assert requests_at_a_glance(session, kit.clinic_id, date(2027, 4, 6)) == (1, NOW, True)
    assert row(database, kit, request_id).is_late(date(2027, 4, 6))
    do(database, kit, call_request, CallRequest(request_id, "left word"))
    with database.reading() as session:
        assert requests_at_a_glance(session, kit.clinic_id, date(2027, 4, 6)) == (1, NOW, False)
    assert not row(database, kit, request_id).is_late(date(2027, 4, 6))


def test_another_clinic_sees_none_of_it(database, kit, page):
    request_id = ask(database, kit)
    with database.writing() as session:
        noise = session.scalars(select(Clinic.id).where(Clinic.name == "Noise Clinic")).one()
        assert request_queue(session, noise, RequestShelf.WAITING).rows == ()
        assert one_request(session, noise, request_id) is None
        stranger = session.scalars(select(Patient.id).where(Patient.clinic_id == noise)).first()
        answer = merge_request(session, MergeRequest(request_id, stranger), by=kit.viewer(Role.FRONT_DESK), now=LATER)
        assert isinstance(answer, NotFound)


def test_the_letter_keeps_the_promise_and_says_what_it_is_not(database, kit, page):
    with database.writing() as session:
        session.scalars(select(RequestPage)).one().answer_days = 2
    for key, language in (("one", "en"), ("two", "es")):
        ask(database, kit, key, language=language)
    with database.writing() as session:
        notices = session.scalars(select(Notice).order_by(Notice.id)).all()
        english, spanish = (write_notice(session, notice, base_url="https://alder.example", now=NOW)
                            for notice in notices)
    assert english.subject == "We have your request" and english.to == "bo@example.com"
    assert "You will hear from us by Tuesday 6 April." in english.text and "not an appointment yet" in english.text
    assert "988" in english.html and "STOP" not in english.text and "Reed" not in english.text + english.html
    assert "martes, 6 de abril" in spanish.text and "no es una cita" in spanish.text
    assert revealing(english.text + english.subject) == ()


def test_one_form_sent_by_two_hands_at_one_moment_is_one_request(database, kit, page):
    def send() -> object:
        with database.writing() as session:
            return ask_for_appointment(session, AskForAppointment(
                kit.clinic_id, "same", "Bo", "Reed", "en", WORDS, "bo@example.com", "+13015550142"), now=NOW)
    with ThreadPoolExecutor(4) as hands:
        results = list(hands.map(lambda _: send(), range(8)))
    assert len({result.request_id for result in results}) == 1
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(AppointmentRequest)) == 1
        assert session.scalar(select(func.count()).select_from(Notice)) == 1
