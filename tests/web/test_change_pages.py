"""Giving lost visits a new time, and moving one, as the desk does it."""

from __future__ import annotations

import re

import pytest
import time_machine

from scheduler.services.book_series import BookedSeries
from tests.builders import NOW
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


def test_a_visit_moves_to_a_time_that_is_offered_and_the_old_page_is_stale(client_for, series_id) -> None:
    with time_machine.travel(NOW, tick=False):
        client = client_for()
        last = visits_of(client.get(f"/series/{series_id}").text)[-1]
        page = client.get(f"/appointments/{last}/move").text
        starts = re.findall(r'name="start" value="([^"]+)"', page)
        assert len(starts) > 10
        answer = client.post(f"/appointments/{last}/move", data={"start": starts[0], "version": "1"})
        assert answer.status_code == 303 and "this is the new time" in client.get(answer.headers["Location"]).text
        again = client.post(f"/appointments/{last}/move", data={"start": starts[1], "version": "1"})
        assert again.status_code == 409


@pytest.mark.parametrize("start", ["", "tomorrow", "2027-04-20T09:00+00:00"])
def test_an_unreadable_time_is_a_400(client_for, series_id, start) -> None:
    client = client_for()
    first = visits_of(client.get(f"/series/{series_id}").text)[0]
    assert client.post(f"/appointments/{first}/move", data={"start": start, "version": "1"}).status_code == 400


def test_a_time_that_breaks_the_rules_is_refused_in_words(client_for, series_id) -> None:
    with time_machine.travel(NOW, tick=False):
        client = client_for()
        third = visits_of(client.get(f"/series/{series_id}").text)[2]
        answer = client.post(f"/appointments/{third}/move", data={"start": "2027-04-30T09:00", "version": "1"})
    assert answer.status_code == 409 and "does not keep the protocol" in answer.text
