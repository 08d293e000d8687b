"""One closure, many courses: how long the plan takes, and how long applying it keeps everybody else from writing.

    python -m benchmarks.changes.closure [--courses 60 120] [--engines sqlite postgresql]

The clinic is built by the product's own services (`busy_clinic`). "Locked" is the time between the begin of the writing
transaction and its end: on SQLite nobody else writes meanwhile, on PostgreSQL nobody writes to these patients.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from sqlalchemy import event

from benchmarks.changes.busy_clinic import BusyClinic, build_busy_clinic
from scheduler.database import Database
from scheduler.services.clean_book import booking
from scheduler.services.outages.apply_batch import BatchApplied, apply_batch
from scheduler.services.outages.batch_parts import PlanBatch
from scheduler.services.outages.batch_plan import BatchPlan, hit_courses, plan_batch
from scheduler.services.outages.check_batch import CheckedBatch, ShownBatch, ShownPart, check_batch
from scheduler.services.outages.offer_batch import BatchOffered, OfferBatch, offer_batch
from scheduler.services.outages.undo_batch import BatchUndone, UndoBatch, undo_batch
from tests.builders import NOW
from tests.engines import ENGINES

HEAD = ("engine", "courses", "visits hit", "who is hit", "plan", "moved", "no room", "check", "apply: locked",
        "undo: locked", "ask: plan", "ask: locked", "statements")


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--courses", type=int, nargs="+", default=[60, 120])
    parser.add_argument("--engines", nargs="+", choices=list(ENGINES), default=list(ENGINES))
    asked = parser.parse_args()
    print(" | ".join(HEAD), flush=True)
    for name in asked.engines:
        engine = ENGINES[name](lambda _: None)
        try:
            for courses in asked.courses:
                database = Database(engine.fresh_url())
                print(" | ".join(measured(name, database, courses)), flush=True)
                database.dispose()
        finally:
            engine.close()


def measured(name: str, database: Database, courses: int) -> tuple[str, ...]:
    """One row of the table."""
    clinic = build_busy_clinic(database, courses)
    command = PlanBatch(clinic.out.closure_ids, clinic.out.time_off_ids)
    began = perf_counter()
    with database.reading() as session:
        hit_courses(session, command, by=clinic.kit.viewer(), now=NOW)
    seen = perf_counter() - began
    shown, planned = _plan(database, clinic, command)
    ready, checking = _check(database, clinic, shown)
    with _statements(database) as statements, _locked(database) as applying, booking(database, now=NOW) as session:
        done = apply_batch(session, ready, by=clinic.kit.viewer(), now=NOW)
    assert isinstance(done, BatchApplied), done
    count = len(statements)
    with _locked(database) as undoing, booking(database, now=NOW) as session:
        undone = undo_batch(session, UndoBatch(done.batch_id), by=clinic.kit.viewer(), now=NOW)
    assert isinstance(undone, BatchUndone), undone
    apart, apart_planned = _plan(database, clinic, PlanBatch(command.closure_ids, command.time_off_ids, apart=True))
    ready, _ = _check(database, clinic, apart)
    with _locked(database) as offering, booking(database, now=NOW) as session:
        offered = offer_batch(session, OfferBatch(ready, 24), by=clinic.kit.viewer(), now=NOW)
    assert isinstance(offered, BatchOffered), offered
    return (name, str(len(shown.parts) + len(shown.unplaced)), str(clinic.hit), f"{seen:.1f} s", f"{planned:.1f} s",
            str(done.visits), str(len(shown.unplaced)), f"{checking:.1f} s", f"{applying[0]:.1f} s",
            f"{undoing[0]:.1f} s", f"{apart_planned:.1f} s", f"{offering[0]:.1f} s", str(count))


def _plan(database: Database, clinic: BusyClinic, command: PlanBatch) -> tuple[BatchPlan, float]:
    began = perf_counter()
    with database.reading() as session:
        plan = plan_batch(session, command, by=clinic.kit.viewer(), now=NOW)
    return plan, perf_counter() - began


def _check(database: Database, clinic: BusyClinic, shown: BatchPlan) -> tuple[CheckedBatch, float]:
    command = ShownBatch(shown.command, tuple(ShownPart(one.key, one.places, one.fingerprint) for one in shown.parts))
    began = perf_counter()
    with database.reading() as session:
        checked = check_batch(session, command, by=clinic.kit.viewer(), now=NOW)
    assert isinstance(checked, CheckedBatch), checked
    return checked, perf_counter() - began


@contextmanager
def _locked(database: Database) -> Iterator[list[float]]:
    """The seconds of the longest writing transaction in it."""
    spans, began = [0.0], []

    def begin(_connection: object) -> None:
        began.append(perf_counter())

    def end(_connection: object) -> None:
        spans[0] = max(spans[0], perf_counter() - began.pop())
    for name, listener in (("begin", begin), ("commit", end), ("rollback", end)):
        event.listen(database.engine, name, listener)
    yield spans
    for name, listener in (("begin", begin), ("commit", end), ("rollback", end)):
        event.remove(database.engine, name, listener)


@contextmanager
def _statements(database: Database) -> Iterator[list[str]]:
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)
    event.listen(database.engine, "before_cursor_execute", note)
    yield said
    event.remove(database.engine, "before_cursor_execute", note)


if __name__ == "__main__":
    main()
