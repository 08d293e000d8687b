"""A series never silently loses or gains an infusion, whatever is done to it and in whatever order.

The small form runs with the ordinary tests; `--runs 10000` is the nightly one, with other choices every time.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from scheduler.database import Database
from scheduler.services.book_series import BookedSeries
from tests.builders import build_clinic
from tests.conftest import engine_of
from tests.services.course_machine import CourseMachine
from tests.services.series_kit import Course, book, build_course

RUNS, ACTS, NIGHTLY_ACTS = 5, 14, 40
Begin = Callable[[], tuple[Database, Course, int]]


def scene(url: str) -> tuple[Database, Course, int]:
    """A clinic with a course to be booked, and somebody else's that is."""
    database = Database(url)
    with database.writing() as session:
        kit = build_clinic(session)
    course = build_course(database, kit)
    other = book(database, build_course(database, kit, protocol_id=course.protocol_id, family="Other"), key="other",
                 chair="chair-2", nurse="rn-2", therapist="th-2")
    assert isinstance(other, BookedSeries)
    return database, course, other.series_id


def copies(url: str, folder: Path) -> Begin:
    """SQLite: the scene is built once, every run begins with a copy of its file."""
    template, course, other = scene(url)
    with template.engine.connect() as connection:
        connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
    template.dispose()
    numbers = count(1)

    def begin() -> tuple[Database, Course, int]:
        for old in folder.glob("run*"):
            old.unlink()
        path = folder / f"run{next(numbers)}.db"
        shutil.copyfile(url.removeprefix("sqlite:///"), path)
        return Database(f"sqlite:///{path}"), course, other
    return begin


@pytest.mark.parametrize("name", ["sqlite", "postgresql"])
def test_whatever_is_done_the_ledger_adds_up(engines: dict, request: pytest.FixtureRequest, tmp_path: Path,
                                             name: str) -> None:
    runs = request.config.getoption("--runs")
    if name == "postgresql" and not runs:
        pytest.skip("in the nightly form alone: --runs")
    engine = engine_of(engines, name)
    made: list[str] = []

    def anew() -> tuple[Database, Course, int]:
        for old in made:
            engine.drop(old)
        made[:] = [engine.fresh_url()]
        return scene(made[0])

    begin = copies(engine.fresh_url(), tmp_path) if name == "sqlite" else anew
    machine = type("Course", (CourseMachine,), {"begin": staticmethod(begin)})
    run_state_machine_as_test(machine, settings=settings(
        max_examples=runs or RUNS, stateful_step_count=NIGHTLY_ACTS if runs else ACTS, deadline=None,
        database=None, derandomize=not runs, print_blob=True, suppress_health_check=list(HealthCheck)))
