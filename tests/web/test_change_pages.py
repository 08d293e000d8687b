"""Giving lost visits a new time, and moving one, as the desk does it."""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
import time_machine

from models import Clinic
from scheduler.planning.words import Role
from scheduler.services.booking.book_series import BookedSeries
from scheduler.services.booking.book_visit import BookVisit, book_visit
from scheduler.services.booking.promises import VisitPlace
from scheduler.services.clean_book import booking
from tests.builders import NOW, build_patient
from tests.services.series_kit import book, build_course
from tests.web.test_series_pages import visits_of


@pytest.fixture
def series_id(database, kit) -> int:
    booked = book(database, build_course(database, kit))
    assert isinstance(booked, BookedSeries)
    return booked.series_id


def test_a_cancelled_visit_gets_a_new_time_from_a_preview(client_for, series_id) -> None:
    with time_machine.travel(NOW, tick=False):
        client = client_for()
        third = visits_of(client.get(f"/series/{series_id}").text)[3]
        client.post(f"/appointments/{third}/cancel", data={"reason": "a cold"})
        preview = client.get(f"/series/{series_id}/replan").text
        assert "before anything is changed" in preview and "no time" in preview
        shown = re.search(r'name="shown" value="([^"]+)"', preview)
        assert shown is not None
        assert "1 visit has no time" in client.get(f"/series/{series_id}").text
        answer = client.post(f"/series/{series_id}/replan", data={"shown": shown[1]})
        assert answer.status_code == 303
        page = client.get(f"/series/{series_id}").text
        assert "the course is whole again" in page and "has no time" not in page and len(visits_of(page)) == 7
        stale = client.post(f"/series/{series_id}/replan", data={"shown": shown[1]})
        assert stale.status_code in (303, 409) and "moved; the course" not in stale.text


def test_a_touched_preview_is_answered_with_our_page(client_for, series_id) -> None:
    client = client_for()
    assert client.post(f"/series/{series_id}/replan", data={"shown": "nonsense"}).status_code == 400
    assert client.get(f"/series/{series_id}/replan?way=nonsense").status_code == 400


def test_a_visit_moves_to_a_time_that_is_offered_is_moved_back_and_the_old_page_is_stale(client_for, series_id) -> None:
    with time_machine.travel(NOW, tick=False):
        client = client_for()
        last = visits_of(client.get(f"/series/{series_id}").text)[-1]
        page = client.get(f"/appointments/{last}/move").text
        ghosts = [unescape(one) for one in re.findall(r'href="([^"]+[?]to=[^"]+)"', page)]
        assert len(ghosts) > 10
        ghost = client.get(ghosts[0]).text
        assert "Keeps every rule" in ghost and "one e-mail about all of it" not in ghost
        assert "The confirmation has not gone out yet" in ghost
        to = re.search(r'name="to" value="([^"]+)"', ghost)[1]
        answer = client.post(f"/appointments/{last}/move", data={"to": to, "version": "1"})
        there = client.get(answer.headers["Location"]).text
        assert answer.status_code == 303 and "this is the new time" in there
        again = client.post(f"/appointments/{last}/move", data={"to": to, "version": "1"})
        assert again.status_code == 409
        undo = re.search(r'action="(/changes/[0-9]+/undo)"', there)
        back = client.post(undo[1])
        assert back.status_code == 303 and "back where it stood" in client.get(back.headers["Location"]).text
        assert "/undo" not in client.get(f"/series/{series_id}").text
        assert "already" in client.get(client.post(undo[1]).headers["Location"]).text


@pytest.mark.parametrize("to", ["", "tomorrow", "2027-04-20T09:00+00:00"])
def test_an_unreadable_time_is_a_400(client_for, series_id, to) -> None:
    client = client_for()
    first = visits_of(client.get(f"/series/{series_id}").text)[0]
    assert client.post(f"/appointments/{first}/move", data={"to": to, "version": "1"}).status_code == 400
    assert client.post(f"/appointments/{first}/ask", data={"to": to}).status_code == 400
    if to:
        assert client.get(f"/appointments/{first}/move", query_string={"to": to}).status_code == 400


def test_a_time_that_breaks_a_rule_is_refused_with_the_rule(client_for, series_id) -> None:
    with time_machine.travel(NOW, tick=False):
        client = client_for()
        third = visits_of(client.get(f"/series/{series_id}").text)[3]
        ghost = client.get(f"/appointments/{third}/move?to=2027-04-13T09:00").text
        assert "would begin 1 day after infusion 3" in ghost and "Ask the clinician" in ghost
        assert "Move it all the same" not in ghost
        answer = client.post(f"/appointments/{third}/move",
                             data={"to": "2027-04-13T09:00", "version": "1", "reason": "because"})
    assert answer.status_code == 409 and "Only a clinician may set this aside" in answer.text


