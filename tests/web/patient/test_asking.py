"""The public page: who asks, in which words they agree, what keeps programs out, and what is told back."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from models import AppointmentRequest, Clinic, Notice, RequestPage
from scheduler.planning.requests import RequestState
from scheduler.planning.words import Channel
from tests.builders import NOW

SOME = timedelta(seconds=30)
FILLED = {"given_name": "Bo", "family_name": "Reed", "telephone": "301 555 0142", "email": "bo@example.com",
          "language": "en", "consents": ["call", "email"], "reasons": ["referred"], "weekdays": ["0", "2"]}


@pytest.fixture
def page(database, kit) -> str:
    """The address of the kit's open page."""
    with database.writing() as session:
        session.add(RequestPage(clinic_id=kit.clinic_id, slug="alder", is_open=True, answer_days=1))
    return "/request/alder"


def stamp_of(text: str) -> dict[str, str]:
    found = re.findall(r'<input[^>]* name="(stamp|csrf_token)"[^>]* value="([^"]*)"', text)
    return {name: html.unescape(value) for name, value in found}


def send(client: FlaskClient, page: str, after: timedelta = SOME, **changes):
    """Open the form, fill it in for a while, send it."""
    shown = stamp_of(client.get(page).text)
    with time_machine.travel(NOW + after, tick=False):
        return client.post(page, data=FILLED | shown | changes)


def received(client: FlaskClient, sent) -> str:
    with time_machine.travel(NOW + SOME, tick=False):
        return client.get(sent.location).text


def stored(database) -> list[AppointmentRequest]:
    with database.reading() as session:
        rows = list(session.scalars(select(AppointmentRequest).order_by(AppointmentRequest.id)))
        session.expunge_all()
        return rows


def test_a_request_is_stored_with_the_words_agreed_to_and_told_back(client, page, database):
    sent = send(client, page)
    assert (sent.status_code, sent.location) == (303, "/request/alder/received")
    told = received(client, sent)
    assert "Monday 5 April" in told, "asked on a Friday; the clinic is open Monday to Friday"
    assert "not an appointment yet" in told and "988" in told and "Reed" not in told and "Call me, E-mail me" in told
    (row,) = stored(database)
    assert (row.state, row.given_name, row.family_name, row.telephone, row.email, row.answer_by, row.weekdays) == (
        RequestState.NEW, "Bo", "Reed", "+13015550142", "bo@example.com", date(2027, 4, 5), [0, 2])
    assert row.consents == {
        "call": "Alder Clinic may call me at this telephone number about my request.",
        "email": "Alder Clinic may e-mail me at this address about my request and my visits. E-mail is not encrypted. "
                 "I can stop it at any time."}
    with database.reading() as session:
        (notice,) = session.scalars(select(Notice)).all()
        assert (notice.channel, notice.address, notice.request_id) == (Channel.EMAIL, "bo@example.com", row.id)


def test_the_page_says_what_is_kept_who_sees_it_and_how_long(client, page, database):
    shown = client.get(page).text
    assert "Only the front desk and the managers of Alder Clinic see it." in shown
    assert "we delete it 90 days after we have closed" in shown and "More about privacy" not in shown
    with database.writing() as session:
        row = session.scalars(select(RequestPage)).one()
        row.keep_days, row.privacy_link, row.privacy_words = 30, "https://alder.example/privacy", "Ask for Kim."
    shown = client.get(page).text
    assert "we delete it 30 days after" in shown and "Ask for Kim." in shown
    assert '<a href="https://alder.example/privacy" rel="noreferrer">' in shown


def test_texts_are_agreed_to_only_where_the_clinic_sends_any(client, page, database, kit):
    assert "Msg &amp; data rates" not in client.get(page).text
    with database.writing() as session:
        session.get(Clinic, kit.clinic_id).text_number = "+13015550199"
    shown = client.get(page).text
    assert "Msg &amp; data rates may apply. Reply HELP for help, STOP to stop." in shown
    assert "up to 1 a day, up to 3 a week" in shown
    assert not re.search(r'name="consents"[^>]*checked', shown)
    assert send(client, page, consents=["text"], email="").status_code == 303
    (row,) = stored(database)
    assert list(row.consents) == ["text"] and "Msg & data rates may apply" in row.consents["text"]
    with database.reading() as session:
        assert session.scalars(select(Notice.channel)).all() == [Channel.TEXT]


