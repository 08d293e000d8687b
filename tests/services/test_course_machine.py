"""A series never silently loses or gains an infusion, whatever is done to it and in whatever order.

The small form runs with the ordinary tests; `--runs 10000` is the nightly one, with other choices every time.
"""

from __future__ import annotations

import shutil
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
from tests.services.series_kit import book, build_course

RUNS, ACTS = 5, 14


def test_whatever_is_done_the_ledger_adds_up(engines: dict, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    url = engine_of(engines, "sqlite").fresh_url()
    template = Database(url)
    with template.writing() as session:
        kit = build_clinic(session)
    course = build_course(template, kit)
    other = book(template, build_course(template, kit, protocol_id=course.protocol_id, family="Other"), key="other",
                 chair="chair-2", nurse="rn-2", therapist="th-2")
    assert isinstance(other, BookedSeries)
    with template.engine.connect() as connection:
        connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
    template.dispose()
    numbers = count(1)

    def begin() -> tuple[Database, object, int]:
        for old in tmp_path.glob("run*"):
            old.unlink()
        path = tmp_path / f"run{next(numbers)}.db"
        shutil.copyfile(url.removeprefix("sqlite:///"), path)
        return Database(f"sqlite:///{path}"), course, other.series_id

    runs = request.config.getoption("--runs")
    machine = type("Course", (CourseMachine,), {"begin": staticmethod(begin)})
    run_state_machine_as_test(machine, settings=settings(
        max_examples=runs or RUNS, stateful_step_count=ACTS if not runs else 40, deadline=None, database=None,
        derandomize=not runs, print_blob=True, suppress_health_check=list(HealthCheck)))
