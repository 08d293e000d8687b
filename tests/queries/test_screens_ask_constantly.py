"""The screens of patient, series, day and hold ask the database as often for 25 patients as for one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from scheduler.database import Database
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.queries.booking_choices import booking_choices
from scheduler.queries.course_history import course_history
from scheduler.queries.day import the_day, visits_between
from scheduler.queries.day_load import load_of_day
from scheduler.queries.gates import gates_to_decide
from scheduler.queries.held_plan import open_holds
from scheduler.queries.messages import messages_of_series
from scheduler.queries.series_page import series_of_patient, series_page
from scheduler.queries.visit_choices import visit_choices
from scheduler.queries.visits import visits_of_patient
from scheduler.queries.waitlist import waitlist
from scheduler.services.changing.cancel import CancelVisit, cancel_visit
from scheduler.services.waiting.wait import WaitForEarlier, wait_for_earlier
from tests.builders import NOW, Kit, build_clinic
from tests.queries.test_administration import counted
from tests.services.series_kit import MONDAY, Course, book, build_course

ZONE = "America/New_York"
LAST = MONDAY + timedelta(days=30)
SCREENS: dict[str, Callable] = {
    "day": lambda session, clinic_id, patient_id, series_id: the_day(
        session, clinic_id, ZONE, MONDAY + timedelta(days=2), "chair").visits,
    "the day's load": lambda session, clinic_id, patient_id, series_id: load_of_day(
        session, clinic_id, MONDAY + timedelta(days=2), now=NOW),
    "week": lambda session, clinic_id, patient_id, series_id: visits_between(session, clinic_id, ZONE, MONDAY, LAST),
    "patient": lambda session, clinic_id, patient_id, series_id: visits_of_patient(session, clinic_id, patient_id),
    "series": lambda session, clinic_id, patient_id, series_id: series_page(session, clinic_id, series_id).visits,
    "series of a patient": lambda session, clinic_id, patient_id, series_id: series_of_patient(
        session, clinic_id, patient_id),
    "booking a series": lambda session, clinic_id, patient_id, series_id: booking_choices(
        session, clinic_id, patient_id, now=NOW),
    "booking a visit": lambda session, clinic_id, patient_id, series_id: visit_choices(session, clinic_id, patient_id),
    "messages of a series": lambda session, clinic_id, patient_id, series_id: messages_of_series(
        session, clinic_id, series_id, now=NOW),
    "what was decided": lambda session, clinic_id, patient_id, series_id: course_history(session, clinic_id, series_id),
    "gates": lambda session, clinic_id, patient_id, series_id: gates_to_decide(session, clinic_id, now=NOW),
    "waiting list": lambda session, clinic_id, patient_id, series_id: waitlist(session, clinic_id, now=NOW).entries,
    "holds": lambda session, clinic_id, patient_id, series_id: open_holds(session, clinic_id, patient_id, now=NOW),
}


def full_clinic(database: Database, number: int) -> tuple[Kit, Course, int]:
    """A clinic with a chair, a nurse and a therapist for each of so many patients, all in a series."""
    with database.writing() as session:
        kit = build_clinic(session, f"Birch{number} Clinic", chairs=number, nurses=number, therapists=number)
    course = build_course(database, kit, ordered=60)
    courses = [course] + [build_course(database, kit, protocol_id=course.protocol_id, family=f"P{at}")
                          for at in range(2, number + 1)]
    booked = [book(database, one, key=f"{at}", chair=f"chair-{at}", nurse=f"rn-{at}", therapist=f"th-{at}")
              for at, one in enumerate(courses, start=1)]
    with database.writing() as session:
        for one in booked:
            wait_for_earlier(session, WaitForEarlier((one.appointment_ids[-2],)), by=kit.viewer(), now=NOW)
            cancel_visit(session, CancelVisit(one.appointment_ids[-1], "a cold"), by=kit.viewer(), now=NOW)
    return kit, course, booked[0].series_id


def test_one_patient_and_many_cost_the_same_number_of_queries(database: Database) -> None:
    costs: dict[str, list[int]] = {name: [] for name in SCREENS}
    for number in (1, 25):
        kit, course, series_id = full_clinic(database, number)
        for name, screen in SCREENS.items():
            with database.reading() as session, counted(database) as sent:
                screen(session, kit.clinic_id, course.patient_id, series_id)
            costs[name].append(len(sent))
    assert {name: many - one for name, (one, many) in costs.items()} == dict.fromkeys(SCREENS, 0)


def test_the_day_of_many_shows_them_all_and_only_its_own_clinics(database: Database, kit: Kit) -> None:
    other, course, series_id = full_clinic(database, 3)
    with database.reading() as session:
        day = the_day(session, other.clinic_id, ZONE, MONDAY + timedelta(days=2), "chair")
        assert len(day.visits) == 3
        assert {visit.status for visit in day.visits} == {AppointmentStatus.BOOKED}
        assert the_day(session, kit.clinic_id, ZONE, MONDAY + timedelta(days=2), "chair").visits == ()
        assert series_page(session, kit.clinic_id, series_id) is None
        assert visits_of_patient(session, kit.clinic_id, course.patient_id) == ()
        page = series_page(session, other.clinic_id, series_id)
        assert [visit.infusion for visit in page.visits] == [None, *((n, 6) for n in range(1, 7))]
