"""What a clinic sets about its texts."""

from __future__ import annotations

from dataclasses import replace

from models import Clinic
from scheduler.planning.words import Role
from scheduler.queries.clinic_settings import clinic_settings
from scheduler.services.clinic.clinic_settings import change_settings
from scheduler.services.refusal import Refused
from tests.builders import NOW


def test_a_clinic_sets_the_number_of_its_texts_and_what_goes_out_in_danger(database, kit):
    wanted = _settings(database, kit)
    by = kit.viewer(Role.ADMINISTRATOR)
    for wrong in ({"text_number": "12"}, {"crisis_text": " "}, {"crisis_text": "☎" * 10}, {"on_call_minutes": 0}):
        with database.writing() as session:
            assert isinstance(change_settings(session, replace(wanted, **wrong), by=by, now=NOW), Refused)
    with database.writing() as session:
        change_settings(session, replace(wanted, text_number="(301) 555-0111"), by=by, now=NOW)
    assert _settings(database, kit).text_number == "+13015550111"
    with database.writing() as session:
        change_settings(session, replace(wanted, text_number=""), by=by, now=NOW)
        assert session.get(Clinic, kit.clinic_id).text_number is None


def _settings(database, kit):
    with database.reading() as session:
        return clinic_settings(session, kit.clinic_id)