def test_a_clinician_sets_a_rule_aside_with_a_reason_which_the_series_shows(client_for, series_id) -> None:
    with time_machine.travel(NOW, tick=False):
        client = client_for(Role.CLINICIAN)
        third = visits_of(client.get(f"/series/{series_id}").text)[3]
        data = {"to": "2027-04-13T09:00", "version": "1"}
        bare = client.post(f"/appointments/{third}/move", data=data)
        assert bare.status_code == 409 and "the reason is kept" in bare.text
        done = client.post(f"/appointments/{third}/move", data={**data, "reason": "travels on Monday"})
        assert done.status_code == 303
        page = client.get(f"/series/{series_id}").text
        assert "Rules set aside" in page and "travels on Monday" in page


def test_the_desk_asks_and_a_clinician_says_yes_on_their_own_page(client_for, series_id) -> None:
    with time_machine.travel(NOW, tick=False):
        desk, clinician = client_for(), client_for(Role.CLINICIAN)
        third = visits_of(desk.get(f"/series/{series_id}").text)[3]
        asked = desk.post(f"/appointments/{third}/ask", data={"to": "2027-04-13T09:00", "note": "a journey"})
        assert "a clinician is asked" in desk.get(asked.headers["Location"]).text
        twice = desk.post(f"/appointments/{third}/ask", data={"to": "2027-04-13T10:00"})
        assert twice.status_code == 409 and "asked about this visit already" in twice.text
        page = clinician.get("/my-day").text
        assert "Asked of you" in page and "a journey" in page and "Waits for an answer" not in page
        answer = re.search(r'action="(/questions/[0-9]+/answer)"', page)[1]
        assert desk.post(answer, data={"say": "yes"}).status_code == 403
        assert clinician.post(answer, data={"say": "perhaps"}).status_code == 400
        said = clinician.post(answer, data={"say": "yes"})
        assert "the reason is kept" in clinician.get(said.headers["Location"]).text
        done = clinician.post(answer, data={"say": "yes", "words": "fine by me"})
        assert "moved, as you decided" in clinician.get(done.headers["Location"]).text
        assert "fine by me" in desk.get("/worklists/questions").text
        assert "fine by me" in desk.get(f"/series/{series_id}").text


def test_a_no_leaves_the_visit_where_it_is(client_for, series_id) -> None:
    with time_machine.travel(NOW, tick=False):
        desk, clinician = client_for(), client_for(Role.CLINICIAN)
        third = visits_of(desk.get(f"/series/{series_id}").text)[3]
        desk.post(f"/appointments/{third}/ask", data={"to": "2027-04-13T09:00"})
        answer = re.search(r'action="(/questions/[0-9]+/answer)"', clinician.get("/my-day").text)[1]
        clinician.post(answer, data={"say": "no", "words": "too close"})
        page = desk.get(f"/appointments/{third}").text
        assert "too close" in page and "Mon 12 Apr, 9:00" in page
        assert "answered already" in clinician.get(clinician.post(answer, data={"say": "yes"}).headers["Location"]).text


def test_after_a_cancellation_new_times_are_offered_at_once(client_for, series_id) -> None:
    with time_machine.travel(NOW, tick=False):
        client = client_for()
        third = visits_of(client.get(f"/series/{series_id}").text)[3]
        answer = client.post(f"/appointments/{third}/cancel", data={"reason": "a cold"})
        offered = client.get(answer.headers["Location"])
        assert "A new time for" in offered.text and "Not now" in offered.text
        listed = client.get("/worklists/without-time").text
        assert "a cold" in listed and f"/appointments/{third}/place-anew" in listed
        taken = re.search(r'name="shown" value="([^"]+)"', offered.text)
        to = re.search(r'name="to" value="([^"]+)"', offered.text)[1]
        if taken:
            done = client.post(f"/appointments/{third}/move/rest", data={"to": to, "shown": unescape(taken[1])})
        else:
            done = client.post(f"/appointments/{third}/move", data={"to": to, "version": "2"})
        assert done.status_code == 303
        assert "Every visit has a time" in client.get("/worklists/without-time").text


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_times_offered_at_once_keep_the_clinic_s_notice(client_for, series_id, database, kit) -> None:
    with time_machine.travel(NOW, tick=False):
        client = client_for()
        last = visits_of(client.get(f"/series/{series_id}").text)[-1]
        client.post(f"/appointments/{last}/cancel", data={"reason": "a cold"})
        times = re.findall(r'name="to" value="([^"]+)"', client.get(f"/appointments/{last}/place-anew").text)
        soon = datetime.fromisoformat(min(times)).replace(tzinfo=ZoneInfo("America/New_York"))
        with database.writing() as session:
            session.get_one(Clinic, kit.clinic_id).notice_hours = math.ceil((soon - NOW) / timedelta(hours=1)) + 1
        later = re.findall(r'name="to" value="([^"]+)"', client.get(f"/appointments/{last}/place-anew").text)
        assert later and min(later) >= f"{soon + timedelta(hours=1):%Y-%m-%dT%H:%M}"


