"""A clinician's day, and recording what happened with a note."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from models import Resource
from scheduler.planning.words import Role
from scheduler.services.booking.book_series import BookedSeries
from tests.builders import NOW
from tests.services.series_kit import book, build_course
from tests.web.test_series_pages import visits_of

MONDAY_MORNING = NOW + timedelta(days=3, hours=-3)


@pytest.fixture
def series(database, kit) -> BookedSeries:
    with database.writing() as session:
        session.get_one(Resource, kit.resources["rn-1"]).staff_id = kit.staff[Role.CLINICIAN]
    booked = book(database, build_course(database, kit))
    assert isinstance(booked, BookedSeries)
    return booked


def test_mine_are_those_of_my_own_resource(client_for, series) -> None:
    with time_machine.travel(MONDAY_MORNING, tick=False):
        client = client_for(Role.CLINICIAN)
        assert "No visits of yours today" in client.get("/my-day").text
        assert "Ada Quill" in client.get("/my-day?who=all").text
        mine = client.get("/my-day?span=two-weeks").text
    assert mine.count("of 6</td>") + mine.count("of 6<br>") == 5 and "Therapy" not in visits_words(mine)


def visits_words(page: str) -> str:
    """The third column of the table."""
    return " ".join(part.split("<")[0] for part in page.split('data-label="Visit">')[1:])


def test_an_unconfirmed_visit_and_an_unrecorded_infusion_are_to_be_seen_to(client_for, series) -> None:
    with time_machine.travel(MONDAY_MORNING + timedelta(days=3), tick=False):
        page = client_for(Role.CLINICIAN).get("/my-day?span=two-weeks").text
    assert "The last infusion is not recorded" in page and "Not yet confirmed" in page


def test_a_note_is_kept_for_clinicians_and_not_shown_to_the_desk(client_for, series) -> None:
    with time_machine.travel(MONDAY_MORNING + timedelta(days=2, hours=4), tick=False):
        doctor, desk = client_for(Role.CLINICIAN), client_for(Role.FRONT_DESK)
        first = visits_of(doctor.get(f"/series/{series.series_id}").text)[1]
        assert "Mark as given" in doctor.get(f"/appointments/{first}/care").text
        answer = doctor.post(f"/appointments/{first}/care", data={"note": "Calm throughout."})
        assert answer.headers["Location"] == f"/series/{series.series_id}"
        page = doctor.get(f"/series/{series.series_id}").text
        assert "recorded as given" in page and "Calm throughout." in page and "1 of 6 infusions given" in page
        assert "Calm throughout." not in desk.get(f"/series/{series.series_id}").text
        assert desk.get(f"/appointments/{first}/care").status_code == 403


def test_a_visit_that_is_recorded_already_is_refused_and_the_note_stays_in_the_form(client_for, series) -> None:
    with time_machine.travel(MONDAY_MORNING + timedelta(days=2, hours=4), tick=False):
        doctor = client_for(Role.CLINICIAN)
        first = visits_of(doctor.get(f"/series/{series.series_id}").text)[1]
        doctor.post(f"/appointments/{first}/care", data={"note": "One."})
        again = doctor.post(f"/appointments/{first}/care", data={"note": "Two words."})
    assert again.status_code == 409 and "Two words." in again.text
