"""Single visits against each other, through two web processes: the therapist, the chair and nurse, the patient."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from sqlalchemy import func, select

from models import Appointment
from scheduler.database import Database
from tests.builders import Kit
from tests.faults.crowd import Attempt
from tests.faults.scene import at, orders, people
from tests.faults.whole_book import peak_of


def booking(kit: Kit, patient_id: int, kind: str, start: datetime, key: str, order_id: int | None = None,
            **resources: str) -> Attempt:
    """The form that books one visit at a time with the resources that were chosen."""
    order = f"&order={order_id}" if order_id else ""
    chosen = {kind: kit.resources[name] for kind, name in resources.items()}
    return Attempt(f"/patients/{patient_id}/visits?type={kit.visit_types[kind]}&earliest={start.date()}{order}",
                   {"start": json.dumps([f"{start:%Y-%m-%dT%H:%M}", chosen]), "key": key})


def infusions(database: Database, kit: Kit, number: int) -> list[tuple[int, int]]:
    """So many patients, each with an order."""
    patients = people(database, kit, number)
    return list(zip(patients, orders(database, kit, patients), strict=True))


def visits(arena, kit: Kit) -> int:
    with arena.database.reading() as session:
        return session.scalar(select(func.count()).where(Appointment.clinic_id == kit.clinic_id)) or 0


def test_of_all_who_want_one_hour_of_a_therapist_one_gets_it(arena, kit, race, attempts) -> None:
    patients = people(arena.database, kit, attempts(40))
    _, counted = race("one therapist's hour", [
        booking(kit, patient_id, "therapy", at(9), f"key {patient_id}", therapist="th-1")
        for patient_id in patients])
    assert (counted.successes, counted.conflicts) == (1, {"th-1 taken": len(patients) - 1})
    assert visits(arena, kit) == 1


def test_of_all_who_want_one_chair_and_one_nurse_one_gets_both(arena, kit, race, attempts) -> None:
    wanted = infusions(arena.database, kit, attempts(30))
    _, counted = race("one chair and its nurse", [
        booking(kit, patient_id, "infusion", at(9), f"key {patient_id}", order_id, chair="chair-1", nurse="rn-1")
        for patient_id, order_id in wanted])
    assert (counted.successes, counted.conflicts) == (1, {"chair-1 taken": len(wanted) - 1})
    assert visits(arena, kit) == 1


def test_a_nurse_is_filled_to_her_units_and_never_above(arena, kit, race, attempts) -> None:
    """Eight chairs, one nurse of four units (two while an infusion runs, one in recovery), starts every five minutes.

    Nothing is ever given back, so whoever was refused must still be in the way of somebody at the end.
    """
    wanted = infusions(arena.database, kit, attempts(30))
    starts = [at(9) + timedelta(minutes=5 * (number * 7 % 80)) for number in range(len(wanted))]
    chairs = [f"chair-{number % 8 + 1}" for number in range(len(wanted))]
    rushed, counted = race("one nurse of 4 units, 8 chairs", [
        booking(kit, patient_id, "infusion", start, f"key {patient_id}", order_id, chair=chair, nurse="rn-1")
        for (patient_id, order_id), start, chair in zip(wanted, starts, chairs, strict=True)])
    assert peak_of(arena.database, kit.resources["rn-1"]) == 4
    assert counted.successes == visits(arena, kit) >= 2
    assert counted.conflicts.total() == len(wanted) - counted.successes
    booked = [(start, chair) for start, chair, answer in zip(starts, chairs, rushed.answers, strict=True)
              if answer.status == 303]
    for start, chair, answer in zip(starts, chairs, rushed.answers, strict=True):
        assert answer.status == 303 or _no_room(start, chair, booked), (start, chair, booked)


def _no_room(start: datetime, chair: str, booked: list[tuple[datetime, str]]) -> bool:
    """Minute by minute: the chair for 125 minutes, two units of the nurse for 55, then one for 60."""
    def nurse(began: datetime, minute: datetime) -> int:
        gone = (minute - began).total_seconds() / 60
        return 2 if 0 <= gone < 55 else 1 if 55 <= gone < 115 else 0
    minutes = [start + timedelta(minutes=number) for number in range(125)]
    return any(chair == other and abs(start - began) < timedelta(minutes=125) for began, other in booked) or any(
        nurse(start, minute) and nurse(start, minute) + sum(nurse(began, minute) for began, _ in booked) > 4
        for minute in minutes)


def test_a_patient_wanted_in_many_places_is_in_one(arena, kit, race, attempts) -> None:
    (patient_id,) = people(arena.database, kit, 1)
    number = attempts(30)
    _, counted = race("one patient, overlapping hours of two therapists", [
        booking(kit, patient_id, "therapy", at(9, 15 * (one % 3)), f"key {one}", therapist=f"th-{one % 2 + 1}")
        for one in range(number)])
    assert counted.successes == visits(arena, kit) == 1
    assert counted.conflicts.total() == number - 1
    assert all("patient elsewhere" in name for name in counted.conflicts)


def test_one_form_sent_a_hundred_times_books_one_visit(arena, kit, race) -> None:
    (patient_id,) = people(arena.database, kit, 1)
    same = booking(kit, patient_id, "therapy", at(9), "the same key", therapist="th-1")
    rushed, counted = race("one form, the same key", [same] * 100)
    assert counted.successes == 100
    assert len({answer.location for answer in rushed.answers}) == 1
    assert visits(arena, kit) == 1
