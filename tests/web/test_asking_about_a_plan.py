"""The page of new times, where a plan breaks a rule: the desk asks, a clinician looks and says yes or applies it."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine

from scheduler.planning.words import Role
from tests.builders import NOW
from tests.services.series_kit import book, build_course
from tests.web.test_series_pages import visits_of

LATE = NOW + timedelta(days=8)


@pytest.fixture
def series_id(database, kit) -> int:
    return book(database, build_course(database, kit)).series_id


def paused_for_ten_days(client, series_id: int) -> str:
    """Two infusions given, a pause, and the address of the plan in which the third comes too late."""
    for one in visits_of(client.get(f"/series/{series_id}").text)[:3]:
        client.post(f"/appointments/{one}/record", data={"what": "record"})
    client.post(f"/series/{series_id}/pause", data={"reason": "away"})
    client.post(f"/series/{series_id}/resume", data={"from_on": "2027-04-19", "reason": "back"})
    nothing = client.get(f"/series/{series_id}/replan").text
    assert "Nothing fits" in nothing
    ways = re.findall(r'href="([^"]+[?]way=[^"]+)"[^>]*>(.*?)</a>', nothing)
    return next(unescape(address) for address, words in ways if "later than the protocol allows" in words)


def shown_on(page: str) -> str:
    return unescape(re.search(r'name="shown" value="([^"]+)"', page)[1])


def test_the_desk_asks_from_the_page_and_a_clinician_says_yes(client_for, series_id) -> None:
    with time_machine.travel(LATE, tick=False):
        desk, clinician = client_for(), client_for(Role.CLINICIAN)
        way = paused_for_ten_days(desk, series_id)
        page = desk.get(way).text
        assert "Ask the clinician" in page and "after infusion 2" in page and "Apply" not in page
        data = {"shown": shown_on(page), "note": "a journey"}
        refused = desk.post(f"/series/{series_id}/replan", data={**data, "reason": "mine"})
        assert refused.status_code == 409 and "Only a clinician" in refused.text
        assert desk.post(f"/series/{series_id}/replan/ask", data={"shown": "x"}).status_code == 400
        asked = desk.post(f"/series/{series_id}/replan/ask", data=data)
        there = desk.get(asked.headers["Location"]).text
        assert "a clinician is asked" in there and re.search(r"/questions/[0-9]+/withdraw", there)
        assert desk.post(f"/series/{series_id}/replan/ask", data=data).status_code == 409
        mine = clinician.get("/my-day").text
        assert "a journey" in mine and "after infusion 2" in mine
        look = re.search(rf'href="(/series/{series_id}/replan[?]question=[0-9]+)"', mine)[1]
        assert "Apply all the same" in clinician.get(look).text
        assert clinician.get(f"/series/{series_id}/replan?question=999999").status_code == 404
        answer = re.search(r'action="(/questions/[0-9]+/answer)"', mine)[1]
        said = clinician.post(answer, data={"say": "yes", "words": "a pause does no harm"})
        assert "moved, as you decided" in clinician.get(said.headers["Location"]).text
        series = desk.get(f"/series/{series_id}").text
        assert "Rules set aside" in series and "a pause does no harm" in series and "no time:" not in series


def test_a_clinician_applies_it_with_a_reason_and_takes_it_back(client_for, series_id) -> None:
    with time_machine.travel(LATE, tick=False):
        clinician = client_for(Role.CLINICIAN)
        page = clinician.get(paused_for_ten_days(clinician, series_id)).text
        data = {"shown": shown_on(page)}
        bare = clinician.post(f"/series/{series_id}/replan", data={**data, "reason": " "})
        assert bare.status_code == 409 and "the reason is kept" in bare.text
        done = clinician.post(f"/series/{series_id}/replan", data={**data, "reason": "a pause does no harm"})
        there = clinician.get(done.headers["Location"]).text
        assert "Rules set aside" in there and "a pause does no harm" in there
        undo = re.search(r'action="(/changes/[0-9]+/undo)"', there)[1]
        back = clinician.get(clinician.post(undo).headers["Location"]).text
        assert "have no time" in back and "a pause does no harm" not in back
