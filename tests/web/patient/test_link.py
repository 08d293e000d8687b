"""The pages behind a patient's link: looking changes nothing, a button acts once, a wrong link tells nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from models import Appointment, AuditEntry, Message, PatientLink
from scheduler.planning.lifecycle import AppointmentStatus, MessageState
from tests.builders import NOW, build_visit
from tests.web.patient.letters import open_link, press, prove, says_too_much


def test_looking_changes_nothing_in_any_table(client, desk):
    before = desk.dump()
    for token in (desk.token, desk.all_token, "wrong"):
        for ask in (client.head, client.get):
            ask(f"/v/{token}", follow_redirects=True)
            for path in ("/visit", "/visit/all", "/visit/calendar.ics", "/visit/confirm", "/visit/cannot-come"):
                ask(path)
    assert desk.dump() == before


def test_the_secret_leaves_the_address_at_once_and_is_not_in_the_database(client, desk):
    answer = client.get(f"/v/{desk.token}")
    assert (answer.status_code, answer.location) == (302, "/visit")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "Path=/visit" in cookie and "Max-Age=1800" in cookie
    assert desk.token not in cookie
    assert desk.token not in str(desk.dump())


def test_the_page_shows_when_how_long_and_whom_to_call_and_not_who_or_what_for(client, desk):
    page = open_link(client, desk.token).text
    for words in ("Friday 9 April", "10:00 AM", "Eastern Time", "1 h 55 min", "(301) 555-0100", "988"):
        assert words in page
    assert says_too_much(page) == []
    assert re.search("<title>(.*)</title>", page)[1] == "Your visit · Alder Clinic"


def test_confirming_is_written_once_with_who_said_it(client, desk):
    page = open_link(client, desk.token).text
    for _ in range(3):
        shown = press(client, page, "/visit/confirm")
    assert "Thank you, see you then" in shown.text
    visit = desk.visit()
    assert (visit.confirmed_at, visit.cannot_come_at, visit.status) == (NOW, None, AppointmentStatus.BOOKED)
    with desk.database.reading() as session:
        entries = session.execute(select(AuditEntry.actor, AuditEntry.verb, AuditEntry.subject_id)).all()
        assert entries == [("patient link", "confirm", desk.visit_id)]
        assert session.get(Message, desk.message_id).state == MessageState.ANSWERED


def test_i_cannot_come_cancels_nothing_and_can_be_undone(client, desk):
    shown = press(client, open_link(client, desk.token).text, "/visit/cannot-come")
    assert "We will call you" in shown.text
    assert (desk.visit().cannot_come_at, desk.visit().status) == (NOW, AppointmentStatus.BOOKED)
    press(client, shown.text, "/visit/take-back")
    assert (desk.visit().cannot_come_at, desk.visit().confirmed_at) == (None, None)


def test_the_last_answer_holds(client, desk):
    shown = press(client, open_link(client, desk.token).text, "/visit/cannot-come")
    press(client, shown.text, "/visit/confirm")
    assert (desk.visit().cannot_come_at, desk.visit().confirmed_at) == (None, NOW)


def test_a_visit_that_moved_meanwhile_is_shown_again_and_not_answered(client, desk):
    page = open_link(client, desk.token).text
    desk.change(version=2, starts_at=NOW + timedelta(days=7, hours=1))
    shown = press(client, page, "/visit/confirm")
    assert "has just changed" in shown.text and "11:00 AM" in shown.text
    assert desk.visit().confirmed_at is None


@pytest.mark.parametrize("status", [AppointmentStatus.CANCELLED, AppointmentStatus.ARRIVED])
def test_a_visit_that_is_cancelled_or_under_way_is_not_answered(client, desk, status):
    page = open_link(client, desk.token).text
    desk.change(status=status)
    shown = press(client, page, "/visit/confirm")
    assert "can no longer be answered here" in shown.text
    assert desk.visit().confirmed_at is None


def test_the_form_of_another_letter_answers_nothing(client, desk):
    page = open_link(client, desk.token).text
    shown_all = open_link(client, desk.all_token)
    assert "Your visits" in shown_all.text
    shown = press(client, page, "/visit/confirm")
    assert "Another letter was opened" in shown.text
    assert desk.visit().confirmed_at is None


def test_a_form_without_its_token_is_refused(client, desk):
    open_link(client, desk.token)
    assert client.post("/visit/confirm", data={"shown": "x"}).status_code == 400
    assert desk.visit().confirmed_at is None


def test_a_wrong_link_an_expired_link_and_no_link_get_the_same_answer(client, desk):
    desk_page = client.get("/v/never-was")
    with desk.database.writing() as session:
        for link in session.scalars(select(PatientLink)):
            link.expires_at = NOW
    expired = client.get(f"/v/{desk.token}")
    none = client.get("/visit")
    assert desk_page.status_code == expired.status_code == none.status_code == 404
    assert desk_page.text == expired.text == none.text
    assert "(301) 555-0100" in expired.text


def test_a_cookie_is_good_for_half_an_hour(client, desk):
    open_link(client, desk.token)
    with time_machine.travel(NOW + timedelta(minutes=31), tick=False):
        assert client.get("/visit").status_code == 404


def test_a_forged_cookie_opens_nothing(client, desk):
    client.set_cookie("leafout_link", "1.forged.cookie", path="/visit")
    assert client.get("/visit").status_code == 404


def test_guessing_is_stopped(client, desk):
    answers = [client.get(f"/v/guess-{number}").status_code for number in range(25)]
    assert answers == [404] * 20 + [429] * 5


def test_the_calendar_file_says_visit_and_where(client, desk):
    open_link(client, desk.all_token)
    answer = client.get("/visit/calendar.ics")
    assert answer.mimetype == "text/calendar"
    assert answer.text.count("BEGIN:VEVENT") == 2
    assert "SUMMARY:Visit\r\n" in answer.text and "DTSTART:20270409T140000Z" in answer.text
    assert "LOCATION:Alder Clinic" in answer.text and says_too_much(answer.text) == []
    assert answer.headers["Content-Disposition"] == "attachment; filename=visit.ics"


def test_the_whole_course_goes_into_a_calendar_from_the_page_of_the_course(client, desk):
    page = prove(client, desk.token)
    assert "Add all visits to my calendar" in page and "/visit/calendar.ics?visit=all" in page
    assert client.get("/visit/calendar.ics?visit=all").text.count("BEGIN:VEVENT") == 2
    assert client.get(f"/visit/calendar.ics?visit={desk.visit_id}").text.count("BEGIN:VEVENT") == 1


def test_after_the_last_visit_the_page_is_calm(client, desk):
    with desk.database.writing() as session:
        for visit in session.scalars(select(Appointment)):
            visit.status = AppointmentStatus.CANCELLED
    assert "No visits are booked" in open_link(client, desk.all_token).text
    assert "This visit is cancelled" in open_link(client, desk.token).text


def test_an_answer_is_for_every_visit_of_that_day(client, desk, database, kit):
    with database.writing() as session:
        later = build_visit(session, kit, desk.patient_id, NOW + timedelta(days=7, hours=3), visit_type="therapy")
    page = open_link(client, desk.token).text
    assert "Also that day" in page and "1:00 PM" in page
    press(client, page, "/visit/confirm")
    with database.reading() as session:
        confirmed = session.scalars(select(Appointment.id).where(Appointment.confirmed_at.is_not(None))).all()
        assert sorted(confirmed) == [desk.visit_id, later]
