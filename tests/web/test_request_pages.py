"""The desk's queue of requests and the administrators' page of the public page."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from models import AppointmentRequest, Consent, Patient, RequestPage
from scheduler.clock import utc_now
from scheduler.planning.requests import RequestState
from scheduler.planning.words import Channel, Role
from scheduler.services.patients.ask import AskForAppointment, ask_for_appointment
from tests.builders import build_patient

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
pytestmark = ON_SQLITE


@pytest.fixture
def request_id(database, kit) -> int:
    """A request that came in just now."""
    with database.writing() as session:
        session.add(RequestPage(clinic_id=kit.clinic_id, slug="alder", is_open=True))
        session.flush()
        return ask_for_appointment(session, AskForAppointment(
            kit.clinic_id, "one", "Bo", "Reed", "es", {Channel.CALL: "You may call me."}, telephone="3015550142",
            weekdays=frozenset({0, 2})), now=utc_now()).request_id


def state_of(database, request_id: int) -> RequestState:
    with database.reading() as session:
        return session.get_one(AppointmentRequest, request_id).state


def undo_of(text: str) -> str:
    found = re.search(r'action="(/worklists/requests/moves/\d+/undo)"', text)
    assert found
    return found.group(1)


def test_the_queue_shows_who_asks_and_what_comes_next(client_for, request_id, database):
    desk = client_for(Role.FRONT_DESK)
    page = desk.get("/worklists/requests").text
    assert "Bo Reed" in page and "(301) 555-0142" in page and "Spanish" in page and "Mon Wed" in page
    assert re.search(r'/worklists/requests"[^<]*<', desk.get("/worklists").text)
    said = desk.post(f"/worklists/requests/{request_id}/call", data={"result": "reached"}, follow_redirects=True).text
    assert "B. R.: the call is noted." in said and "Put on file" in said
    back = desk.post(undo_of(said), follow_redirects=True).text
    assert "waits again" in back and state_of(database, request_id) == RequestState.NEW


def test_a_sender_is_put_on_file_from_the_request(client_for, request_id, database, kit):
    desk = client_for(Role.FRONT_DESK)
    where = f"/worklists/requests/{request_id}/patient"
    form = desk.get(where).text
    assert 'value="Reed"' in form and 'value="+13015550142"' in form and "Asked for: Mon, Wed." in form
    filled = {"given_name": "Bo", "family_name": "Reed", "telephone": "+13015550142", "telephone_use": "mobile",
              "language": "es", "preferred_channel": "call", "consents": ["call"], "consent_how": "request"}
    assert desk.post(where, data=filled).status_code == 422
    done = desk.post(where, data=filled | {"birth_date": "1984-02-29"}, follow_redirects=True)
    assert "Reed" in done.text and "is on file now" in done.text
    with database.reading() as session:
        patient = session.scalars(select(Patient).where(Patient.family_name == "Reed")).one()
        (consent,) = session.scalars(select(Consent).where(Consent.patient_id == patient.id)).all()
        assert (consent.channel, consent.wording, patient.language) == (Channel.CALL, "You may call me.", "es")


def test_a_request_is_merged_with_somebody_found_on_file(client_for, request_id, database, kit):
    with database.writing() as session:
        patient_id = build_patient(session, kit, "Robert", "Reed", telephone="+13015550142")
    desk = client_for(Role.FRONT_DESK)
    page = desk.get(f"/worklists/requests/{request_id}?q=Reed").text
    assert "same telephone" in page and "It is R. R." in page and "“You may call me.”" in page
    where = f"/worklists/requests/{request_id}/merge"
    said = desk.post(where, data={"patient": patient_id}, follow_redirects=True).text
    assert "with the patient on file" in said and state_of(database, request_id) == RequestState.MERGED
    assert "Reopen" in desk.get("/worklists/requests?show=closed").text


def test_declining_asks_for_a_reason_and_spam_does_not(client_for, request_id, database):
    desk, where = client_for(Role.FRONT_DESK), f"/worklists/requests/{request_id}/close"
    assert "why the request is declined" in desk.post(where, data={"state": "declined"}, follow_redirects=True).text
    assert state_of(database, request_id) == RequestState.NEW
    assert "spam" in desk.post(where, data={"state": "spam"}, follow_redirects=True).text
    assert state_of(database, request_id) == RequestState.SPAM
    assert "already seen to" in desk.post(where, data={"state": "spam"}, follow_redirects=True).text
    assert desk.post(where, data={"state": "patient"}).status_code == 404


def test_clinicians_see_no_requests_and_no_tab(client_for, request_id):
    clinician = client_for(Role.CLINICIAN)
    assert clinician.get("/worklists/requests").status_code == 403
    assert "/worklists/requests" not in clinician.get("/worklists").text


def test_an_administrator_opens_the_page_and_gets_its_link_and_code(client_for, database, kit):
    admin, anybody = client_for(Role.ADMINISTRATOR), client_for(None)
    assert anybody.get("/request/alder").status_code == 404
    shown = admin.get("/admin/request-page").text
    assert 'value="alder"' in shown and "data:image/svg" not in shown
    wanted = {"slug": "alder", "is_open": "y", "keep_days": "90"}
    done = admin.post("/admin/request-page", data=wanted, follow_redirects=True).text
    assert "http://localhost/request/alder" in done and "data:image/svg+xml" in done
    assert anybody.get("/request/alder").status_code == 200 and anybody.get("/request/ALDER").status_code == 200


@pytest.mark.parametrize(("changes", "words"), [
    ({"slug": "Alder Clinic!"}, "small letters"), ({"slug": "ketamine-now"}, "Leave it out"),
    ({"headline": "Help with depression"}, "Leave it out"), ({"answer_days": "40"}, "1 to 30"),
    ({"keep_days": "0"}, "whole number of days"), ({"privacy_link": "javascript:alert(1)"}, "beginning with https"),
    ({"privacy_words": "We treat depression."}, "Leave it out")])
def test_what_a_page_cannot_say_is_refused(client_for, database, kit, changes, words):
    sent = client_for(Role.ADMINISTRATOR).post(
        "/admin/request-page", data={"slug": "alder", "keep_days": "90", "is_open": "y"} | changes)
    assert sent.status_code == 422 and words in sent.text
    with database.reading() as session:
        assert session.scalars(select(RequestPage)).all() == []
