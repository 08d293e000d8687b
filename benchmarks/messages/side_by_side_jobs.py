"""What is compared with: one APScheduler job a reminder, all due at one second, each with a connection of its own."""

from __future__ import annotations

import logging
import smtplib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler

FORMS: Mapping[str, Mapping[str, Any]] = {
    "default": {}, "corrected": {"misfire_grace_time": None, "coalesce": True}}
"""As it comes: what begins more than a second late is dropped. Corrected: however late, it is sent."""
ADDED = 150
"""Jobs that are surely added in a second, on a busy machine too: they are due when all are there."""


@dataclass(frozen=True)
class Sent:
    """How many of `jobs` letters went, and how many a second from the moment when all were due."""

    jobs: int
    sent: int
    rate: float


def job_a_reminder(port: int, jobs: int, sender: str, form: str) -> Sent:
    """Have so many jobs send a letter each to the server at `port`; raises RuntimeError where adding took too long."""
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
    went: list[float] = []

    def remind() -> None:
        with smtplib.SMTP("127.0.0.1", port) as smtp:
            smtp.sendmail(sender, "p@example.com", b"Subject: x\r\n\r\nhello\r\n")
        went.append(time.perf_counter())

    scheduler = BackgroundScheduler(timezone=UTC, job_defaults=dict(FORMS[form]))
    scheduler.start(paused=True)
    due = datetime.now(UTC) + timedelta(seconds=5 + jobs / ADDED)
    for _ in range(jobs):
        scheduler.add_job(remind, "date", run_date=due)
    scheduler.resume()
    ahead = (due - datetime.now(UTC)).total_seconds()
    if ahead < 1:
        raise RuntimeError("adding the jobs took too long; take fewer")
    time.sleep(ahead)
    began = time.perf_counter()
    while scheduler.get_jobs():
        time.sleep(0.1)
    scheduler.shutdown(wait=True)
    return Sent(jobs, len(went), len(went) / (max(went, default=began + 1) - began))
