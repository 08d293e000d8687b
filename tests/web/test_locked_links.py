"""A patient's links that wrong dates of birth have locked: the desk unlocks them, sends a new one, takes that back."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from models import AuditEntry, Message, PatientLink
from scheduler.planning.words import MessageKind, Role
from tests.builders import NOW, build_clinic, build_patient
from tests.web.patient.letters import Desk


@pytest.fixture
def desk(database, kit) -> Desk:
    with time_machine.travel(NOW, tick=False):
        desk = Desk(database, kit)
        with database.writing() as session:
            link = session.get_one(PatientLink, desk.link_id(session, desk.token))
            link.wrong_tries, link.locked_at = 5, NOW - timedelta(hours=1)
        yield desk


def links(desk) -> list[tuple]:
    with desk.database.reading() as session:
        rows = session.scalars(select(PatientLink).where(
            PatientLink.patient_id == desk.patient_id).order_by(PatientLink.id)).all()
        return [(row.wrong_tries, row.locked_at, row.expires_at) for row in rows]


def test_the_desk_unlocks_from_the_patients_page_and_takes_it_back(client_for, desk):
    client, page = client_for(), f"/patients/{desk.patient_id}"
    before = links(desk)
    assert "Too many wrong dates of birth were tried" in client.get(page).text
    shown = client.post(f"{page}/links/unlock", follow_redirects=True).text
    assert "are unlocked. The old ones have ended" in shown and "Too many wrong dates" not in shown
    assert links(desk)[0] == (0, None, NOW) and links(desk)[1] == before[1]
    assert "is locked any more" in client.post(f"{page}/links/unlock", follow_redirects=True).text
    again = client.post(f"{page}/links/lock-again", follow_redirects=True).text
    assert "locked again" in again and "Too many wrong dates" in again and links(desk) == before
    assert "is locked any more" in client.post(f"{page}/links/lock-again", follow_redirects=True).text
    with desk.database.reading() as session:
        assert session.scalars(select(AuditEntry.verb).where(AuditEntry.subject_type == "patient",
                                                             AuditEntry.verb != "view")).all() == [
            "unlock links", "lock links again"]


def test_the_list_of_calls_has_the_button_and_loses_the_row(client_for, desk):
    client, calls = client_for(), "/worklists/calls"
    assert f"/patients/{desk.patient_id}/links/unlock" in client.get(calls).text
    shown = client.post(f"/patients/{desk.patient_id}/links/unlock", data={"then": calls}, follow_redirects=True)
    assert shown.request.path == calls and "/links/unlock" not in shown.text


def test_a_new_link_goes_to_the_address_on_file_once(client_for, desk):
    client = client_for()
    for _ in range(2):
        shown = client.post(f"/patients/{desk.patient_id}/links/send", follow_redirects=True).text
        assert "A new link goes to A. Q. by e-mail." in shown
    with desk.database.reading() as session:
        assert len(session.scalars(select(Message).where(Message.kind == MessageKind.NEW_LINK)).all()) == 1


def test_whom_nothing_reaches_is_sent_no_link(client_for, database, kit):
    with database.writing() as session:
        patient_id = build_patient(session, kit, consents=())
    assert "/links/send" not in client_for().get(f"/patients/{patient_id}").text
    shown = client_for().post(f"/patients/{patient_id}/links/send", follow_redirects=True).text
    assert "No link can go out. There is no consent" in shown


@pytest.mark.parametrize("act", ["unlock", "lock-again", "send"])
def test_who_may_not_send_and_strangers_get_nothing(client_for, desk, database, act):
    with database.writing() as session:
        other = build_patient(session, build_clinic(session, "Birch Clinic"), "Bob")
    assert client_for(Role.CLINICIAN).post(f"/patients/{desk.patient_id}/links/{act}").status_code == 403
    assert client_for().post(f"/patients/{other}/links/{act}").status_code == 404
