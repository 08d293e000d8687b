"""Claiming time: named conflicts, nothing half-written, and races on both engines."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from sqlalchemy import func, select

from models import Appointment, Claim, Clinic
from scheduler.database import Database
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.planning.words import Role
from scheduler.services.booking.claims import lock_patients
from scheduler.services.booking.promises import Owner, Promised, VisitPlace, move, promise
from scheduler.services.conflicts import PatientElsewhere, ResourceTaken, WrongResources
from scheduler.services.refusal import Refused
from scheduler.services.whole import whole
from tests.builders import NOW, Kit, build_patient

NINE = datetime.fromisoformat("2027-04-05T09:00")


def infusion(kit: Kit, start: datetime = NINE, chair: str = "chair-1", nurse: str = "rn-1") -> VisitPlace:
    return VisitPlace(kit.visit_types["infusion"], start,
                      {"chair": kit.resources[chair], "nurse": kit.resources[nurse]})


@whole
def _book(session, kit: Kit, patient_id: int, *places: VisitPlace) -> list[int] | Refused:
    lock_patients(session, kit.clinic_id, [patient_id])
    done = promise(session, session.get(Clinic, kit.clinic_id), places, Owner(patient_id, AppointmentStatus.BOOKED),
                   by=kit.viewer(Role.FRONT_DESK), now=NOW)
    return Refused(done.conflicts) if done.conflicts else [row.id for row in done.appointments]


def _patients(database: Database, kit: Kit, number: int) -> list[int]:
    with database.writing() as session:
        return [build_patient(session, kit, family=f"Person {at}", email=None) for at in range(number)]


def test_a_visit_becomes_four_claims(database: Database, kit: Kit) -> None:
    (patient,) = _patients(database, kit, 1)
    with database.writing() as session:
        (row_id,) = _book(session, kit, patient, infusion(kit))
    with database.reading() as session:
        row = session.get(Appointment, row_id)
        assert row.starts_at.isoformat() == "2027-04-05T13:00:00+00:00"
        assert (row.ends_at - row.starts_at, row.patient_leaves_at - row.starts_at) == (
            timedelta(minutes=125), timedelta(minutes=115))
        claims = session.execute(select(Claim.resource_id, Claim.units, Claim.starts_at, Claim.ends_at)
                                 .where(Claim.appointment_id == row_id).order_by(Claim.id)).all()
        minutes = [(resource, units, *((at - row.starts_at).seconds // 60 for at in span))
                   for resource, units, *span in claims]
        assert minutes == [(kit.resources["chair-1"], 1, 0, 125), (kit.resources["rn-1"], 2, 0, 55),
                           (kit.resources["rn-1"], 1, 55, 115), (None, 1, 0, 115)]


def test_a_conflict_names_the_chair_and_leaves_nothing(database: Database, kit: Kit) -> None:
    one, two = _patients(database, kit, 2)
    with database.writing() as session:
        _book(session, kit, one, infusion(kit))
        refused = _book(session, kit, two, infusion(kit, NINE - timedelta(hours=1), chair="chair-2", nurse="rn-2"),
                        infusion(kit, NINE + timedelta(hours=2), nurse="rn-2"))
    assert isinstance(refused, Refused)
    (conflict,) = refused.conflicts
    assert isinstance(conflict, ResourceTaken)
    assert conflict.resource_id == kit.resources["chair-1"]
    assert conflict.sentence == ("chair-1 is no longer free on Mon 5 Apr 2027, 11:00 AM to 1:05 PM. "
                                 "Choose another time or another chair.")
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Appointment)) == 1
        assert session.scalar(select(func.count()).select_from(Claim)) == 4


def test_two_wanted_visits_that_collide_with_each_other_are_named(database: Database, kit: Kit) -> None:
    (patient,) = _patients(database, kit, 1)
    with database.writing() as session:
        refused = _book(session, kit, patient, infusion(kit), infusion(kit, NINE + timedelta(minutes=30), "chair-2"))
    assert {type(conflict) for conflict in refused.conflicts} == {PatientElsewhere}


def test_a_nurse_takes_as_many_as_her_units(database: Database, kit: Kit) -> None:
    """Four units: two check-ins of two units fit at once, a third does not until one is in recovery."""
    one, two, three = _patients(database, kit, 3)
    with database.writing() as session:
        assert isinstance(_book(session, kit, one, infusion(kit)), list)
        assert isinstance(_book(session, kit, two, infusion(kit, chair="chair-2")), list)
        refused = _book(session, kit, three, infusion(kit, chair="chair-3"))
        assert [conflict.name for conflict in refused.conflicts] == ["rn-1"]
        later = NINE + timedelta(minutes=55)
        assert isinstance(_book(session, kit, three, infusion(kit, later, "chair-3")), list)


def test_a_resource_of_another_kind_or_clinic_is_refused(database: Database, kit: Kit) -> None:
    (patient,) = _patients(database, kit, 1)
    place = VisitPlace(kit.visit_types["infusion"], NINE, {"chair": kit.resources["rn-1"]})
    with database.writing() as session:
        refused = _book(session, kit, patient, place)
    assert refused.conflicts == (WrongResources("nurse", None), WrongResources("chair", "rn-1"))


def test_appointments_may_take_each_others_times(database: Database, kit: Kit) -> None:
    one, two = _patients(database, kit, 2)
    with database.writing() as session:
        (first,) = _book(session, kit, one, infusion(kit))
        (second,) = _book(session, kit, two, infusion(kit, NINE + timedelta(hours=3)))
        lock_patients(session, kit.clinic_id, [one, two])
        rows = [session.get(Appointment, first), session.get(Appointment, second)]
        moves = [(rows[0], infusion(kit, NINE + timedelta(hours=3))), (rows[1], infusion(kit))]
        assert move(session, session.get(Clinic, kit.clinic_id), moves, now=NOW) == ()
        assert [(row.wall_start.hour, row.version) for row in rows] == [(12, 2), (9, 2)]


def test_of_many_at_once_one_gets_the_slot(database: Database, kit: Kit) -> None:
    patients = _patients(database, kit, 24)

    def attempt(patient: int) -> list[int] | Refused:
        with database.writing() as session:
            return _book(session, kit, patient, infusion(kit), infusion(kit, NINE + timedelta(days=1), "chair-2"))

    with ThreadPoolExecutor(12) as pool:
        results = list(pool.map(attempt, patients))
    assert sum(isinstance(result, list) for result in results) == 1
    assert all(len(result.conflicts) >= 2 for result in results if isinstance(result, Refused))


def test_moves_that_cross_do_not_deadlock(database: Database, kit: Kit) -> None:
    """Twelve patients between two chairs and two nurses, all moved at once onto two slots: two win, none hangs."""
    patients = _patients(database, kit, 12)
    with database.writing() as session:
        ids = [_book(session, kit, patient, infusion(kit, NINE + timedelta(days=at), f"chair-{at % 2 + 1}"))[0]
               for at, patient in enumerate(patients)]

    def attempt(at: int) -> Promised:
        with database.writing() as session:
            return moved(session, at)

    @whole
    def moved(session, at: int):
        lock_patients(session, kit.clinic_id, [patients[at]])
        row = session.get(Appointment, ids[at])
        place = infusion(kit, NINE - timedelta(days=3), f"chair-{at % 2 + 1}", f"rn-{(at // 2) % 2 + 1}")
        conflicts = move(session, session.get(Clinic, kit.clinic_id), [(row, place)], now=NOW)
        return Refused(conflicts) if conflicts else row.id

    with ThreadPoolExecutor(12) as pool:
        results = list(pool.map(attempt, range(12)))
    assert sum(isinstance(result, int) for result in results) == 2
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Claim)) == 12 * 4
        assert session.scalar(select(func.count()).where(Appointment.version == 2)) == 2


def test_a_trigger_refusal_is_named_even_for_those_who_forgot_to_lock(database: Database, kit: Kit) -> None:
    one, two = _patients(database, kit, 2)
    with database.writing() as session:
        _book(session, kit, one, infusion(kit))
        done = promise(session, session.get(Clinic, kit.clinic_id), [infusion(kit, NINE + timedelta(minutes=30))],
                       Owner(two, AppointmentStatus.BOOKED), by=kit.viewer(), now=NOW)
        assert {type(conflict) for conflict in done.conflicts} == {ResourceTaken}
