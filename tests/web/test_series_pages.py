"""A series' page, and what the desk says of a visit with one button."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine

from scheduler.planning.words import Role
from scheduler.services.booking.book_series import BookedSeries
from tests.builders import NOW
from tests.services.series_kit import book, build_course


@pytest.fixture
def series_id(database, kit) -> int:
    booked = book(database, build_course(database, kit))
    assert isinstance(booked, BookedSeries)
    return booked.series_id


def visits_of(page: str) -> list[int]:
    """The appointments of a page's table, in its order."""
    return [int(found) for found in re.findall(r'href="/appointments/(\d+)" data-row', page)]


def test_a_series_shows_its_course_and_every_visit(client_for, series_id) -> None:
    page = client_for().get(f"/series/{series_id}").text
    assert "0 of 6 infusions given" in page and "Infusion 6 of 6" in page and "<svg" in page
    assert len(visits_of(page)) == 7


def test_an_arrival_is_said_with_initials_and_can_be_undone(client_for, series_id) -> None:
    client = client_for()
    first = visits_of(client.get(f"/series/{series_id}").text)[0]
    client.post(f"/appointments/{first}/record", data={"what": "check in", "then": f"/series/{series_id}"})
    page = client.get(f"/series/{series_id}").text
    assert "A. Q., " in page and "has arrived" in page and "Arrived" in page
    client.post(f"/appointments/{first}/undo")
    assert "taken back" in client.get(f"/appointments/{first}").text


def test_a_no_show_before_the_hour_is_refused_in_a_sentence(client_for, series_id) -> None:
    with time_machine.travel(NOW, tick=False):
        client = client_for()
        first = visits_of(client.get(f"/series/{series_id}").text)[0]
        client.post(f"/appointments/{first}/record", data={"what": "mark no-show"})
        assert "has not begun yet" in client.get(f"/appointments/{first}").text


def test_a_cancelled_visit_leaves_the_others_and_can_be_booked_again(client_for, series_id) -> None:
    with time_machine.travel(NOW, tick=False):
        client = client_for()
        third = visits_of(client.get(f"/series/{series_id}").text)[2]
        assert client.post(f"/appointments/{third}/cancel", data={"reason": " "}).status_code == 422
        client.post(f"/appointments/{third}/cancel", data={"reason": "a cold"})
        page = client.get(f"/series/{series_id}").text
        assert "1 visit has no time" in page and page.count('badge-word">Booked<') == len(visits_of(page)) - 1
        client.post(f"/appointments/{third}/cancel/undo")
        assert "has no time" not in client.get(f"/series/{series_id}").text


def test_a_stopped_series_runs_again_after_undo(client_for, series_id) -> None:
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        client = client_for()
        client.post(f"/series/{series_id}/stop", data={"reason": "better already"})
        assert "Stopped" in client.get(f"/series/{series_id}").text
        client.post(f"/series/{series_id}/stop/undo")
        assert "Active" in client.get(f"/series/{series_id}").text


@pytest.mark.parametrize("then", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example"])
def test_the_way_back_never_leaves_the_house(client_for, series_id, then) -> None:
    client = client_for()
    first = visits_of(client.get(f"/series/{series_id}").text)[0]
    answer = client.post(f"/appointments/{first}/record", data={"what": "check in", "then": then})
    assert answer.headers["Location"] == f"/appointments/{first}"


def test_a_therapist_sees_the_series_and_cannot_stop_it(client_for, series_id) -> None:
    client = client_for(Role.THERAPIST)
    assert "Stop the series" not in client.get(f"/series/{series_id}").text
    assert client.get(f"/series/{series_id}/stop").status_code == 403
