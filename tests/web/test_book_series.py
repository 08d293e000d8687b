"""Booking a series at the desk, page by page, over the real services."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from urllib.parse import unquote

import pytest
import time_machine
from sqlalchemy import func, select

from models import Appointment, AuditEntry, Hold, Order, Series
from scheduler.planning.lifecycle import AppointmentStatus, SeriesStatus
from scheduler.planning.protocols import ProtocolSettings
from scheduler.planning.words import Role
from tests.builders import NOW, build_patient
from tests.services.series_kit import MONDAY, Course, build_course, build_protocol
from tests.web.booking_steps import action, book, find, held_page, hold, plans_of, send, typed


@pytest.fixture(autouse=True)
def at_ten():
    """It is Friday, ten in the morning."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def course(database, kit) -> Course:
    return build_course(database, kit)


@pytest.fixture
def desk(client_for):
    return client_for(Role.FRONT_DESK)


def count(database, table, *where) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table).where(*where))


def test_a_series_is_found_held_and_booked(database, course, desk) -> None:
    form = desk.get(f"/patients/{course.patient_id}/series/new").text
    assert "6 of 6 left" in form and "Murrough" in form and "derived from the source" in form and "0.5 mg/kg" in form
    found = find(desk, course)
    assert found.status_code == 200 and "find=1" in found.request.url
    assert "Mon 5 Apr, 8:00 AM" in found.text and "Infusion 6" in found.text and found.text.count("<svg") > 1
    address, page = held_page(desk, course)
    assert "Held for" in page and "until 10:15 AM" in page and page.count("Infusion") >= 6
    assert count(database, Appointment, Appointment.status == AppointmentStatus.HELD) == 7
    answer = book(desk, page)
    assert answer.status_code == 303
    booked = desk.get(answer.location).text
    assert "A. Q. is booked from Mon 5 Apr." in booked and "Monday 5 April 2027" in booked
    assert "Confirmation" in booked and "with the itinerary" in booked and "Three days before" in booked
    assert "Print the itinerary" in booked
    assert count(database, Series) == 1 and count(database, Hold) == 0
    assert "Quill" not in re.search("<title>.*</title>", booked)[0] and "Quill" not in address


def test_the_simplest_case_is_two_clicks(course, desk) -> None:
    form = desk.get(f"/patients/{course.patient_id}/series/new").text
    checked = re.findall(r'<input[^>]*checked[^>]*>', form)
    names = {re.search('name="([^"]+)"', one)[1]: re.search('value="([^"]+)"', one)[1] for one in checked}
    assert names == {"order": str(course.order_id), "protocol": str(course.protocol_id)}
    assert 'name="infusions"' in form and re.search(r'name="infusions"[^>]*value="6"', form)
    assert re.search(r'name="earliest"[^>]*value="2027-04-05"', form)
    found = find(desk, course, earliest="2027-04-05")
    assert re.search(r'id="plan-1"[^>]*checked', found.text)


def test_wishes_stand_in_the_address_and_come_back_into_the_form(course, desk) -> None:
    found = find(desk, course, **{
        "weekdays": ["0", "2"], "from_time": "09:00", "to_time": "12:00", "not_weekdays": ["3"],
        "therapist": str(course.kit.resources["th-2"]), "away-0-first_day": "2027-04-12",
        "away-0-last_day": "2027-04-13", "away-1-first_day": "2027-04-20", "away-1-first_time": "13:00"})
    url = found.request.url
    for part in ("day=0&day=2", "from=09:00", "to=12:00", "never=3", "away=2027-04-12T00:00/2027-04-14T00:00",
                 "away=2027-04-20T13:00/2027-04-21T00:00"):
        assert part in unquote(url), part
    again = desk.get(url).text
    assert re.search(r'name="weekdays"[^>]*checked|checked[^>]*name="weekdays"', again)
    assert 'value="2027-04-12"' in again and 'value="2027-04-13"' in again and 'value="13:00"' in again
    starts = re.findall(r'class="plan-when">(\w+ \d+ \w+)', again)
    assert starts and not [day for day in starts if day.startswith("Thu") or day in ("Mon 12 Apr", "Tue 13 Apr")]
    assert "th-2" in again


def test_a_new_order_is_recorded_on_the_way(database, kit, desk, course) -> None:
    with database.writing() as session:
        patient_id = build_patient(session, kit, "Ben", "Rowe")
    new = Course(kit, course.protocol_id, patient_id, 0)
    fields = typed(new, order="new", infusions="", ordered="4", ordered_on="2027-04-01",
                   ordered_by=str(kit.staff[Role.CLINICIAN]))
    assert "Record a new order" in desk.get(f"/patients/{patient_id}/series/new").text
    for _ in range(2):  # sent twice, it is still one order
        found = send(desk, patient_id, fields)
        assert found.status_code == 200 and "Infusion 4" in found.text and "Infusion 5" not in found.text
    assert count(database, Order, Order.patient_id == patient_id) == 1
    assert count(database, AuditEntry, AuditEntry.verb == "record", AuditEntry.subject_type == "order") == 1


