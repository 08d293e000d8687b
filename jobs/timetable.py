"""Every periodic job of the house on one page."""

from __future__ import annotations

from datetime import timedelta

from jobs import batches, heartbeat, holds, links, messages, requests, texts, waitlist
from jobs.ticks import Tick

TIMETABLE = (
    Tick("heartbeat", timedelta(seconds=30), heartbeat.run),
    Tick("messages", timedelta(seconds=10), messages.run, messages.due),
    Tick("texts", timedelta(seconds=15), texts.run),
    Tick("holds", timedelta(seconds=30), holds.run),
    Tick("waitlist", timedelta(seconds=30), waitlist.run),
    Tick("batches", timedelta(seconds=30), batches.run),
    Tick("links", timedelta(hours=6), links.run),
    Tick("requests", timedelta(hours=6), requests.run),
)  # fmt: skip
