"""Whatever is done to a series, its visits stay the same rows, and what occupies is what the statuses say."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from models import Appointment, Claim, Message, Series
from scheduler.database import Database
from scheduler.planning.lifecycle import LIVE_MESSAGE, OCCUPYING, AppointmentStatus, SeriesStatus
from scheduler.services.booking.free_times import MoveTimes, move_times
from scheduler.services.changing.apply_replan import ApplyReplan, apply_replan
from scheduler.services.changing.cancel import (
    CancelVisit,
    StopSeries,
    UndoCancel,
    UndoStop,
    cancel_visit,
    stop_series,
    undo_cancel,
    undo_stop,
)
from scheduler.services.changing.record_visit import Happened, RecordVisit, UndoRecord, record_visit, undo_record
from scheduler.services.changing.replan import ReplanPreview, ReplanSeries, preview_replan
from scheduler.services.changing.reschedule import MoveVisit, move_visit
from scheduler.services.clean_book import booking
from tests.builders import NOW, Kit
from tests.services.series_kit import book, build_course

ACTS = 24


def act(session, kit: Kit, series_id: int, chance: random.Random, now: datetime) -> None:
    """One random act of the desk; refusals are as welcome as successes."""
    by, rows = kit.viewer(), session.scalars(select(Appointment).where(Appointment.series_id == series_id)).all()
    row = chance.choice(rows)
    what = chance.choice(["cancel", "undo cancel", "record", "undo", "move", "replan", "stop", "undo stop"])
    if what == "cancel":
        cancel_visit(session, CancelVisit(row.id, "x"), by=by, now=now)
    elif what == "undo cancel":
        undo_cancel(session, UndoCancel(row.id), by=by, now=now)
    elif what == "record":
        record_visit(session, RecordVisit(row.id, chance.choice(list(Happened))), by=by, now=now)
    elif what == "undo":
        undo_record(session, UndoRecord(row.id), by=by, now=now)
    elif what == "move":
        day = max(row.starts_on, now.date()) + timedelta(days=chance.randint(0, 2))
        times = move_times(session, MoveTimes(row.id, day, day), by=by, now=now)
        if times:
            place = chance.choice(times)
            move_visit(session, MoveVisit(row.id, row.version, place.wall_start, place.chosen), by=by, now=now)
    elif what == "replan":
        shown = preview_replan(session, ReplanSeries(series_id), by=by, now=now)
        if isinstance(shown, ReplanPreview):
            command = ApplyReplan(shown.command, shown.plan.places, shown.fingerprint)
            apply_replan(session, command, by=by, now=now)
    elif what == "stop" and chance.random() < 0.3:
        stop_series(session, StopSeries(series_id, "x"), by=by, now=now)
    else:
        undo_stop(session, UndoStop(series_id), by=by, now=now)


def check(database: Database, series_id: int, other_id: int, ids: tuple[int, ...]) -> None:
    with database.reading() as session:
        rows = session.scalars(select(Appointment).where(Appointment.series_id == series_id)
                               .order_by(Appointment.ordinal)).all()
        assert tuple(row.id for row in rows) == ids
        assert [row.step for row in rows] == ["prep-1", *(f"inf-{n}" for n in range(1, 7))]
        claims = Counter(session.scalars(select(Claim.appointment_id).where(Claim.appointment_id.in_(ids))))
        for row in rows:
            expected = (2 if row.step == "prep-1" else 4) if row.status in OCCUPYING else 0
            assert claims[row.id] == expected, f"{row.status} with {claims[row.id]} claims"
        series = session.get(Series, series_id)
        if series.status == SeriesStatus.STOPPED:
            assert AppointmentStatus.BOOKED not in {row.status for row in rows}
        live = session.execute(select(Message.appointment_id, Message.kind, Message.channel, func.count()).where(
            Message.appointment_id.is_not(None), Message.state.in_(LIVE_MESSAGE))
            .group_by(Message.appointment_id, Message.kind, Message.channel).having(func.count() > 1)).all()
        assert live == []
        assert session.scalar(select(func.count()).where(
            Appointment.series_id == other_id, Appointment.status == AppointmentStatus.BOOKED)) == 7


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_any_acts_the_series_is_whole_and_another_patients_untouched(
        database: Database, kit: Kit, seed: int) -> None:
    course = build_course(database, kit)
    booked = book(database, course)
    other = book(database, build_course(database, kit, protocol_id=course.protocol_id, family="Other"), key="other",
                 chair="chair-2", nurse="rn-2", therapist="th-2")
    chance, now = random.Random(seed), NOW
    for _ in range(ACTS):
        now += timedelta(hours=chance.randint(0, 30))
        with booking(database, now=now) as session:
            act(session, kit, booked.series_id, chance, now)
        check(database, booked.series_id, other.series_id, booked.appointment_ids)