def test_moving_the_rest_as_well_is_one_act(client_for, series_id) -> None:
    with time_machine.travel(NOW, tick=False):
        client = client_for()
        third = visits_of(client.get(f"/series/{series_id}").text)[3]
        ghost = client.get(f"/appointments/{third}/move?to=2027-04-15T09:00").text
        shown = re.search(r'name="shown" value="([^"]+)"', ghost)
        assert shown is not None and "This and the rest re-planned" in ghost
        data = {"to": "2027-04-15T09:00", "shown": unescape(shown[1])}
        done = client.post(f"/appointments/{third}/move/rest", data=data)
        page = client.get(done.headers["Location"]).text
        assert "one letter about all of it" in page and "Thu 15 Apr, 9:00" in page
        assert client.post(f"/appointments/{third}/move/rest", data=data).status_code == 409
        assert client.post(f"/appointments/{third}/move/rest", data={**data, "shown": "x"}).status_code == 400


def test_a_visit_of_no_series_moves_as_well(client_for, database, kit) -> None:
    with time_machine.travel(NOW, tick=False):
        client = client_for()
        with database.writing() as session:
            patient_id = build_patient(session, kit)
        place = VisitPlace(kit.visit_types["therapy"], datetime(2027, 4, 12, 9), {"therapist": kit.resources["th-1"]})
        with booking(database, now=NOW) as session:
            row_id = book_visit(session, BookVisit(patient_id, place, "key"), by=kit.viewer(), now=NOW).appointment_id
        ghost = client.get(f"/appointments/{row_id}/move?to=2027-04-13T10:00").text
        assert "Keeps every rule" in ghost and "the rest re-planned" not in ghost
        assert client.post(f"/appointments/{row_id}/move", data={"to": "2027-04-13T10:00", "version": "1"}
                           ).status_code == 303
        late = client.post(f"/appointments/{row_id}/move", data={"to": "2027-04-13T22:00", "version": "2"})
        assert late.status_code == 409 and "opening hours" in late.text


def test_a_plan_that_breaks_a_gap_is_a_clinician_s_to_take_and_the_desk_s_to_ask_for(client_for, series_id) -> None:
    """The first two infusions are given: the third cannot come weeks later and keep its distance."""
    with time_machine.travel(NOW + timedelta(days=8), tick=False):
        desk, clinician = client_for(), client_for(Role.CLINICIAN)
        *done, third = visits_of(desk.get(f"/series/{series_id}").text)[:4]
        for one in done:
            desk.post(f"/appointments/{one}/record", data={"what": "record"})
        ghost = desk.get(f"/appointments/{third}/move?to=2027-04-22T09:00").text
        assert "keep their order" in ghost and "would begin 13 days after infusion 2" in ghost
        shown = unescape(re.search(r'name="shown" value="([^"]+)"', clinician.get(
            f"/appointments/{third}/move?to=2027-04-22T09:00").text)[1])
        data = {"to": "2027-04-22T09:00", "shown": shown, "reason": "because"}
        refused = desk.post(f"/appointments/{third}/move/rest", data=data)
        assert refused.status_code == 409 and "Only a clinician" in refused.text
        desk.post(f"/appointments/{third}/ask", data={"to": "2027-04-22T09:00", "scope": "rest", "note": "a journey"})
        page = clinician.get("/my-day").text
        assert "and the rest re-planned" in page and "a journey" in page
        answer = re.search(r'action="(/questions/[0-9]+/answer)"', page)[1]
        done = clinician.post(answer, data={"say": "yes", "words": "a pause does no harm"})
        assert "moved, as you decided" in clinician.get(done.headers["Location"]).text
        series = desk.get(f"/series/{series_id}").text
        assert "Thu 22 Apr, 9:00" in series and "a pause does no harm" in series and "Rules set aside" in series
        assert "4 visits moved" in series


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_to_resume_can_be_taken_back_from_the_confirmation(client_for, series_id) -> None:
    with time_machine.travel(NOW, tick=False):
        client = client_for()
        client.post(f"/series/{series_id}/pause", data={"reason": "away"})
        resumed = client.post(f"/series/{series_id}/resume", data={"from_on": "2027-04-15", "reason": "back"})
        there = client.get(resumed.headers["Location"]).text
        undo = re.search(r'action="(/changes/[0-9]+/undo)"', there)
        assert "runs again" in there and undo is not None
        assert "Resumed" in client.get(f"/series/{series_id}").text
        page = client.get(client.post(undo[1]).headers["Location"]).text
        assert "the series is paused again" in page and "Resumption taken back" in page and "Resume the series" in page
