"""Everything at once: whole courses, single visits, moves, cancellations and their undo, on the same few people."""

from __future__ import annotations

import json
import random

from scheduler.planning.documents import to_document
from scheduler.web.desk.book_series_page import PLAN
from scheduler.web.sealed import seal
from tests.builders import Kit
from tests.faults.crowd import Attempt
from tests.faults.scene import at, course_places, orders, people, series_of
from tests.faults.test_move_races import booked, hours, moving
from tests.faults.test_visit_races import booking
from tests.services.series_kit import build_protocol


def test_every_verb_at_once_ends_without_a_deadlock_and_with_a_whole_book(arena, kit: Kit, race, attempts) -> None:
    """Each takes its locks in its own order of business: patients first, then resources, or this would hang."""
    dice = random.Random(4)
    with arena.database.writing() as session:
        protocol_id = build_protocol(session, kit)
    patients = people(arena.database, kit, 12)
    ordered = dict(zip(patients, orders(arena.database, kit, patients, infusions=20), strict=True))
    there = booked(arena.database, kit, [dice.choice(patients) for _ in hours(1)], hours(1), "th-1")

    def course(patient_id: int) -> Attempt:
        places = course_places(kit, chair=f"chair-{dice.randint(1, 2)}", nurse=f"rn-{dice.randint(1, 2)}",
                               therapist=f"th-{dice.randint(1, 2)}")
        told = [series_of(patient_id, ordered[patient_id], protocol_id).to_text(),
                json.dumps([to_document(place) for place in places])]
        with arena.app.app_context():
            return Attempt(f"/patients/{patient_id}/holds", {"plan": seal(told, PLAN)})

    def infusion(patient_id: int) -> Attempt:
        return booking(kit, patient_id, "infusion", at(dice.randint(8, 15), day=2), f"key {dice.random()}",
                       ordered[patient_id], chair=f"chair-{dice.randint(1, 2)}", nurse=f"rn-{dice.randint(1, 2)}")

    def session_with(patient_id: int) -> Attempt:
        return booking(kit, patient_id, "therapy", dice.choice(hours(1)), f"key {dice.random()}",
                       therapist=f"th-{dice.randint(1, 2)}")

    def moved(_: int) -> Attempt:
        return moving(dice.choice(there), dice.choice(hours(1)), dice.randint(1, 3))

    def cancelled(_: int) -> Attempt:
        return Attempt(f"/appointments/{dice.choice(there)}/cancel", {"reason": "patient called"})

    def taken_back(_: int) -> Attempt:
        return Attempt(f"/appointments/{dice.choice(there)}/cancel/undo", {})

    verbs = (course, infusion, infusion, session_with, session_with, moved, moved, moved, cancelled, taken_back)
    number = attempts(40)
    _, counted = race("every verb at once", [verbs[one % len(verbs)](dice.choice(patients)) for one in range(number)])
    assert counted.successes + counted.conflicts.total() == number
    assert counted.successes >= number // 10
