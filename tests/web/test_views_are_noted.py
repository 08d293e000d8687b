"""Whoever looks at a patient is written down: who, which page, which patient; never what was seen."""

from __future__ import annotations

import pytest
from flask import abort
from sqlalchemy import select

from models import AuditEntry
from scheduler.access import Permission
from scheduler.database import DatabaseBusy
from scheduler.planning.words import Role
from scheduler.web import door
from tests.builders import build_patient
from tests.web.strangers import strangers_ids


@pytest.fixture
def shown(app, database, kit, client_for):
    """A signed-in desk, a patient's id, and the entries that its views leave."""
    @door.needs(Permission.SEE_PATIENTS)
    def look(patient_id: int):
        if patient_id != ours:
            abort(404)
        return "a page"
    app.add_url_rule("/look/<int:patient_id>", "look", look, methods=["GET", "POST"])
    with database.writing() as session:
        ours = build_patient(session, kit)

    def entries() -> list[AuditEntry]:
        with database.reading() as reading:
            rows = reading.scalars(select(AuditEntry).where(AuditEntry.verb == "view")).all()
            reading.expunge_all()
            return list(rows)
    return client_for(Role.FRONT_DESK), ours, entries


def test_a_view_leaves_one_entry_with_ids_alone(shown, kit) -> None:
    client, ours, entries = shown
    client.get(f"/look/{ours}")
    (entry,) = entries()
    assert (entry.clinic_id, entry.staff_id, entry.patient_id) == (
        kit.clinic_id, kit.staff[Role.FRONT_DESK], ours)
    assert (entry.subject_type, entry.subject_id, entry.detail) == ("patient", ours, {"page": "look"})


@pytest.mark.parametrize("ask", [
    lambda client, ours: client.get(f"/look/{ours + 1000}"),
    lambda client, ours: client.post(f"/look/{ours}"),
    lambda client, ours: client.get(f"/look/{ours}", headers={"X-Background": "yes"}),
])
def test_what_showed_nothing_new_to_a_person_leaves_none(shown, ask) -> None:
    client, ours, entries = shown
    ask(client, ours)
    assert entries() == []


def test_another_clinic_s_patient_leaves_no_entry_in_ours(shown, database) -> None:
    client, _, entries = shown
    with database.writing() as session:
        stranger = strangers_ids(session)["patient_id"]
    assert client.get(f"/look/{stranger}").status_code == 404
    assert entries() == []


def test_what_cannot_be_written_down_now_is_not_shown_now(shown, app, monkeypatch) -> None:
    client, ours, entries = shown

    def busy(*args, **kwargs):
        raise DatabaseBusy
    monkeypatch.setattr(door, "note_view", busy)
    app.testing = False
    answer = client.get(f"/look/{ours}")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "a page" not in answer.text and entries() == []
