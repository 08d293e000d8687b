"""How soon a visit may be given a new time: no sooner than the clinic's notice, unless a person picks the time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import Appointment, Clinic
from scheduler.database import Database
from scheduler.services.booking.offers import ByHand
from scheduler.services.changing.replan import ReplanPreview
from scheduler.services.clinic.level_week import level_week
from scheduler.services.outages.batch_parts import PlanBatch
from scheduler.services.refusal import Refused
from scheduler.services.waiting.offer_times import TOO_NEAR, OfferTime, offer_time
from tests.builders import NOW, Kit
from tests.services.series_kit import MONDAY, book, build_course
from tests.services.test_batches import WEDNESDAY, close, plan, two_courses
from tests.services.test_replan import preview
from tests.services.test_reschedule import at, cancel
from tests.services.waiting_desk import SLOT, Desk

PRESENT = at(-3, 10)
"""The wall time of NOW: the Friday before the course."""


def set_notice(database: Database, kit: Kit, hours: int) -> None:
    with database.writing() as session:
        session.get_one(Clinic, kit.clinic_id).notice_hours = hours


def lost(database: Database, kit: Kit):
    """A course of which the second infusion, on the Wednesday, was called off."""
    booked = book(database, build_course(database, kit))
    cancel(database, kit, booked.appointment_ids[1])
    return booked


def test_a_visit_placed_anew_comes_no_sooner_than_the_notice(database: Database, kit: Kit) -> None:
    booked = lost(database, kit)
    for hours in (3, 24 * 4, 24 * 6):
        set_notice(database, kit, hours)
        shown = preview(database, kit, booked.series_id)
        assert isinstance(shown, ReplanPreview)
        assert min(one.after.wall_start for one in shown.moves) >= PRESENT + timedelta(hours=hours)


def test_a_time_that_is_set_by_hand_may_come_sooner(database: Database, kit: Kit) -> None:
    booked = lost(database, kit)
    set_notice(database, kit, 24 * 6)
    soon = at(3, 8)
    shown = preview(database, kit, booked.series_id, by_hand=(ByHand("inf-1", soon),))
    assert isinstance(shown, ReplanPreview)
    assert soon < PRESENT + timedelta(days=6)
    assert soon in {one.after.wall_start for one in shown.moves}


def test_a_plan_after_a_closure_keeps_the_notice(database: Database, kit: Kit) -> None:
    two_courses(database, kit)
    close(database, kit)
    set_notice(database, kit, 24 * 6)
    for apart in (False, True):
        shown = plan(database, kit, PlanBatch(apart=apart))
        new = [one.after for one in shown.moves if one.after != one.before]
        assert new and min(new) >= PRESENT + timedelta(days=6) > WEDNESDAY


def test_what_stands_within_the_notice_may_stay(database: Database, kit: Kit) -> None:
    booked = lost(database, kit)
    set_notice(database, kit, 24 * 6)
    shown = preview(database, kit, booked.series_id)
    assert booked.appointment_ids[0] not in {one.appointment_id for one in shown.moves}
    with database.reading() as session:
        assert session.get_one(Appointment, booked.appointment_ids[0]).wall_start < PRESENT + timedelta(days=6)
    assert preview(database, kit, booked.series_id, now=NOW + timedelta(hours=1)).moves


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_week_that_is_looked_at_level_moves_nothing_into_the_notice(database: Database, kit: Kit) -> None:
    two_courses(database, kit)
    for hours, movable in ((3, 4), (24 * 6, 2), (24 * 14, 0)):
        set_notice(database, kit, hours)
        with database.reading() as session:
            week = level_week(session, MONDAY, by=kit.viewer(), now=NOW, seconds=5)
        assert (week.infusions, week.movable) == (4, movable)
        assert all(day.on >= (PRESENT + timedelta(hours=hours)).date() for day in week.days if day.moved)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_freed_time_within_the_notice_is_not_offered(database: Database) -> None:
    desk = Desk(database)
    desk.wait(0, 1, 2)
    desk.free()
    set_notice(database, desk.kit, int((SLOT - PRESENT) / timedelta(hours=1)) + 1)
    refused = desk.do(offer_time, OfferTime(1))
    assert isinstance(refused, Refused) and TOO_NEAR in refused.sentence
    set_notice(database, desk.kit, 3)
    assert desk.do(offer_time, OfferTime(1)).offer_ids
