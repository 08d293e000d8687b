"""Moves against each other, through two web processes: onto one hour, and crosswise between many."""

from __future__ import annotations

import random
from datetime import datetime

from sqlalchemy import func, select

from models import Appointment, Clinic
from scheduler.clock import utc_now
from scheduler.database import Database
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.services.booking.claims import lock_patients
from scheduler.services.booking.promises import Owner, VisitPlace, promise
from tests.builders import Kit
from tests.faults.crowd import Attempt
from tests.faults.scene import at, people


def booked(database: Database, kit: Kit, patients: list[int], starts: list[datetime], therapist: str) -> list[int]:
    """A visit of each patient with a therapist, at these hours; gives the ids."""
    found = []
    with database.writing() as session:
        clinic = session.get(Clinic, kit.clinic_id)
        for patient_id, start in zip(patients, starts, strict=True):
            lock_patients(session, kit.clinic_id, [patient_id])
            place = VisitPlace(kit.visit_types["therapy"], start, {"therapist": kit.resources[therapist]})
            done = promise(session, clinic, [place], Owner(patient_id, AppointmentStatus.BOOKED), by=kit.viewer(),
                           now=utc_now())
            assert not done.conflicts
            found.append(done.appointments[0].id)
    return found


def moving(appointment_id: int, start: datetime, version: int = 1) -> Attempt:
    """The form that gives a visit another time."""
    return Attempt(f"/appointments/{appointment_id}/move",
                   {"to": f"{start:%Y-%m-%dT%H:%M}", "version": str(version)})


def hours(days: int) -> list[datetime]:
    """The full hours of the days after that Monday."""
    return [at(hour, day=day) for day in range(1, days + 1) for hour in range(8, 18)]


def moves(arena, kit: Kit) -> int:
    with arena.database.reading() as session:
        return session.scalar(
            select(func.sum(Appointment.version - 1)).where(Appointment.clinic_id == kit.clinic_id)) or 0


def test_of_all_visits_moved_onto_one_hour_one_arrives(arena, kit, race, attempts) -> None:
    """The other therapist is busy at that hour; whoever has arrived finds that the visit is no longer as it was.

    The page that says so shows the time as it now stands as well.
    """
    ids = booked(arena.database, kit, people(arena.database, kit, 20), hours(2), "th-1")
    booked(arena.database, kit, people(arena.database, kit, 1), [at(9)], "th-2")
    number = attempts(30)
    _, counted = race("moves onto one hour of one therapist", [
        moving(ids[one % len(ids)], at(9)) for one in range(number)])
    assert counted.successes == moves(arena, kit) == 1
    assert counted.conflicts.total() == number - 1
    named = {name for names in counted.conflicts for name in names.split(" and ")}
    assert named <= {"th-1 taken", "nobody free", "stale", "there already"}


def test_moves_that_cross_end_without_a_deadlock_and_without_a_meeting(arena, kit, race, attempts) -> None:
    """Each wants the hour of another or one next to it, again and again; every success is one version more."""
    patients = people(arena.database, kit, 40)
    ids = (booked(arena.database, kit, patients[:20], hours(2), "th-1")
           + booked(arena.database, kit, patients[20:], hours(2), "th-2"))
    dice = random.Random(2)
    number = attempts(30)
    _, counted = race("moves that cross, two therapists", [
        moving(dice.choice(ids), dice.choice(hours(3)), dice.choice((1, 1, 2))) for _ in range(number)])
    assert counted.successes == moves(arena, kit) >= 3
    assert counted.successes + counted.conflicts.total() == number