def test_without_a_promise_none_is_given(client, page, database):
    with database.writing() as session:
        session.scalars(select(RequestPage)).one().answer_days = None
    told = received(client, send(client, page))
    assert "You will hear from us by" not in told and "please call us" in told
    assert stored(database)[0].answer_by is None


def test_the_same_form_sent_twice_is_one_request(client, page, database):
    shown = stamp_of(client.get(page).text)
    with time_machine.travel(NOW + SOME, tick=False):
        first, again = (client.post(page, data=FILLED | shown) for _ in range(2))
    assert first.status_code == again.status_code == 303
    assert len(stored(database)) == 1


@pytest.mark.parametrize(("after", "changes", "words"), [
    (timedelta(seconds=1), {}, "very quick"), (timedelta(hours=9), {}, "open for a long time"),
    (SOME, {"stamp": "made up"}, "open for a long time"), (SOME, {"website": "https://spam.example"}, "stay empty"),
    (SOME, {"consents": []}, "tick at least one way"), (SOME, {"given_name": " "}, "write your first name"),
    (SOME, {"email": ""}, "write your e-mail address"), (SOME, {"telephone": ""}, "write your telephone number"),
    (SOME, {"telephone": "555-698-7873"}, "No telephone has this number"),
    (SOME, {"email": "bo at home"}, "This is no e-mail address"),
    (SOME, {"birth_date": "17 May"}, "month, day and year"),
    (SOME, {"birth_date": "2031-05-17"}, "check the date of birth")])
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client, page, database, after, changes, words):
    sent = send(client, page, after, **changes)
    assert sent.status_code == 422 and words in sent.text and stored(database) == []
    assert 'value="Reed"' in sent.text


def test_a_form_that_was_open_too_long_can_be_sent_again(client, page, database):
    shown = send(client, page, timedelta(hours=9)).text
    with time_machine.travel(NOW + timedelta(hours=9, minutes=1), tick=False):
        assert client.post(page, data=FILLED | stamp_of(shown)).status_code == 303
    assert len(stored(database)) == 1


def test_one_address_gets_in_six_requests_an_hour(client, page, database):
    answers = [send(client, page).status_code for _ in range(7)]
    assert answers == [303] * 6 + [429] and len(stored(database)) == 6
    assert "please call us" in send(client, page).text.lower()


def test_words_that_were_not_shown_cannot_be_agreed_to(client, page, database):
    assert send(client, page, consents=["call", "text"]).status_code == 422
    assert stored(database) == []


def test_a_page_that_is_switched_off_is_not_there(client, page, database):
    shown = stamp_of(client.get(page).text)
    with database.writing() as session:
        session.scalars(select(RequestPage)).one().is_open = False
    off, never = client.get(page), client.get("/request/never-was")
    assert off.status_code == never.status_code == 404 and "There is no such page" in off.text
    assert client.post(page, data=FILLED | shown).status_code == 404
    assert client.get("/request/alder/received").status_code == 404


def test_looking_at_what_was_received_needs_a_request_of_this_browser(client, page):
    assert client.get("/request/alder/received").location == page


def test_the_page_speaks_spanish_and_the_switch_leads_back(client, page, database):
    spanish = client.get(page, headers={"Accept-Language": "es-MX"}).text
    assert "Pedir una cita" in spanish and "lunes" in spanish.lower() and '<html lang="es">' in spanish
    token = stamp_of(spanish)
    back = client.post("/visit/language", data={"language": "es", "back": page, "csrf_token": token["csrf_token"]})
    assert back.location == page
    assert send(client, page).status_code == 303
    assert stored(database)[0].consents["call"].startswith("Alder Clinic puede llamarme")
