"""A patient reads their own language, and may choose the other one on their telephone."""

from __future__ import annotations

import pytest

from models import Patient
from tests.web.patient.letters import fields_of, open_link


def test_a_patient_reads_their_own_language_and_the_switch_is_kept(client, desk, database):
    with database.writing() as session:
        session.get(Patient, desk.patient_id).language = "es"
    page = open_link(client, desk.token).text
    assert '<html lang="es">' in page and "Su visita" in page and "viernes, 9 de abril" in page and "10:00 a.m." in page
    shown = client.post("/visit/language", data=fields_of(page, "/visit/language") | {"language": "en"})
    assert (shown.status_code, shown.location) == (303, "/visit")
    page = client.get("/visit").text
    assert '<html lang="en">' in page and "Friday 9 April" in page
    assert "Visit" in client.get("/visit/calendar.ics").text
    with database.reading() as session:
        assert session.get(Patient, desk.patient_id).language == "es", "what we write to them stays"


@pytest.mark.parametrize("back", ["https://elsewhere.example", "//elsewhere.example", "/visit\\elsewhere", ""])
def test_the_switch_leads_nowhere_else(client, desk, back):
    page = open_link(client, desk.token).text
    sent = client.post("/visit/language", data=fields_of(page, "/visit/language") | {"language": "es", "back": back})
    assert sent.location == "/visit"


def test_a_link_that_does_not_open_is_told_in_the_browsers_language(client, desk):
    spanish = client.get("/v/never-was", headers={"Accept-Language": "es-MX,es;q=0.9"}).text
    assert "Este enlace no se abre" in spanish
    assert "No se pudo hacer" in client.post("/visit/confirm", headers={"Accept-Language": "es"}).text
