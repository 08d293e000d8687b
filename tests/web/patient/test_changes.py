"""What a patient changes behind the date of birth: by the course's rules, with an undo, and the desk sees it."""

from __future__ import annotations

import re
from datetime import time, timedelta

import pytest
import time_machine
from sqlalchemy import select

from models import Appointment, Claim, Clinic, Consent, Message, OptOut, Patient, RideHome, WaitlistEntry
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.planning.words import Channel, Discretion, MessageKind, Role
from tests.builders import NOW, build_visit
from tests.web.patient.letters import press, prove, says_too_much


@pytest.fixture
def course(client, desk, kit) -> str:
    """The page of the course; its next visit has a chair and a nurse."""
    with desk.database.writing() as session:
        visit = session.get_one(Appointment, desk.visit_id)
        whole = {"clinic_id": kit.clinic_id, "appointment_id": visit.id, "starts_at": visit.starts_at}
        session.add_all([Claim(resource_id=kit.resources["chair-1"], ends_at=visit.ends_at, **whole),
                         Claim(resource_id=kit.resources["rn-1"], units=2, ends_at=visit.patient_leaves_at, **whole),
                         Claim(patient_id=visit.patient_id, ends_at=visit.patient_leaves_at, **whole)])
    return prove(client, desk.token)


def of(desk, table, **which):
    with desk.database.reading() as session:
        return session.scalars(select(table).filter_by(**which)).all()


def test_the_course_says_when_where_how_long_and_how_to_get_ready(client, desk):
    with desk.database.writing() as session:
        clinic = session.get(Clinic, desk.clinic_id)
        clinic.address, clinic.preparation_text = "12 Elm Street\nRockville", "Wear soft clothes."
    page = prove(client, desk.token)
    for words in ("Fri 9 Apr", "10:00 AM", "1 h 55 min", "12 Elm Street", "openstreetmap.org/search?query=12+Elm",
                  "Wear soft clothes.", "until the next day, after a good sleep", "Who takes me home"):
        assert words in page, words
    assert says_too_much(page) == []


def test_what_the_clinic_has_not_written_is_not_made_up(client, desk, course):
    assert "The clinic will tell you how to get ready." in course
    with desk.database.writing() as session:
        session.get(Clinic, desk.clinic_id).aftercare_text = "Rest at home.\n\nDrink water."
    page = client.get("/visit/all").text
    assert "<p>Rest at home.</p><p>Drink water.</p>" in page and "good sleep" not in page


def test_a_visit_moves_to_a_time_that_is_offered_and_back(client, desk, course):
    page = client.get(f"/visit/{desk.visit_id}/move").text
    starts = re.findall(r'name="start" value="([^"]+)"', page)
    assert starts and len(starts) == len({start[:13] for start in starts}), "one an hour"
    assert min(starts) >= "2027-04-03T10:00:00", "none within the clinic's notice of a day"
    done = press(client, page, f"/visit/{desk.visit_id}/move", start=starts[-1])
    assert "Done. Your visit is now on" in done.text
    assert desk.visit().wall_start.isoformat() == starts[-1]
    assert [one.kind for one in of(desk, Message, appointment_id=desk.visit_id, kind=MessageKind.CHANGE)] == [
        MessageKind.CHANGE], "a letter tells of it, in case it was not the patient"
    back = press(client, done.text, f"/visit/{desk.visit_id}/move/back")
    assert "has its old time again" in back.text
    assert desk.visit().starts_at == NOW + timedelta(days=7)


@pytest.mark.parametrize("start", ["2027-04-11T10:00:00", "2027-04-09T07:00:00", "2027-04-02T15:00:00", "never"])
def test_no_other_time_can_be_taken(client, desk, course, start):
    page = client.get(f"/visit/{desk.visit_id}/move").text
    refused = press(client, page, f"/visit/{desk.visit_id}/move", start=start)
    assert "note--attention" in refused.text and desk.visit().starts_at == NOW + timedelta(days=7)


def test_a_page_that_is_old_moves_nothing(client, desk, course):
    page = client.get(f"/visit/{desk.visit_id}/move").text
    desk.change(version=7)
    start = re.findall(r'name="start" value="([^"]+)"', page)[0]
    assert "has just changed" in press(client, page, f"/visit/{desk.visit_id}/move", start=start).text
    assert desk.visit().version == 7


def test_a_visit_that_is_near_is_the_desks(client, desk, course):
    with desk.database.writing() as session:
        session.get(Clinic, desk.clinic_id).own_change_hours = 24 * 8
    assert "too near to change it here" in client.get(f"/visit/{desk.visit_id}/move").text
    assert "To change it, please call us" in client.get(f"/visit/{desk.visit_id}/cancel").text
    assert f"/visit/{desk.visit_id}/move" not in client.get("/visit/all").text