@pytest.mark.parametrize(("field", "value", "says"), [
    ("ordered", "0", "from 1 to 60"), ("ordered", "", "how many infusions are ordered"),
    ("ordered_on", "", "day of the order"), ("ordered_on", "2027-04-09", "in the future"),
    ("ordered_by", "999", "active clinician"),
])
def test_a_wrong_order_is_named_and_nothing_typed_is_lost(database, course, desk, field, value, says) -> None:
    fields = typed(course, order="new", infusions="", ordered="4", ordered_on="2027-04-01", note="on paper",
                   ordered_by=str(course.kit.staff[Role.CLINICIAN])) | {field: value}
    answer = send(desk, course.patient_id, fields)
    assert answer.status_code == 422 and says in answer.text and 'value="on paper"' in answer.text
    assert count(database, Order, Order.patient_id == course.patient_id) == 1


def test_more_than_ordered_cannot_be_planned(course, desk) -> None:
    answer = desk.get(f"/patients/{course.patient_id}/series/new?find=1&order={course.order_id}"
                      f"&protocol={course.protocol_id}&infusions=7&earliest={MONDAY}")
    assert answer.status_code == 422 and "cannot be done as it is" in answer.text


def test_a_protocol_that_is_not_ready_says_what_is_missing_and_whom_to_ask(database, kit, course, desk) -> None:
    with database.writing() as session:
        build_protocol(session, kit, ProtocolSettings(), name="Unfinished")
    page = unescape(desk.get(f"/patients/{course.patient_id}/series/new").text)
    assert "1 protocol is not ready" in page and "Ask an administrator" in page
    assert "Set how many days early an infusion may be given." in page
    assert page.count('name="protocol"') == 1


def test_the_earliest_of_yesterday_becomes_today(course, desk) -> None:
    page = desk.get(f"/patients/{course.patient_id}/series/new?find=1&order={course.order_id}"
                    f"&protocol={course.protocol_id}&infusions=6&earliest=2027-03-01")
    assert page.status_code == 200 and plans_of(page.text) and "Fri 2 Apr" in page.text


def test_a_running_series_is_warned_of(course, desk, database, kit) -> None:
    _, page = held_page(desk, course)
    book(desk, page)
    assert "A series is already running: Mon 5 Apr" in desk.get(f"/patients/{course.patient_id}/series/new").text
    assert "A series is already running" in desk.get(f"/patients/{course.patient_id}").text


def test_a_booking_is_taken_back_while_nothing_was_sent(database, course, desk) -> None:
    _, page = held_page(desk, course)
    page = desk.get(book(desk, page).location).text
    answer = desk.post(action(page, "/unbook"))
    assert "is taken back: 7 visits cancelled" in desk.get(answer.location).text
    with database.reading() as session:
        assert session.scalar(select(Series.status)) == SeriesStatus.STOPPED


def test_the_desk_finds_for_whom_by_typing(course, desk) -> None:
    assert 'data-key="n"' in desk.get("/patients").text
    assert "Quill, Ada" not in desk.get("/series/new").text
    part = desk.get("/series/new?q=qui", headers={"HX-Request": "true"}).text
    assert f"/patients/{course.patient_id}/series/new" in part and "<html" not in part
    assert "Nobody fits" in desk.get("/series/new?q=zzz").text


def test_release_gives_the_times_back_and_keeps_the_wishes(database, course, desk) -> None:
    _, page = held_page(desk, course, weekdays=["0", "2", "4"])
    answer = desk.post(action(page, "/release"), follow_redirects=True)
    assert "are free again" in answer.text and "day=0" in answer.request.url and plans_of(answer.text)
    assert count(database, Hold) == count(database, Appointment) == 0


def test_a_hold_that_has_passed_says_so_and_plans_again_with_one_click(database, course, desk, client_for) -> None:
    address, page = held_page(desk, course)
    with time_machine.travel(NOW + timedelta(minutes=16), tick=False):
        desk = client_for(Role.FRONT_DESK)
        gone = desk.get(address)
        assert gone.status_code == 410 and "no longer held" in gone.text
        answer = book(desk, page)
        assert answer.status_code == 409 and "Nothing was booked" in answer.text
        again = unescape(re.search(r'href="([^"]+find=1[^"]+)"', answer.text)[1])
        assert plans_of(desk.get(again).text)
    assert count(database, Series) == 0


def test_a_second_click_finds_the_same_series(database, course, desk) -> None:
    address, page = held_page(desk, course)
    first, second = book(desk, page), book(desk, page)
    assert first.location == second.location and count(database, Series) == 1
    assert desk.get(address).location == first.location  # and so does the way back


def test_a_slot_taken_meanwhile_comes_back_named_with_a_fresh_plan(database, kit, desk, course) -> None:
    other = build_course(database, kit, protocol_id=course.protocol_id, family="Rowe")
    plan = plans_of(find(desk, course).text)[0]
    assert hold(desk, other, plans_of(find(desk, other).text)[0]).status_code == 303
    answer = hold(desk, course, plan)
    assert answer.status_code == 409 and "is no longer free on" in answer.text
    fresh = plans_of(answer.text)
    assert fresh and fresh[0] != plan and hold(desk, course, fresh[0]).status_code == 303


def test_nothing_fits_names_rule_and_visit_and_two_ways_out_work(course, desk) -> None:
    found = find(desk, course, not_weekdays=["0", "1", "3", "4"], latest="2027-04-20")
    assert "Nothing fits" in found.text and "There is no time for" in found.text
    ways = [unescape(way) for way in re.findall(r'<a class="btn btn-quiet" href="([^"]+find=1[^"]*)"', found.text)]
    for way in ways:
        assert plans_of(desk.get(way).text)
