"""Booking a single visit at the desk."""

from __future__ import annotations

import re
from html import unescape

import pytest
import time_machine
from sqlalchemy import func, select

from models import Appointment, Order
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.planning.words import Role
from tests.builders import NOW, build_order, build_patient


@pytest.fixture(autouse=True)
def at_ten():
    """It is Friday, ten in the morning."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def patient_id(database, kit) -> int:
    with database.writing() as session:
        return build_patient(session, kit)


@pytest.fixture
def desk(client_for):
    return client_for(Role.FRONT_DESK)


def find(desk, patient_id: int, **fields):
    """Send the form; gives the page with the times, or the form with what is wrong."""
    data = {"earliest": "2027-04-05", "with_whom": "0"} | fields
    answer = desk.post(f"/patients/{patient_id}/visits/new", data=data)
    if answer.status_code == 307:
        answer = desk.post(answer.location, data=data)
    return desk.get(answer.location) if answer.status_code == 303 else answer


def times_of(page: str) -> tuple[str, str, list[str]]:
    """Where a time is posted, the key, and the times that buttons send."""
    address = unescape(re.search(r'action="([^"]+/visits\?[^"]+)"', page)[1])
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    return address, key, [unescape(one) for one in re.findall(r'name="start" value="([^"]+)"', page)]


def booked(database) -> list[Appointment]:
    with database.reading() as session:
        return list(session.scalars(select(Appointment).order_by(Appointment.id)))


def test_a_session_is_booked_with_one_click_and_taken_back_with_another(database, kit, desk, patient_id) -> None:
    page = find(desk, patient_id, visit_type=str(kit.visit_types["therapy"]))
    assert page.status_code == 200 and "Mon 5 Apr to Sun 18 Apr" in page.text and "All 109 times" in page.text
    address, key, starts = times_of(page.text)
    assert starts[0].startswith('["2027-04-05T08:00",{"therapist":')
    answer = desk.post(address, data={"key": key, "start": starts[0]})
    again = desk.post(address, data={"key": key, "start": starts[0]})
    assert answer.status_code == 303 and answer.location == again.location
    visit, = booked(database)
    assert visit.status == AppointmentStatus.BOOKED and str(visit.wall_start) == "2027-04-05 08:00:00"
    shown = desk.get(answer.location).text
    assert "A. Q. is booked for Mon 5 Apr, 8:00 AM." in shown
    undo = desk.post(f"/appointments/{visit.id}/unbook")
    assert "is taken back" in desk.get(undo.location).text
    assert booked(database)[0].status == AppointmentStatus.CANCELLED


def test_somebody_who_is_asked_for_is_taken(kit, desk, patient_id) -> None:
    wanted = kit.resources["th-2"]
    page = find(desk, patient_id, visit_type=str(kit.visit_types["therapy"]), with_whom=str(wanted))
    assert all(f'"therapist":{wanted}' in start for start in times_of(page.text)[2])


def test_a_booster_counts_against_an_order(database, kit, desk, patient_id) -> None:
    with database.writing() as session:
        order_id = build_order(session, kit, patient_id, 1)
    page = find(desk, patient_id, visit_type=str(kit.visit_types["infusion"]), order=str(order_id))
    address, key, starts = times_of(page.text)
    assert desk.post(address, data={"key": key, "start": starts[0]}).status_code == 303
    assert booked(database)[0].order_id == order_id
    second = desk.post(address, data={"key": "another", "start": starts[-1]})
    assert second.status_code == 409 and "0 left, 1 wanted" in second.text


def test_an_order_is_recorded_on_the_way(database, kit, desk, patient_id) -> None:
    fields = {"visit_type": str(kit.visit_types["infusion"]), "order": "new", "ordered": "1",
              "ordered_on": "2027-04-01", "ordered_by": str(kit.staff[Role.CLINICIAN])}
    page = find(desk, patient_id, **fields)
    assert page.status_code == 200 and times_of(page.text)[2]
    with database.reading() as session:
        assert session.scalar(select(func.count(Order.id)).where(Order.patient_id == patient_id)) == 1
    wrong = find(desk, patient_id, **fields | {"ordered": ""})
    assert wrong.status_code == 422 and "how many infusions are ordered" in wrong.text


def test_a_time_taken_meanwhile_is_named_beside_the_fresh_times(database, kit, desk, patient_id) -> None:
    with database.writing() as session:
        other = build_patient(session, kit, "Ben", "Rowe")
    therapy = str(kit.visit_types["therapy"])
    address, key, starts = times_of(find(desk, patient_id, visit_type=therapy).text)
    elsewhere, other_key, same = times_of(find(desk, other, visit_type=therapy).text)
    assert same[0] == starts[0]
    assert desk.post(elsewhere, data={"key": other_key, "start": same[0]}).status_code == 303
    answer = desk.post(address, data={"key": key, "start": starts[0]})
    assert answer.status_code == 409 and "is no longer free on" in answer.text
    address, key, fresh = times_of(answer.text)
    assert desk.post(address, data={"key": key, "start": fresh[0]}).status_code == 303


@pytest.mark.parametrize(("field", "value", "says"), [
    ("visit_type", "", "kind of visit"), ("visit_type", "999", "no longer offered"),
    ("earliest", "2027-04-01", "today or a later day"), ("earliest", "soon", "date"),
])
def test_a_wrong_field_says_what_to_do(kit, desk, patient_id, field, value, says) -> None:
    fields = {"visit_type": str(kit.visit_types["therapy"])} | {field: value}
    answer = find(desk, patient_id, **fields)
    assert answer.status_code == 422 and says in answer.text


def test_an_infusion_wants_an_order(kit, desk, patient_id) -> None:
    answer = find(desk, patient_id, visit_type=str(kit.visit_types["infusion"]), order="")
    assert answer.status_code == 422 and "Choose an order" in answer.text


@pytest.mark.parametrize("start", [
    "", "x", "[]", "{}", '["soon",{}]', '["2027-04-05T08:00",[]]', '["2027-04-05T08:00",{"therapist":"x"}]',
    '["2027-04-05T08:00",{"therapist":-1}]', '["2027-04-05T08:00",{"therapist":true}]', '[1,{}]'])
def test_what_was_touched_on_the_way_is_a_400(kit, desk, patient_id, start) -> None:
    address, key, _ = times_of(find(desk, patient_id, visit_type=str(kit.visit_types["therapy"])).text)
    assert desk.post(address, data={"key": key, "start": start}).status_code == 400


@pytest.mark.parametrize("start", ['["2027-04-05T08:00",{}]', '["2027-04-10T08:00",{"therapist":%d}]',
                                   '["2027-04-02T08:00",{"therapist":%d}]'])
def test_a_time_that_was_never_offered_is_refused_with_a_sentence(database, kit, desk, patient_id, start) -> None:
    address, key, _ = times_of(find(desk, patient_id, visit_type=str(kit.visit_types["therapy"])).text)
    start = start % kit.resources["th-1"] if "%d" in start else start
    answer = desk.post(address, data={"key": key, "start": start})
    assert answer.status_code == 409 and "cannot be done as it is" in answer.text and not booked(database)


@pytest.mark.parametrize("bent", ["type=x", "type=0", "earliest=never", "earliest=9999-12-31", "order=x", "with=-1"])
def test_a_bent_address_is_a_400(kit, desk, patient_id, bent) -> None:
    name, _, value = bent.partition("=")
    fields = {"type": kit.visit_types["therapy"], "earliest": "2027-04-05"} | {name: value}
    query = "&".join(f"{one}={kept}" for one, kept in fields.items())
    assert desk.get(f"/patients/{patient_id}/visits/new?find=1&{query}").status_code == 400


def test_another_clinic_s_rows_are_not_there(kit, desk, patient_id) -> None:
    assert desk.get("/patients/1/visits/new").status_code == 404
    there = f"/patients/{patient_id}/visits/new?find=1&earliest=2027-04-05"
    assert desk.get(f"{there}&type=1").status_code == 404
    assert desk.get(f"{there}&type={kit.visit_types['therapy']}&with=1").status_code == 404