@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_clinic_s_notice_holds_for_patients_too_where_it_is_the_longer(client, desk, course):
    page = client.get(f"/visit/{desk.visit_id}/move").text
    soon = min(re.findall(r'name="start" value="([^"]+)"', page))
    with desk.database.writing() as session:
        session.get(Clinic, desk.clinic_id).notice_hours = 24 * 4
    later = client.get(f"/visit/{desk.visit_id}/move").text
    assert min(re.findall(r'name="start" value="([^"]+)"', later)) >= "2027-04-06T10:00:00" > soon
    before = of(desk, Appointment, id=desk.visit_id)[0].wall_start
    assert "too near" in press(client, page, f"/visit/{desk.visit_id}/move", start=soon).text
    assert of(desk, Appointment, id=desk.visit_id)[0].wall_start == before
    with desk.database.writing() as session:
        session.get(Clinic, desk.clinic_id).notice_hours = 24 * 8
    assert "too near to change it here" in client.get(f"/visit/{desk.visit_id}/move").text


def test_a_visit_is_cancelled_with_a_reason_and_booked_again(client, desk, course):
    page = client.get(f"/visit/{desk.visit_id}/cancel").text
    assert "Please choose a reason" in press(client, page, f"/visit/{desk.visit_id}/cancel").text
    done = press(client, page, f"/visit/{desk.visit_id}/cancel", reason="time", more="A funeral")
    assert "This visit is cancelled" in done.text and "You are not alone" not in done.text
    assert desk.visit().status == AppointmentStatus.CANCELLED
    assert desk.visit().ended_reason == "Patient link: the time does not suit (A funeral)"
    press(client, done.text, f"/visit/{desk.visit_id}/cancel/back")
    assert desk.visit().status == AppointmentStatus.BOOKED


@pytest.mark.parametrize("reason", ["unwell", "unsure"])
def test_who_is_not_well_is_told_at_once_whom_to_reach(client, desk, course, reason):
    page = client.get(f"/visit/{desk.visit_id}/cancel").text
    done = press(client, page, f"/visit/{desk.visit_id}/cancel", reason=reason).text
    assert done.index("You are not alone") < done.index("Thank you for telling us")


def test_something_earlier_is_waited_for_and_no_longer(client, desk, course):
    page = press(client, course, f"/visit/{desk.visit_id}/wait", part="morning").text
    [entry] = of(desk, WaitlistEntry, appointment_id=desk.visit_id)
    assert (entry.to_time, entry.ended_at, entry.added_by) == (time(12), None, None)
    assert "We look for an earlier time." in page
    press(client, page, f"/visit/{desk.visit_id}/wait/end")
    assert of(desk, WaitlistEntry, appointment_id=desk.visit_id)[0].ended_at == NOW


def test_the_ride_home_is_named_shown_to_the_clinic_and_taken_back(client, desk, course, client_for):
    page = client.get(f"/visit/{desk.visit_id}/ride").text
    entered = {"name": " Bo   Reed ", "telephone": "301 555 0177", "agreed": "1"}
    shown = press(client, page, f"/visit/{desk.visit_id}/ride", **entered)
    assert "Way home: Bo Reed" in shown.text
    nurse = client_for(Role.CLINICIAN)
    for path in (f"/appointments/{desk.visit_id}", "/calendar/list?on=2027-04-09", "/my-day?span=two-weeks&who=all"):
        assert "Way home: Bo Reed" in nurse.get(path).text, path
    [ride] = of(desk, RideHome)
    assert (ride.name, ride.telephone, ride.confirmed_at) == ("Bo Reed", "+13015550177", NOW)
    press(client, page, f"/visit/{desk.visit_id}/ride", name="")
    assert of(desk, RideHome) == []


def test_another_patients_visit_is_not_there(client, desk, kit, course):
    with desk.database.writing() as session:
        stranger = build_visit(session, kit, desk.stranger(session, kit), NOW + timedelta(days=8))
    for path in ("move", "cancel", "ride"):
        assert client.get(f"/visit/{stranger}/{path}").status_code == 404
    page = client.get(f"/visit/{desk.visit_id}/move").text
    fields = {**desk.fields(page, "move"), "start": "2027-04-12T10:00:00", "version": "1"}
    client.post(f"/visit/{stranger}/move", data=fields)
    client.post(f"/visit/{stranger}/wait", data=fields)
    [row] = of(desk, Appointment, id=stranger)
    assert row.starts_at == NOW + timedelta(days=8) and of(desk, WaitlistEntry) == []


def test_any_visit_of_the_course_is_answered_once_the_date_of_birth_is_given(client, desk, course):
    later, = (row.id for row in of(desk, Appointment, patient_id=desk.patient_id) if row.id != desk.visit_id)
    form = next(part for part in course.split("<form") if f'name="visit" value="{later}"' in part)
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    assert client.post("/visit/confirm", data=fields).location == "/visit/all"
    assert [row.confirmed_at for row in of(desk, Appointment, id=later)] == [NOW]


