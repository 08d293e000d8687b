"""The line of crisis flags on every page: it names nobody, and goes once somebody says that they see to it."""

from __future__ import annotations

import pytest
import time_machine

from models import InboundText
from scheduler.planning.words import InboundMeaning, InboundState, Role
from tests.builders import NOW, build_patient
from tests.inbound_kit import build_text

M = InboundMeaning


@pytest.fixture(autouse=True)
def at_the_desk():
    with time_machine.travel(NOW, tick=False):
        yield


def text(database, kit, body="Where may I park?", **facts) -> int:
    with database.writing() as session:
        return build_text(session, kit, build_patient(session, kit), body, **facts)


@pytest.mark.parametrize("role", Role)
def test_every_role_sees_the_line_reads_the_text_and_says_that_they_see_to_it(client_for, database, kit, role):
    flagged = text(database, kit, "I am in danger", meaning=M.CRISIS)
    client = client_for(role)
    page = client.get("/calendar").text
    assert "A message may speak of crisis" in page and "not an assessment" in page
    assert "Ada" not in page.split("</header>")[1].split("<main")[0]
    shown = client.get(f"/texts/{flagged}").text
    assert "I am in danger" in shown and "Ada" not in shown.split("</title>")[0]
    assert client.post(f"/texts/{flagged}/take").status_code == 303
    assert "may speak of crisis: read" not in client.get("/calendar").text
    with database.reading() as session:
        row = session.get_one(InboundText, flagged)
        assert (row.state, row.taken_by, row.taken_at) == (InboundState.TAKEN, kit.staff[role], NOW)


def test_the_line_is_asked_for_alone_and_stays_still_where_nothing_changed(client_for, database, kit):
    client = client_for()
    assert client.get("/flags").status_code == 204
    flagged = text(database, kit, "I am in danger", meaning=M.CRISIS)
    part = client.get("/flags").text
    assert "read it now" in part and "<html" not in part
    assert client.get(f"/flags?shown={flagged}").status_code == 204
    client.post(f"/texts/{flagged}/take")
    assert client.get(f"/flags?shown={flagged}").status_code == 200


def test_what_a_page_asks_by_itself_never_leads_away_from_it(client_for):
    answer = client_for(None).get("/flags", headers={"HX-Request": "true", "X-Background": "yes"})
    assert answer.status_code == 401 and "HX-Redirect" not in answer.headers


def test_a_therapist_reads_flags_and_no_other_text(client_for, database, kit):
    other = text(database, kit)
    client = client_for(Role.THERAPIST)
    assert client.get(f"/texts/{other}").status_code == 404
    assert client.post(f"/texts/{other}/take").status_code == 404
