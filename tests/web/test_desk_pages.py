"""The desk's pages of patients and days, as a browser gets them."""

from __future__ import annotations

import re
from datetime import date, time

import pytest

from scheduler.planning.words import Role
from tests.builders import build_patient
from tests.queries.test_day import FRIDAY, book


def test_typing_a_name_narrows_the_list(database, kit, client_for) -> None:
    with database.writing() as session:
        build_patient(session, kit, "Ada", "Quill")
        build_patient(session, kit, "Ben", "Rowe", birth_date=date(1971, 1, 2))
    client = client_for(Role.FRONT_DESK)
    assert "Quill, Ada" in client.get("/patients").text and "Stranger" not in client.get("/patients").text
    part = client.get("/patients?q=row", headers={"HX-Request": "true"}).text
    assert "Rowe, Ben" in part and "Quill" not in part and "<html" not in part


def test_nobody_found_keeps_what_was_typed_and_says_what_to_do(client_for) -> None:
    page = client_for().get("/patients?q=zzz").text
    assert "Nobody fits “zzz”" in page and "Add a patient" in page


def test_a_patient_is_added_and_shown(client_for) -> None:
    client = client_for()
    answer = client.post("/patients/new", data={
        "given_name": "Zoë", "family_name": "Núñez", "birth_date": "1984-02-29", "telephone": "301 555 0142",
        "telephone_use": "mobile", "email": "zoe@example.com", "language": "es", "preferred_channel": "email",
        "consents": ["email"]})
    assert answer.status_code == 302
    page = client.get(answer.headers["Location"]).text
    assert "Zoë Núñez" in page and "(301) 555-0142" in page and "Spanish" in page and "<title>Patient" in page


@pytest.mark.parametrize(("field", "value", "says"), [
    ("birth_date", "1984-02-31", "date of birth"), ("email", "nobody", "no e-mail address"),
    ("family_name", "", "family"),
    ("telephone", "12", "seven digits"), ("birth_date", "2199-01-01", "in the future"),
])
def test_a_wrong_field_says_what_to_do_and_keeps_the_rest(client_for, field, value, says) -> None:
    typed = {"given_name": "Zoë", "family_name": "Núñez", "birth_date": "1984-02-29", "telephone": "",
             "telephone_use": "mobile", "language": "en", "preferred_channel": "email"} | {field: value}
    answer = client_for().post("/patients/new", data=typed)
    assert answer.status_code == 422 and says in answer.text and 'value="Zoë"' in answer.text


def test_the_edit_form_shows_the_consents_that_stand_and_saving_keeps_them(database, kit, client_for) -> None:
    with database.writing() as session:
        patient_id = build_patient(session, kit)
    client = client_for()
    page = client.get(f"/patients/{patient_id}/edit").text
    ticked = re.findall(r'<input[^>]*name="consents"[^>]*>', page)
    assert [("checked" in box) for box in ticked] == [True, False, False]


@pytest.mark.parametrize("address", ["/calendar", "/calendar/week", "/calendar/list"])
def test_the_day_is_shown_with_its_visits(database, kit, client_for, address) -> None:
    with database.writing() as session:
        book(session, kit, time(9))
    page = client_for().get(f"{address}?on={FRIDAY}").text
    assert "A. Q." in page if "week" in address else "Ada Quill" in page
    assert "9:00" in page and "Infusion" in page


def test_an_unreadable_day_shows_today(client_for) -> None:
    assert client_for().get("/calendar?on=gestern&by=ghost").status_code == 200


def test_a_visit_opens(database, kit, client_for) -> None:
    with database.writing() as session:
        appointment_id = book(session, kit, time(9))
    page = client_for().get(f"/appointments/{appointment_id}").text
    assert "turnover" in page and "chair-1" in page


def test_the_day_shows_the_load_of_its_nurses_and_the_same_as_a_table(client_for) -> None:
    page = client_for().get("/calendar?on=2027-04-02").text
    assert "No nurse is needed." in page and "Nurse units in use and on duty, by time" in page
    assert 'aria-label="Nurse load: No nurse is needed."' in page
    sunday = client_for().get("/calendar?on=2027-04-04").text
    assert "Nurse load" not in sunday
