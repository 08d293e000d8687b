"""What a patient may change of a course by a link: nothing but what keeps every rule of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from models import Appointment, Message, PatientLink
from scheduler.access import Viewer
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.planning.words import Channel
from scheduler.queries.patient_links import VISITS
from scheduler.services.by_link.answer_link import LinkOver, VisitOver
from scheduler.services.by_link.by_link import TooNear
from scheduler.services.by_link.patient_changes import (
    Gone,
    OwnMove,
    OwnVisit,
    own_move,
    own_move_back,
    own_times,
)
from scheduler.services.changing.reschedule import Moved, MoveVisit, move_visit
from scheduler.services.changing.undo_change import Undone
from scheduler.services.clean_book import booking
from scheduler.services.messages.make_link import make_link
from scheduler.services.refusal import Refused
from tests.builders import NOW
from tests.services.series_kit import book, build_course

LAST = timedelta(days=30)


class Held:
    """A booked course of seven visits, and the link of its patient."""

    def __init__(self, database, kit):
        self.database, self.course = database, build_course(database, kit)
        book(database, self.course)
        with database.writing() as session:
            message = session.scalars(select(Message).where(Message.channel == Channel.EMAIL)).first()
            make_link(session, message, purpose=VISITS, expires_at=NOW + timedelta(days=40), now=NOW)
            self.link_id = session.scalars(select(PatientLink.id)).one()
            self.ids = dict(session.execute(select(Appointment.step, Appointment.id)).all())

    def visit(self, step: str) -> Appointment:
        with self.database.reading() as session:
            row = session.get_one(Appointment, self.ids[step])
            session.expunge(row)
            return row

    def times(self, step: str, now: datetime = NOW):
        with self.database.reading() as session:
            return own_times(session, OwnVisit(self.link_id, self.ids[step]), first_on=now.date(),
                             last_on=(now + LAST).date(), now=now)

    def move(self, step: str, start: datetime, now: datetime = NOW):
        with booking(self.database, now=now) as session:
            return own_move(session, OwnMove(self.link_id, self.ids[step], self.visit(step).version, start), now=now)


@pytest.fixture
def held(database, kit) -> Held:
    """A booked course and its patient's link."""
    return Held(database, kit)


def test_every_time_that_is_offered_keeps_the_course_and_can_be_had(held):
    """Infusions two or three days apart (one day less, two more): the third, of a Friday, may be on few other days."""
    days = sorted({one.wall_start.date().isoformat() for one in held.times("inf-3")})
    before, after = (held.visit(step).starts_on for step in ("inf-2", "inf-4"))
    assert days and before.isoformat() < days[0] and days[-1] < after.isoformat()
    assert held.visit("inf-3").wall_start not in [one.wall_start for one in held.times("inf-3")]
    first = held.times("inf-3")[0]
    assert isinstance(held.move("inf-3", first.wall_start), Moved)
    assert held.visit("inf-3").wall_start == first.wall_start
    others = [held.visit(step).version for step in held.ids if step != "inf-3"]
    assert others == [1] * 6, "nothing else of the course has moved"


def test_a_time_that_breaks_the_course_is_refused_although_it_is_free(held):
    broken = held.visit("inf-4").wall_start + timedelta(hours=3)
    refused = held.move("inf-3", broken)
    assert isinstance(refused, Refused) and isinstance(refused.conflicts[0], Gone)
    assert held.visit("inf-3").version == 1


def test_what_is_too_near_is_neither_offered_nor_taken(held):
    near = NOW + timedelta(days=2, hours=20)
    assert held.visit("prep-1").starts_at - near < timedelta(hours=24)
    assert held.times("prep-1", near).conflicts == (TooNear(),)
    soonest = (near + timedelta(hours=24)).replace(tzinfo=None)
    assert all(one.wall_start >= soonest - timedelta(hours=5) for one in held.times("inf-1", near))


def test_a_stranger_and_a_link_that_is_over_move_nothing(held):
    start = held.times("inf-3")[0].wall_start
    with booking(held.database, now=NOW) as session:
        other = own_move(session, OwnMove(held.link_id, 10**6, 1, start), now=NOW)
        assert other == Refused((VisitOver(),))
    later = NOW + timedelta(days=41)
    with booking(held.database, now=later) as session:
        over = own_move(session, OwnMove(held.link_id, held.ids["inf-3"], 1, start), now=later)
        assert over == Refused((LinkOver(),))


def test_only_an_own_fresh_move_is_taken_back(held, kit):
    first, second = (one.wall_start for one in held.times("inf-3")[:2])
    held.move("inf-3", first)
    with booking(held.database, now=NOW + timedelta(minutes=31)) as session:
        late = own_move_back(session, OwnVisit(held.link_id, held.ids["inf-3"]), now=NOW + timedelta(minutes=31))
        assert late == Refused((VisitOver(),))
    with booking(held.database, now=NOW) as session:
        assert isinstance(own_move_back(session, OwnVisit(held.link_id, held.ids["inf-3"]), now=NOW), Undone)
    by: Viewer = kit.viewer()
    with booking(held.database, now=NOW) as session:
        version = session.get_one(Appointment, held.ids["inf-3"]).version
        assert isinstance(move_visit(session, MoveVisit(held.ids["inf-3"], version, second), by=by, now=NOW), Moved)
    with booking(held.database, now=NOW) as session:
        desk = own_move_back(session, OwnVisit(held.link_id, held.ids["inf-3"]), now=NOW)
        assert desk == Refused((VisitOver(),)), "what the desk did is the desk's to take back"
    assert held.visit("inf-3").status == AppointmentStatus.BOOKED and held.visit("inf-3").wall_start == second
