"""Whole series against each other, through two web processes: chair, nurse and therapist of seven visits."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from sqlalchemy import func, select

from models import Appointment, Hold, Series
from scheduler.planning.documents import to_document
from scheduler.web.desk.book_series_page import PLAN
from scheduler.web.desk.hold_address import since_of
from scheduler.web.sealed import seal
from tests.builders import Kit
from tests.faults.crowd import Attempt
from tests.faults.scene import course_places, orders, people, series_of
from tests.services.series_kit import build_protocol


def holding(arena, kit: Kit, number: int) -> list[Attempt]:
    """As many patients choose the very same plan."""
    with arena.database.writing() as session:
        protocol_id = build_protocol(session, kit)
    patients = people(arena.database, kit, number)
    places = json.dumps([to_document(place) for place in course_places(kit)])
    with arena.app.app_context():
        return [Attempt(f"/patients/{patient_id}/holds", {
            "plan": seal([series_of(patient_id, order_id, protocol_id).to_text(), places], PLAN)})
            for patient_id, order_id in zip(patients, orders(arena.database, kit, patients), strict=True)]


def count(arena, kit: Kit, table: type) -> int:
    with arena.database.reading() as session:
        return session.scalar(select(func.count()).where(table.clinic_id == kit.clinic_id)) or 0


def test_of_a_crowd_that_wants_one_course_one_holds_it_whole(arena, kit, race, attempts) -> None:
    number = attempts(24)
    _, counted = race("hold one course of 7 visits", holding(arena, kit, number))
    assert (counted.successes, counted.conflicts) == (1, {"chair-1 taken and th-1 taken": number - 1})
    assert [count(arena, kit, table) for table in (Hold, Appointment, Series)] == [1, 7, 0]


def test_a_hold_booked_by_a_hundred_at_once_becomes_one_series(arena, kit, race) -> None:
    (choose,) = holding(arena, kit, 1)
    rushed, _ = race("hold a course", [choose])
    address = urlsplit(rushed.answers[0].location)
    (hold_id, since) = _hold(arena, kit)
    book = Attempt(f"{address.path}/book?{address.query}", {"key": f"hold-{hold_id}-{since}"})
    rushed, counted = race("book one hold", [book] * 100)
    assert counted.successes == 100
    assert len({answer.location for answer in rushed.answers}) == 1
    assert [count(arena, kit, table) for table in (Hold, Appointment, Series)] == [0, 7, 1]


def _hold(arena, kit: Kit) -> tuple[int, str]:
    with arena.database.reading() as session:
        hold = session.scalars(select(Hold).where(Hold.clinic_id == kit.clinic_id)).one()
        return hold.id, since_of(hold.created_at)
