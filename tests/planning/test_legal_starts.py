"""The legal starts of one step are those, and only those, around which the whole series still fits."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from scheduler.planning.calendar_index import CalendarIndex
from scheduler.planning.legal_starts import legal_starts
from scheduler.planning.occupation import Phase
from scheduler.planning.plans import Restriction, SeriesPlan
from scheduler.planning.scenario import Booking, Clinic, Gap, Resource, Series, Step, VisitType, Weights
from scheduler.planning.series_planner import plan_series
from scheduler.planning.single_visit import starts_of

MONDAY = date(2027, 4, 5)
TYPES = {name: VisitType(name, (Phase(60, {kind: 1}),)) for name, kind in (("infusion", "chair"), ("talk", "th"))}
WEIGHTS = Weights(unplanned=1000, finish_day=1, handover={"chair": 3})


def at(day: int, hour: int) -> datetime:
    return datetime.combine(MONDAY + timedelta(days=day), time(hour))


def index(*bookings: Booking) -> CalendarIndex:
    week = (((540, 780),),) * 5 + ((), ())
    resources = [Resource("c1", "chair"), Resource("c2", "chair"), Resource("t1", "th")]
    clinic = Clinic("America/New_York", 60, week)
    return CalendarIndex(clinic, resources, TYPES, bookings, MONDAY, MONDAY + timedelta(days=9))


SERIES = Series("s", "p", MONDAY, MONDAY + timedelta(days=9), (
    Step("one", "infusion"),
    Step("talk", "talk", (Gap("one", min_hours=20, max_hours=28),)),
    Step("two", "infusion", (Gap("one", min_days=2, max_days=3), Gap("talk", min_hours=1)))))
TAKEN = (Booking("q", "talk", at(1, 9), {"th": "t1"}), Booking("q2", "talk", at(1, 10), {"th": "t1"}),
         Booking("q3", "infusion", at(2, 9), {"chair": "c1"}), Booking("q4", "infusion", at(2, 9), {"chair": "c2"}))


@pytest.mark.parametrize("step", ["one", "talk", "two"])
def test_exactly_the_starts_around_which_there_is_a_plan(step: str) -> None:
    calendar = index(*TAKEN)
    found = {one.start for one in legal_starts(calendar, SERIES, WEIGHTS, step, MONDAY, MONDAY + timedelta(days=9))}
    every = {at(day, hour) for day in range(10) for hour in range(9, 13)}
    by_trying = {start for start in every if isinstance(
        plan_series(calendar, SERIES, WEIGHTS, restrict=Restriction(starts={step: frozenset({start})})), SeriesPlan)}
    assert found == by_trying
    assert 0 < len(found) < len(every)


def test_a_start_that_is_named_can_be_planned_at_its_cost_or_less() -> None:
    calendar = index(*TAKEN)
    for one in legal_starts(calendar, SERIES, WEIGHTS, "two", MONDAY, MONDAY + timedelta(days=9)):
        plan = plan_series(calendar, SERIES, WEIGHTS, restrict=Restriction(starts={"two": frozenset({one.start})}))
        assert plan.cost.total <= one.cost


def test_outside_the_series_dates_there_is_nothing() -> None:
    before = MONDAY - timedelta(days=7)
    assert legal_starts(index(), SERIES, WEIGHTS, "one", before, before) == ()


def test_the_starts_of_a_single_visit_name_a_free_resource_and_its_cost() -> None:
    calendar = index(Booking("q", "infusion", at(0, 9), {"chair": "c1"}))
    single = Series("s", "p", MONDAY, MONDAY, (Step("one", "infusion"),))
    assert [(one.start, one.cost, one.resources) for one in starts_of(calendar, single, WEIGHTS)] == [
        (at(0, 9), 0, {"chair": "c2"}), *((at(0, hour), 0, {"chair": "c1"}) for hour in (10, 11, 12))]


def test_the_starts_of_two_open_steps_are_not_asked_for() -> None:
    with pytest.raises(ValueError, match="exactly one"):
        starts_of(index(), SERIES, WEIGHTS)
