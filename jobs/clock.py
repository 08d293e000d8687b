"""The clock: it runs the timetable, each job by itself, and a job that fails stops no other.

The rhythm knows no patient and no time of day: every job asks the database what is due. Interval triggers in UTC,
because a wall-clock trigger skips or doubles at a clock change; a missed tick is made up for once.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Sequence
from datetime import UTC
from threading import Event

from apscheduler.schedulers.background import BackgroundScheduler

from config import Settings
from jobs.ticks import Round, Tick
from scheduler.clock import utc_now
from scheduler.database import Database
from scheduler.services.clinic.beat import beat

log = logging.getLogger("leafout.clock")

SWITCH = 0.0005
"""Seconds after which a thread that computes lets another one go on: a letter waits for its server alone."""


def keep_time(database: Database, settings: Settings, ticks: Sequence[Tick], stop: Event) -> None:
    """Run every job in its rhythm until `stop` is set; then let the running ones finish."""
    sys.setswitchinterval(SWITCH)
    scheduler = BackgroundScheduler(
        timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    for tick in ticks:
        scheduler.add_job(
            lambda tick=tick: run_tick(tick, Round(database, settings, utc_now())),
            "interval",
            seconds=tick.every.total_seconds(),
            next_run_time=utc_now(),
            name=tick.name,
        )
    scheduler.start()
    log.info("keeping time for: %s", ", ".join(tick.name for tick in ticks))
    stop.wait()
    scheduler.shutdown(wait=True)


def run_tick(tick: Tick, around: Round, say: Callable[[str], None] | None = None) -> bool:
    """Run one job now and note its good end; a failure is logged and told as False.

    What was done goes to the log, or with `say` to whoever asked, who is told of nothing as well.
    """
    try:
        did = tick.run(around)
        with around.database.writing() as session:
            beat(session, tick.name, now=around.now)
    except Exception:
        log.exception("the job %s failed; it is tried again at its next tick", tick.name)
        return False
    if say is not None:
        say(f"{tick.name}: {did or 'nothing to do'}")
    elif did:
        log.info("%s: %s", tick.name, did)
    return True
