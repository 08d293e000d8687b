"""A clinic with many running courses, and a burst pipe: so many of them are hit by one closure.

Every course is planned and booked by the product's own services, one after another, as a desk would. The rooms grow
with the courses, so that 60 and 120 stand in books that are equally full.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random

from sqlalchemy import func, select

from models import Appointment, Clinic
from scheduler.database import Database
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.planning.plans import SeriesPlan
from scheduler.planning.series_planner import plan_series as place
from scheduler.queries.hit_visits import hits
from scheduler.services.booking.book_series import BookedSeries, BookPlan, book_plan
from scheduler.services.booking.offered_plans import offered_plan
from scheduler.services.booking.offers import PlanSeries
from scheduler.services.booking.plan_series import BEST, ask
from scheduler.services.booking.series_problem import Asked, problem_for
from scheduler.services.booking.wishes import Wishes
from scheduler.services.clean_book import booking
from scheduler.services.outages.outage import Out, TakeOut, take_out
from tests.builders import NOW, Kit, build_clinic, build_order, build_patient
from tests.services.series_kit import MONDAY, build_protocol

CLOSED_FROM, CLOSED_DAYS = MONDAY + timedelta(days=14), 3
"""Two weeks ahead, three days: whoever comes three times a week then is hit, most of them twice."""
EARLIER = (3, 10)
"""A course begins so many days before the closure."""


@dataclass(frozen=True)
class BusyClinic:
    """The clinic, how many courses run in it, and what is out."""

    kit: Kit
    courses: int
    visits: int
    chairs: int
    out: Out
    hit: int
    """Visits that the closure hits."""


def build_busy_clinic(database: Database, courses: int, seed: int = 1) -> BusyClinic:
    """So many booked courses of six infusions and a preparation, all of them hit by the closure."""
    chairs = max(2, round(courses / 10))
    with database.writing() as session:
        kit = build_clinic(session, "Busy Clinic", chairs=chairs, nurses=max(1, chairs // 2),
                           therapists=max(1, chairs // 4))
        session.get_one(Clinic, kit.clinic_id).latest_days = 120
        protocol_id = build_protocol(session, kit)
    dice = Random(seed)
    for number in range(courses):
        _book_one(database, kit, protocol_id, number, dice)
    with database.writing() as session:
        begins = datetime.combine(CLOSED_FROM, time())
        command = TakeOut(None, begins, begins + timedelta(days=CLOSED_DAYS), "burst pipe")
        out = take_out(session, command, by=kit.viewer(), now=NOW)
        assert isinstance(out, Out)
    with database.reading() as session:
        visits = session.scalar(select(func.count()).select_from(Appointment).where(
            Appointment.clinic_id == kit.clinic_id, Appointment.status == AppointmentStatus.BOOKED))
        hit = len(hits(session, kit.clinic_id, now=NOW))
    return BusyClinic(kit, courses, visits or 0, chairs, out, hit)


def _book_one(database: Database, kit: Kit, protocol_id: int, number: int, dice: Random) -> None:
    """One more patient with a course that begins before the closure and ends after it."""
    with database.writing() as session:
        patient_id = build_patient(session, kit, "Ada", f"Quill {number}", email=f"ada{number}@example.com")
        order_id = build_order(session, kit, patient_id)
    begins = CLOSED_FROM - timedelta(days=dice.randint(*EARLIER))
    command = PlanSeries(patient_id, order_id, protocol_id, Wishes(begins, 6, begins + timedelta(days=90)))
    with database.reading() as session:
        clinic = session.get_one(Clinic, kit.clinic_id)
        asked = ask(session, clinic, command)
        assert isinstance(asked, Asked)
        problem = problem_for(session, clinic, asked, now=NOW)
        plan = place(problem.index, problem.series, problem.calendar.weights, restrict=problem.restrict)
        assert isinstance(plan, SeriesPlan)
        places = offered_plan(problem, plan, BEST, "").places
    with booking(database, now=NOW) as session:
        done = book_plan(session, BookPlan(command, places, f"course {number}"), by=kit.viewer(), now=NOW)
    assert isinstance(done, BookedSeries)
