"""Where nothing fits: the rule and the step are named, and each single thing that would make room is planned again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scheduler.planning.plans import UNRESTRICTED, NoPlan, NoRoom, Restriction, SeriesPlan, WayOut
from scheduler.planning.reading import read_value
from scheduler.planning.relaxations import ways_out
from scheduler.planning.scenario import Scenario
from scheduler.planning.series_planner import plan_series
from scheduler.planning.several import index_of
from scheduler.planning.why_not import why_not
from tests.planning.example_files import example
from tests.planning.raw import judged_way_out


def tight(change: Callable[[dict], object]) -> Scenario:
    """The tight example with one thing made worse."""
    made = example("tight-same-therapist")
    change(made)
    scenario = read_value(made)
    assert isinstance(scenario, Scenario)
    return scenario


def stuck(scenario: Scenario, restrict: Restriction = UNRESTRICTED) -> tuple[NoRoom, tuple[WayOut, ...]]:
    """Why it has no plan and what would give it one; every way out judged by the referee."""
    index, series = index_of(scenario), scenario.series[0]
    plan = plan_series(index, series, scenario.weights, restrict=restrict)
    assert isinstance(plan, NoPlan)
    assert plan.proved
    ways = ways_out(index, series, scenario.weights, restrict=restrict)
    for way in ways:
        judged_way_out(scenario, way)
    assert [way.plan.cost.total for way in ways] == sorted(way.plan.cost.total for way in ways)
    return why_not(index, series, scenario.weights, restrict=restrict), ways


def test_a_need_above_every_capacity_is_said_so_and_one_more_nurse_is_the_only_way_out():
    scenario = read_value(example("infeasible-nurse-units"))
    reason, ways = stuck(scenario)
    assert (reason.rule, reason.step) == ("nurse", "inf-1")
    assert reason.sentence == (
        "No nurse has 2 free units for the check-in phase of infusion: every nurse's capacity is 1."
    )
    assert [(way.sentence, way.plan.cost.total) for way in ways] == [("Have one more nurse of 2 units.", 195)]


def test_therapists_who_take_turns_cannot_be_the_same_throughout():
    def take_turns(made: dict) -> None:
        for therapist, weeks in (("th-1", (0, 2, 4, 6)), ("th-2", (1, 3, 5, 7))):
            one = next(one for one in made["resources"] if one["id"] == therapist)
            one["away"] = [[f"2027-{_date(week * 7)}T00:00", f"2027-{_date(week * 7 + 7)}T00:00"] for week in weeks]

    reason, ways = stuck(tight(take_turns))
    assert reason.rule == "same"
    assert "Let the therapist change in the course." in [way.sentence for way in ways]
    assert "Have one more therapist." in [way.sentence for way in ways]


def _date(ahead: int) -> str:
    month, day = 4, 12 + ahead
    for length in (30, 31):
        if day > length:
            month, day = month + 1, day - length
    return f"{month:02}-{day:02}"


def test_a_gap_too_narrow_for_the_weekend_needs_one_day_more():
    def only_mondays(made: dict) -> None:
        made["series"][0]["steps"] = made["series"][0]["steps"][:2]
        made["series"][0]["steps"][1]["gaps"] = [{"after": "prep", "min_days": 5, "max_days": 6}]
        made["clinic"]["open"] = {"mon": [["08:00", "18:00"]]}

    reason, ways = stuck(tight(only_mondays))
    assert (reason.rule, reason.step) == ("gap", "inf-1")
    assert [way.sentence for way in ways] == ["Let inf-1 lie one day further from prep."]


def test_a_course_that_is_too_long_for_its_dates_needs_a_later_end():
    reason, ways = stuck(tight(lambda made: made["series"][0].update(latest="2027-04-27")))
    assert reason.rule == "latest"
    assert {way.sentence for way in ways} == {"End by 04 May 2027."}


def test_a_patient_who_can_never_come_is_told_which_time_to_give_up():
    away = [["2027-04-12T00:00", "2027-04-13T00:00"], ["2027-04-13T00:00", "2027-06-07T00:00"]]
    reason, ways = stuck(tight(lambda made: made["series"][0].update(unavailable=away)))
    assert (reason.rule, reason.step) == ("patient", "prep")
    assert [way.sentence for way in ways] == [
        "Come between 13 Apr 2027 00:00 and 07 Jun 2027 00:00 after all.", "End by 04 Jul 2027."
    ]


def test_days_that_are_asked_for_can_be_given_up():
    def four_days(made: dict) -> None:
        made["series"][0]["steps"] = made["series"][0]["steps"][:2]
        made["series"][0]["steps"][1]["gaps"][0]["max_days"] = 4

    reason, ways = stuck(tight(four_days), Restriction(weekdays=frozenset({0})))
    assert reason.step == "inf-1"
    days = {"Come on Tuesdays too.", "Come on Wednesdays too.", "Come on Thursdays too.", "Come on Fridays too."}
    assert {way.sentence for way in ways} == {*days, "Let inf-1 lie one day nearer to prep."}
    assert isinstance(ways[0].plan, SeriesPlan)


def test_a_visit_longer_than_any_opening_is_said_so():
    reason, _ = stuck(tight(lambda made: made["clinic"].update(open={"mon": [["08:00", "09:30"]]})))
    assert (reason.rule, reason.step) == ("open", "inf-1")


def test_fixed_visits_that_differ_already_leave_nothing_to_plan():
    def differ(made: dict) -> None:
        steps = made["series"][0]["steps"]
        for step, therapist, day in ((steps[0], "th-1", 12), (steps[2], "th-2", 14)):
            current = {"start": f"2027-04-{day}T09:00", "resources": {"therapist": therapist}}
            step |= {"fixed": True, "current": current}

    reason, ways = stuck(tight(differ))
    assert (reason.rule, reason.step) == ("same", None)
    assert [way.sentence for way in ways][:1] == ["Let the therapist change in the course."]


@pytest.mark.parametrize("late", [lambda: True])
def test_when_it_is_late_no_way_out_is_looked_for(late):
    scenario = read_value(example("infeasible-nurse-units"))
    assert ways_out(index_of(scenario), scenario.series[0], scenario.weights, late=late) == ()