def test_how_one_is_written_to_is_kept(client, desk, course):
    with desk.database.writing() as session:
        session.get(Clinic, desk.clinic_id).text_number = "+13015550199"
    page = client.get("/visit/messages").text
    assert "Alder: visit Fri Apr 9, 10:00 AM." in page and "News for you:" not in page
    wanted = {"channel": "text", "language": "es", "quiet_from": "21:00", "quiet_until": "09:30",
              "discretion": "link alone"}
    shown = press(client, page, "/visit/messages", **wanted)
    assert "Guardamos lo que eligió." in shown.text and "Hay noticias para usted" in shown.text
    [patient] = of(desk, Patient, id=desk.patient_id)
    assert (patient.preferred_channel, patient.language, patient.quiet_from, patient.quiet_until,
            patient.discretion) == (Channel.TEXT, "es", time(21), time(9, 30), Discretion.LINK_ALONE)


@pytest.mark.parametrize("wrong", [{"channel": "pigeon"}, {"channel": "text"}, {"quiet_from": "21:00"},
                                   {"quiet_from": "09:00", "quiet_until": "08:00"}, {"language": "tlh"},
                                   {"discretion": "everything"}, {"quiet_from": "25:00", "quiet_until": "8"}])
def test_what_cannot_be_meant_is_asked_again_and_changes_nothing(client, desk, course, wrong):
    page = client.get("/visit/messages").text
    before = desk.dump()
    right = {"channel": "email", "language": "en", "quiet_from": "", "quiet_until": "", "discretion": "time alone"}
    asked = press(client, page, "/visit/messages", **right | wrong)
    assert asked.status_code == 422 and 'role="alert"' in asked.text and desk.dump() == before


def test_messages_stop_and_begin_again(client, desk, course):
    shown = press(client, client.get("/visit/messages").text, "/visit/messages/stop").text
    assert "We will not write to you any more" in shown and "You get no letters and texts" in shown
    assert [row.withdrawn_at for row in of(desk, Consent, patient_id=desk.patient_id)] == [NOW]
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        assert "It is as it was before." in press(client, shown, "/visit/messages/stop/back").text
    rows = of(desk, Consent, patient_id=desk.patient_id)
    assert sorted(row.withdrawn_at is None for row in rows) == [False, True]
    assert [row.how for row in rows if row.withdrawn_at is None] == ["Patient link: took the stop back"]


def test_texts_are_shown_as_they_would_look_before_anything_is_kept(client, desk, course):
    page, before = client.get("/visit/messages").text, desk.dump()
    chosen = {"channel": "email", "language": "es", "quiet_from": "", "quiet_until": "", "discretion": "link alone"}
    looked = press(client, page, "/visit/messages", **chosen, act="look").text
    assert "Hay noticias para usted" in looked and 'value="link alone" checked' in looked
    part = client.post("/visit/messages/samples", data=desk.fields(page, "/visit/messages") | {
        "discretion": "time alone", "language": "en"})
    assert "Visit Fri Apr 9, 10:00 AM." in part.text and "<html" not in part.text and "Alder" not in part.text
    assert client.post("/visit/messages/samples", data=desk.fields(page, "/visit/messages")).status_code == 400
    assert desk.dump() == before


def test_one_agreement_is_taken_back_in_plain_words_and_stands_on_the_desks_list(client, desk, course):
    with desk.database.writing() as session:
        session.add(Consent(clinic_id=desk.clinic_id, patient_id=desk.patient_id, channel=Channel.TEXT,
                            granted_at=NOW - timedelta(days=1), wording="The very words."))
    page = client.get("/visit/messages").text
    assert "The very words." in page and "E-mail is not encrypted." in page and "You agreed on" in page
    fields = desk.fields(page, "/visit/messages/withdraw")
    shown = client.post("/visit/messages/withdraw", data=fields | {"channel": "text"}, follow_redirects=True).text
    assert "You have taken this back" in shown and "No more texts" not in shown and "No more e-mails" in shown
    [row] = of(desk, OptOut, patient_id=desk.patient_id)
    assert (row.channels, row.opted_out_at, row.taken_back_at) == ("text", NOW, None)
    assert client.post("/visit/messages/withdraw", data=fields | {"channel": "smoke"}).status_code == 422
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        press(client, shown, "/visit/messages/stop/back")
    assert [row.taken_back_at for row in of(desk, OptOut, patient_id=desk.patient_id)] == [NOW + timedelta(minutes=5)]


def test_a_stop_that_was_not_made_here_is_not_taken_back_here(client, desk, course):
    with desk.database.writing() as session:
        for row in session.scalars(select(Consent)):
            row.withdrawn_at = NOW
    page = client.get("/visit/messages").text
    answer = client.post("/visit/messages/stop/back", data=desk.fields(page, "/visit/messages"), follow_redirects=True)
    assert "To get messages again, please call us." in answer.text
    assert all(row.withdrawn_at for row in of(desk, Consent, patient_id=desk.patient_id))
