"""Lost visits are placed anew with the rest of their series: previewed, then applied as shown or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

from sqlalchemy import select

from models import Appointment, Resource, Series
from scheduler.database import Database
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.planning.words import Role
from scheduler.services.booking.book_series import BookPlan, book_plan
from scheduler.services.booking.plan_series import plan_series
from scheduler.services.booking.wishes import Wishes
from scheduler.services.changing.apply_replan import OVERRIDE, ApplyReplan, Replanned, apply_replan
from scheduler.services.changing.record_visit import Happened, Recorded, RecordVisit, record_visit
from scheduler.services.changing.replan import NoReplan, ReplanPreview, ReplanSeries, preview_replan
from scheduler.services.changing.reschedule import Moved
from scheduler.services.clean_book import booking
from scheduler.services.conflicts import (
    PlanChanged,
    ReasonMissing,
    ResourceTaken,
)
from tests.builders import NOW, Kit
from tests.services.series_kit import MONDAY, SETTINGS, book, build_course, build_protocol
from tests.services.test_reschedule import at, cancel, move

A = AppointmentStatus


def preview(database: Database, kit: Kit, series_id: int, now=NOW, **changes) -> ReplanPreview:
    with database.reading() as session:
        return preview_replan(session, ReplanSeries(series_id, **changes), by=kit.viewer(), now=now)


def apply(database: Database, kit: Kit, shown: ReplanPreview, now=NOW, reason: str = "", role=Role.CLINICIAN):
    with booking(database, now=now) as session:
        command = ApplyReplan(shown.command, shown.plan.places, shown.fingerprint, reason)
        return apply_replan(session, command, by=kit.viewer(role), now=now)


def test_a_cancelled_visit_is_placed_anew_with_the_later_ones(database: Database, kit: Kit) -> None:
    booked = book(database, build_course(database, kit))
    row_id = booked.appointment_ids[3]
    cancel(database, kit, row_id)
    shown = preview(database, kit, booked.series_id)
    assert isinstance(shown, ReplanPreview)
    again = {one.appointment_id: one for one in shown.moves}
    assert (again[row_id].before, again[row_id].status) == (None, A.CANCELLED)
    assert again[row_id].after.wall_start.date() != at(7, 9).date()
    assert shown.staying + len(shown.moves) == 7
    with database.reading() as session:
        assert session.get(Appointment, row_id).status == A.CANCELLED
    done = apply(database, kit, shown)
    assert set(done.appointment_ids) == set(again)
    with database.reading() as session:
        rows = session.scalars(select(Appointment).order_by(Appointment.ordinal)).all()
        assert [row.status for row in rows] == [A.BOOKED] * 7
        assert [row.step for row in rows] == ["prep-1", *(f"inf-{n}" for n in range(1, 7))]
        gaps = [(b.starts_on - a.starts_on).days for a, b in zip(rows[1:], rows[2:], strict=False)]
        assert all(low <= gap <= low + 3 for gap, low in zip(gaps, (1, 1, 2, 1, 1), strict=True))


def test_a_missed_visit_is_placed_after_now_and_what_happened_stays(database: Database, kit: Kit) -> None:
    booked = book(database, build_course(database, kit))
    now = NOW + timedelta(days=8)
    with database.writing() as session:
        for row_id, what in zip(booked.appointment_ids[:3], (Happened.DONE, Happened.DONE, Happened.NO_SHOW),
                                strict=True):
            record_visit(session, RecordVisit(row_id, what), by=kit.viewer(), now=now)
    stuck = preview(database, kit, booked.series_id, now=now)
    assert isinstance(stuck, NoReplan)
    way = stuck.ways_out[0]
    assert way.sentence == "Let infusion 2 of 6 come later than the protocol allows; a reason is asked for."
    with database.reading() as session:
        shown = preview_replan(session, way.command, by=kit.viewer(), now=now)
    assert {one.appointment_id for one in shown.moves} <= set(booked.appointment_ids[2:])
    assert all(one.after.starts_at > now for one in shown.moves)
    assert apply(database, kit, shown, now=now).conflicts == (ReasonMissing(OVERRIDE),)
    apply(database, kit, shown, now=now, reason="ill over the weekend")
    with database.reading() as session:
        rows = session.scalars(select(Appointment).order_by(Appointment.ordinal)).all()
        assert [row.status for row in rows] == [A.FULFILLED] * 2 + [A.BOOKED] * 5
        assert rows[1].version == 1


def test_a_preview_of_a_series_that_changed_is_not_applied(database: Database, kit: Kit) -> None:
    booked = book(database, build_course(database, kit))
    cancel(database, kit, booked.appointment_ids[3])
    shown = preview(database, kit, booked.series_id)
    move(database, kit, booked.appointment_ids[6], at(15, 14))
    assert apply(database, kit, shown).conflicts == (PlanChanged(),)


def test_a_preview_whose_time_was_taken_meanwhile_moves_nothing(database: Database, kit: Kit) -> None:
    first = build_course(database, kit)
    booked = book(database, first)
    cancel(database, kit, booked.appointment_ids[3])
    shown = preview(database, kit, booked.series_id)
    target = next(one.after for one in shown.moves if one.appointment_id == booked.appointment_ids[3])
    other = build_course(database, kit, protocol_id=first.protocol_id, family="Other")
    theirs = book(database, other, key="two", chair="chair-2", nurse="rn-2", therapist="th-2", hour=13)
    chosen = {kind: next(name for name, id_ in kit.resources.items() if id_ == target.resource(kind).id)
              for kind in ("chair", "nurse")}
    assert isinstance(move(database, kit, theirs.appointment_ids[3], target.wall_start, why="x", **chosen), Moved)
    refused = apply(database, kit, shown)
    assert {type(one) for one in refused.conflicts} == {ResourceTaken}
    with database.reading() as session:
        rows = session.scalars(select(Appointment).where(Appointment.series_id == booked.series_id)
                               .order_by(Appointment.ordinal)).all()
        assert [row.wall_start for row in rows] == [place.wall_start for place in first.places()]


def test_where_the_rest_does_not_fit_a_later_end_is_offered(database: Database, kit: Kit) -> None:
    booked = book(database, build_course(database, kit))
    with database.writing() as session:
        session.get(Series, booked.series_id).latest_on = MONDAY + timedelta(days=15)
    now = NOW + timedelta(days=14)
    with database.writing() as session:
        for row_id in booked.appointment_ids[:4]:
            record_visit(session, RecordVisit(row_id, Happened.DONE), by=kit.viewer(), now=now)
        for row_id in booked.appointment_ids[4:6]:
            record_visit(session, RecordVisit(row_id, Happened.NO_SHOW), by=kit.viewer(), now=now)
    shown = preview(database, kit, booked.series_id, now=now)
    if isinstance(shown, NoReplan):
        shown = preview(database, kit, booked.series_id, now=now, latest_on=shown.ways_out[0].command.latest_on)
    assert isinstance(shown, ReplanPreview)
    assert isinstance(apply(database, kit, shown, now=now).appointment_ids, tuple)


def test_a_therapist_who_has_left_is_not_waited_for(database: Database, kit: Kit) -> None:
    """The session before the infusions was held by one who has left; the extra ones go to somebody else."""
    with database.writing() as session:
        preparation = replace(SETTINGS.preparation, count=2, apart_min_days=1)
        protocol_id = build_protocol(session, kit, replace(SETTINGS, preparation=preparation))
    course = build_course(database, kit, protocol_id=protocol_id)
    wishes = Wishes(MONDAY, 6, MONDAY + timedelta(days=20), (0, 2, 4), time(9), time(12),
                    therapist_id=kit.resources["th-1"])
    with database.reading() as session:
        offer = plan_series(session, course.plan(wishes=wishes), by=kit.viewer(), now=NOW)
    with booking(database, now=NOW) as session:
        booked = book_plan(session, BookPlan(offer.command, offer.plans[0].places, "key"), by=kit.viewer(), now=NOW)
    with database.reading() as session:
        first = session.get(Appointment, booked.appointment_ids[0])
    now = first.ends_at
    with database.writing() as session:
        record_visit(session, RecordVisit(first.id, Happened.DONE), by=kit.viewer(), now=now)
        session.get(Resource, kit.resources["th-1"]).active = False
    cancel(database, kit, booked.appointment_ids[1], now=now)
    shown = preview(database, kit, booked.series_id, now=now)
    talk = next(one.after for one in shown.moves if one.appointment_id == booked.appointment_ids[1])
    assert talk.resource("therapist").name == "th-2"
    assert isinstance(apply(database, kit, shown, now=now), Replanned)


def test_a_missed_infusion_follows_the_one_given_after_it(database: Database, kit: Kit) -> None:
    booked = book(database, build_course(database, kit))
    now = NOW + timedelta(days=11)
    with database.writing() as session:
        for row_id, what in zip(booked.appointment_ids[:4], (Happened.DONE, Happened.DONE, Happened.NO_SHOW,
                                                             Happened.DONE), strict=True):
            assert isinstance(record_visit(session, RecordVisit(row_id, what), by=kit.viewer(), now=now), Recorded)
    shown = preview(database, kit, booked.series_id, now=now)
    assert isinstance(shown, ReplanPreview)
    apply(database, kit, shown, now=now)
    with database.reading() as session:
        rows = session.scalars(select(Appointment).order_by(Appointment.starts_at)).all()
        assert [row.step for row in rows] == ["prep-1", *(f"inf-{n}" for n in (1, 3, 2, 4, 5, 6))]
        assert all(two.starts_on > one.starts_on for one, two in zip(rows, rows[1:], strict=False))
