"""A week as booked beside the same week level-loaded, on both engines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from models import Appointment, AuditEntry
from scheduler.database import Database
from scheduler.planning.words import Role
from scheduler.services.booking.book_series import BookedSeries
from scheduler.services.clinic.level_week import WeekTotals, level_week
from tests.builders import NOW, Kit, build_clinic
from tests.services.series_kit import MONDAY, book, build_course


@pytest.fixture
def crowded(database: Database, kit: Kit) -> Kit:
    """Two courses whose first two infusions of the week (Wednesday, Friday) begin at 9 on the same days."""
    first = build_course(database, kit)
    second = build_course(database, kit, protocol_id=first.protocol_id, family="Rowe")
    booked = [book(database, first), book(database, second, key="key-2", chair="chair-2", nurse="rn-2",
                                          therapist="th-2")]
    assert all(isinstance(one, BookedSeries) for one in booked)
    return kit


def test_visits_that_begin_together_are_taken_apart_and_the_peaks_fall(database: Database, crowded: Kit) -> None:
    with database.reading() as session:
        week = level_week(session, MONDAY, by=crowded.viewer(Role.ADMINISTRATOR), now=NOW, seconds=60)
    assert (week.infusions, week.movable, week.moved, week.finished) == (4, 4, 2, True)
    assert week.booked == WeekTotals(chairs=2, nurses=4, waiting=2)
    assert week.level == WeekTotals(chairs=1, nurses=2, waiting=0)
    days = {day.on: (day.infusions, day.booked.waiting, day.level.waiting) for day in week.days}
    assert days[MONDAY + timedelta(days=2)] == days[MONDAY + timedelta(days=4)] == (2, 1, 0)
    assert days[MONDAY] == (0, 0, 0)


def test_looking_writes_nothing(database: Database, crowded: Kit) -> None:
    def book_of() -> tuple:
        with database.reading() as session:
            return (session.execute(select(Appointment.id, Appointment.wall_start, Appointment.version)
                                    .order_by(Appointment.id)).all(), session.scalars(select(AuditEntry.id)).all())
    before = book_of()
    with database.reading() as session:
        assert level_week(session, MONDAY, by=crowded.viewer(Role.ADMINISTRATOR), now=NOW, seconds=60).moved
    assert book_of() == before


def test_what_is_over_or_too_near_stays(database: Database, crowded: Kit) -> None:
    """Wednesday 7 in the morning: the infusions at 9 are nearer than three hours, those of Friday may move."""
    with database.reading() as session:
        week = level_week(session, MONDAY, by=crowded.viewer(Role.ADMINISTRATOR), seconds=60,
                          now=datetime(2027, 4, 7, 11, tzinfo=UTC))
    assert (week.movable, week.moved) == (2, 1)
    assert {day.on: day.moved for day in week.days if day.moved} == {MONDAY + timedelta(days=4): 1}
    assert week.level == WeekTotals(chairs=2, nurses=4, waiting=1)


def test_another_clinics_week_is_its_own(database: Database, crowded: Kit) -> None:
    with database.writing() as session:
        other = build_clinic(session, "Birch Clinic")
    with database.reading() as session:
        week = level_week(session, MONDAY, by=other.viewer(Role.ADMINISTRATOR), now=NOW, seconds=60)
    assert (week.infusions, week.movable, week.booked) == (0, 0, WeekTotals(0, 0, 0))
