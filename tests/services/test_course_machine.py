"""A series never silently loses or gains an infusion, whatever is done to it and in whatever order.

The small form runs with the ordinary tests; `--runs 10000` is the nightly one, with other choices every time.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from scheduler.database import Database
from scheduler.planning.protocols import ProtocolSettings, ResponseGate
from scheduler.services.book_series import BookedSeries
from tests.builders import build_clinic
from tests.conftest import engine_of
from tests.services.course_machine import CourseMachine
from tests.services.gated_machine import GatedMachine
from tests.services.series_kit import SETTINGS, Course, book, build_course, build_protocol

RUNS, ACTS, NIGHTLY_ACTS = 5, 14, 40
GATED = replace(SETTINGS, gate=ResponseGate((3,), 12, 12))
Begin = Callable[[], tuple[Database, Course, int]]


def scene(url: str, asked: ProtocolSettings) -> tuple[Database, Course, int]:
    """A clinic with a course to be booked, and somebody else's that is."""
    database = Database(url)
    with database.writing() as session:
        kit = build_clinic(session)
        protocol_id, plain = build_protocol(session, kit, asked), build_protocol(session, kit, name="Plain")
    course = build_course(database, kit, protocol_id=protocol_id)
    other = book(database, build_course(database, kit, protocol_id=plain, family="Other"), key="other",
                 chair="chair-2", nurse="rn-2", therapist="th-2")
    assert isinstance(other, BookedSeries)
    return database, course, other.series_id


def copies(url: str, folder: Path, asked: ProtocolSettings) -> Begin:
    """SQLite: the scene is built once, every run begins with a copy of its file."""
    template, course, other = scene(url, asked)
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
@pytest.mark.parametrize(("machine", "asked"), [(CourseMachine, SETTINGS), (GatedMachine, GATED)],
                         ids=["plain", "gated"])
def test_whatever_is_done_the_ledger_adds_up(machine: type[CourseMachine], asked: ProtocolSettings, engines: dict,
                                             request: pytest.FixtureRequest, tmp_path: Path, name: str) -> None:
    runs = request.config.getoption("--runs")
    if name == "postgresql" and not runs:
        pytest.skip("in the nightly form alone: --runs")
    engine = engine_of(engines, name)
    made: list[str] = []

    def anew() -> tuple[Database, Course, int]:
        for old in made:
            engine.drop(old)
        made[:] = [engine.fresh_url()]
        return scene(made[0], asked)

    begin = copies(engine.fresh_url(), tmp_path, asked) if name == "sqlite" else anew
    begun = type("Course", (machine,), {"begin": staticmethod(begin)})
    run_state_machine_as_test(begun, settings=settings(
        max_examples=runs or RUNS, stateful_step_count=NIGHTLY_ACTS if runs else ACTS, deadline=None,
        database=None, derandomize=not runs, print_blob=True, suppress_health_check=list(HealthCheck)))
