"""The date of birth stands before everything that changes a visit or shows the course; guessing it gets nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from models import AuditEntry, Call, PatientLink
from scheduler.planning.words import CallResult
from scheduler.queries.call_list import CallWhy, call_list
from scheduler.services.by_link.prove_birth_date import TRIES_A_LINK, TRIES_A_PATIENT, ProveBirthDate, prove_birth_date
from tests.builders import NOW
from tests.web.patient.letters import BORN, open_link, press, prove

BEHIND = ("/visit/messages", "/visit/{id}/move", "/visit/{id}/cancel", "/visit/{id}/ride")
CHANGES = ("/visit/messages", "/visit/messages/stop", "/visit/messages/stop/back", "/visit/messages/withdraw",
           "/visit/messages/samples", "/visit/{id}/move",
           "/visit/{id}/move/back", "/visit/{id}/cancel", "/visit/{id}/cancel/back", "/visit/{id}/wait",
           "/visit/{id}/wait/end", "/visit/{id}/ride")


def test_nothing_is_shown_or_changed_before_it_is_given(client, desk):
    open_link(client, desk.token)
    before = desk.dump()
    for path in BEHIND:
        path = path.format(id=desk.visit_id)
        asked = client.get(path)
        assert (asked.status_code, asked.location) == (303, f"/visit/birth-date?then={path}")
    for path in CHANGES:
        asked = client.post(path.format(id=desk.visit_id), data={"csrf_token": desk.csrf(client)})
        assert (asked.status_code, asked.location) == (303, "/visit/birth-date?then=/visit/all")
    assert "What to expect after" not in client.get("/visit/all").text
    assert desk.dump() == before


def test_the_right_one_leads_on_and_is_asked_once(client, desk):
    open_link(client, desk.token)
    asked = client.get(f"/visit/{desk.visit_id}/move", follow_redirects=True).text
    on = press(client, asked, "/visit/birth-date", **BORN)
    assert on.request.path == f"/visit/{desk.visit_id}/move" and "Find another time" in on.text
    assert "How should we reach you?" in client.get("/visit/messages").text
    assert "What to expect after" in client.get("/visit/all").text


def test_another_letter_asks_again(client, desk):
    prove(client, desk.token)
    open_link(client, desk.all_token)
    assert client.get("/visit/messages").status_code == 303


@pytest.mark.parametrize("then", ["https://else.example", "//else.example", "/visit/\\elsewhere", "/patients"])
def test_it_leads_nowhere_else(client, desk, then):
    open_link(client, desk.token)
    asked = client.get("/visit/birth-date", query_string={"then": then}).text
    assert press(client, asked, "/visit/birth-date", **BORN).request.path == "/visit/all"


@pytest.mark.parametrize("given", [{"day": "31", "month": "2", "year": "1980"}, {"day": "", "month": "5", "year": "x"}])
def test_what_is_no_date_is_not_counted(client, desk, given):
    asked = open_link(client, desk.token) and client.get("/visit/birth-date").text
    for _ in range(TRIES_A_LINK + 1):
        assert "That is not a date" in press(client, asked, "/visit/birth-date", **given).text
    assert "What to expect after" in press(client, asked, "/visit/birth-date", **BORN).text


def test_ten_thousand_guesses_get_nothing_and_the_desk_is_told(client, desk, kit, request):
    wanted = request.config.getoption("--attempts") and 10_000 or 300
    tries, found = 0, 0
    with desk.database.writing() as session:
        link_id = session.scalars(select(PatientLink.id).order_by(PatientLink.id)).first()
        for number in range(wanted):
            born = desk.born - timedelta(days=wanted - 10 - number)  # the right one is among them
            result = prove_birth_date(session, ProveBirthDate(link_id, born), now=NOW)
            tries, found = tries + 1, found + (type(result).__name__ == "Proven")
    assert (tries, found) == (wanted, 0)
    asked = open_link(client, desk.token) and client.get("/visit/birth-date").text
    assert "Please call us" in asked and "<form" not in asked.split("<main")[1].split("</main")[0]
    with desk.database.reading() as session:
        entries = session.scalars(select(AuditEntry.subject_id).where(AuditEntry.verb == "lock link")).all()
        calls = call_list(session, kit.clinic_id, "America/New_York", now=NOW).to_call
        assert entries == [desk.patient_id]
        assert [(row.patient_id, [one.why for one in row.reasons]) for row in calls] == [
            (desk.patient_id, [CallWhy.LOCKED])]


def test_a_locked_letter_still_takes_the_answer(client, desk):
    with desk.database.writing() as session:
        session.execute(update(PatientLink).values(wrong_tries=TRIES_A_LINK, locked_at=NOW))
    page = open_link(client, desk.token).text
    assert "Thank you, see you then" in press(client, page, "/visit/confirm").text


def test_letter_after_letter_does_not_give_more_guesses(database, desk):
    """Whoever reads the patient's mail and asks for link after link is stopped as well, until the desk has called."""
    wrong = 0
    for number in range(6):
        token = desk.another_link(NOW + timedelta(minutes=number))
        for _ in range(TRIES_A_LINK):
            with database.writing() as session:
                link_id = desk.link_id(session, token)
                prove_birth_date(session, ProveBirthDate(link_id, desk.born + timedelta(days=1)), now=NOW)
    with database.reading() as session:
        wrong = sum(session.scalars(select(PatientLink.wrong_tries)))
    assert wrong == TRIES_A_PATIENT
    later = NOW + timedelta(hours=1)
    with database.writing() as session:
        session.add(Call(clinic_id=desk.clinic_id, patient_id=desk.patient_id, result=CallResult.REACHED,
                         called_at=later))
    token = desk.another_link(later + timedelta(minutes=1))
    with database.writing() as session:
        result = prove_birth_date(session, ProveBirthDate(desk.link_id(session, token), desk.born), now=later)
    assert type(result).__name__ == "Proven"
