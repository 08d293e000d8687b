"""Every periodic job of the house on one page."""

from __future__ import annotations

from datetime import timedelta

from jobs import heartbeat
from jobs.ticks import Tick

TIMETABLE = (
    Tick("heartbeat", timedelta(seconds=30), heartbeat.run),
)  # fmt: skip
