"""Every periodic job stands on the one page."""

from __future__ import annotations

from datetime import timedelta

from jobs.timetable import TIMETABLE
from tests.house.source import ROOT

NOT_JOBS = {"__init__", "clock", "lanes", "ticks", "timetable"}


def test_every_job_has_its_line_on_the_timetable():
    modules = {path.stem for path in (ROOT / "jobs").glob("*.py")} - NOT_JOBS
    assert {tick.run.__module__.removeprefix("jobs.") for tick in TIMETABLE} == modules


def test_every_line_has_a_name_of_its_own_and_a_rhythm():
    assert len({tick.name for tick in TIMETABLE}) == len(TIMETABLE)
    assert [tick.name for tick in TIMETABLE if not timedelta(seconds=1) <= tick.every <= timedelta(days=1)] == []


def test_every_job_says_what_happens_when_two_of_them_run():
    silent = [tick.name for tick in TIMETABLE if len((tick.run.__doc__ or "").strip()) < 40]
    assert silent == []
