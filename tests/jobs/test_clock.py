"""The clock: each job by itself, told the time, and two clocks on one database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Barrier, Event, Thread

import pytest
from sqlalchemy import select

from config import Settings
from jobs.clock import keep_time, run_tick
from jobs.heartbeat import run as heartbeat
from jobs.ticks import Round, Tick
from models import Heartbeat
from scheduler.database import Database
from scheduler.services.clinic.beat import beat

SETTINGS = Settings(secret_key="k" * 40)
NOON = datetime(2026, 11, 30, 17, tzinfo=UTC)


def _beats(database: Database) -> dict[str, datetime]:
    with database.reading() as session:
        return {row.name: row.beat_at for row in session.scalars(select(Heartbeat))}


def test_a_tick_is_told_the_time_and_its_good_end_is_noted(database):
    told = []
    assert run_tick(Tick("remind", timedelta(minutes=1), told.append), Round(database, SETTINGS, NOON))
    assert told == [Round(database, SETTINGS, NOON)]
    assert _beats(database) == {"remind": NOON}


def test_a_failing_job_is_logged_by_name_stops_nothing_and_leaves_no_beat(database, caplog: pytest.LogCaptureFixture):
    def fail(around: Round) -> None:
        raise RuntimeError("the wire broke")

    assert not run_tick(Tick("remind", timedelta(minutes=1), fail), Round(database, SETTINGS, NOON))
    assert "the job remind failed" in caplog.text
    assert _beats(database) == {}


def test_fifty_heartbeats_leave_one_row_with_the_last_time(database):
    for minute in range(50):
        heartbeat(Round(database, SETTINGS, NOON + timedelta(minutes=minute)))
    assert _beats(database) == {"clock": NOON + timedelta(minutes=49)}


def test_two_clocks_that_beat_for_the_first_time_together_leave_one_row(database):
    ready, failed = Barrier(2), []

    def first_beat() -> None:
        try:
            with database.writing() as session:
                if database.engine.dialect.name == "postgresql":
                    session.scalar(select(1))
                    ready.wait(10)
                beat(session, "clock", now=NOON)
        except Exception as wrong:
            failed.append(wrong)

    clocks = [Thread(target=first_beat) for _ in range(2)]
    for clock in clocks:
        clock.start()
    for clock in clocks:
        clock.join(30)
    assert failed == []
    assert _beats(database) == {"clock": NOON}


def test_the_clock_runs_every_job_at_once_again_in_its_rhythm_and_stops_when_told(database):
    often, once, stop = [], [], Event()

    def count(around: Round) -> None:
        often.append(around.now)
        if len(often) == 3:
            stop.set()

    ticks = (
        Tick("often", timedelta(seconds=0.2), count),
        Tick("fails", timedelta(seconds=0.2), lambda around: 1 / 0),
        Tick("once", timedelta(hours=1), lambda around: once.append(around.now)),
    )
    clock = Thread(target=keep_time, args=(database, SETTINGS, ticks, stop))
    clock.start()
    clock.join(20)
    assert not clock.is_alive()
    assert len(often) >= 3 and often == sorted(often)
    assert len(once) == 1
    assert set(_beats(database)) == {"often", "once"}
