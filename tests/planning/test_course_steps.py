"""From an adopted protocol and an order to the steps that the planner places."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.planning.course import InfusionVisit, PlanGap, StepKind, infusion_numbers, infusion_visit
from scheduler.planning.course_steps import NotReady, steps_for
from scheduler.planning.protocol_settings import course_from
from scheduler.planning.protocols import (
    AdoptedProtocol,
    Integration,
    Preparation,
    ProtocolSettings,
    VisitTypes,
)
from scheduler.protocols import catalogue

VISIT = InfusionVisit(ends_minutes=40, leaves_minutes=100)
COMPLETE = ProtocolSettings(
    minus_days=1, plus_days=2, observation_minutes=60, preparation=Preparation(count=0),
    visit_types=VisitTypes(infusion="infusion", preparation="prep", integration="talk", course="cbt"),
)  # fmt: skip


def adopted(protocol: str = "murrough_2013", **settings: object) -> AdoptedProtocol:
    return AdoptedProtocol(catalogue.find(protocol), replace(COMPLETE, **settings))


def gaps(course):
    return {step.id: step.gaps for step in course.steps}


def test_infusions_alone_keep_the_published_gaps_within_the_clinics_tolerance():
    course = steps_for(adopted(), 6, VISIT)
    assert course.as_format() == {
        "steps": [
            {"id": "inf-1", "kind": "infusion", "visit_type": "infusion"},
            {"id": "inf-2", "kind": "infusion", "visit_type": "infusion",
             "gaps": [{"after": "inf-1", "min_days": 1, "max_days": 4, "target_days": 2}]},
            {"id": "inf-3", "kind": "infusion", "visit_type": "infusion",
             "gaps": [{"after": "inf-2", "min_days": 1, "max_days": 4, "target_days": 2}]},
            {"id": "inf-4", "kind": "infusion", "visit_type": "infusion",
             "gaps": [{"after": "inf-3", "min_days": 2, "max_days": 5, "target_days": 3}]},
            {"id": "inf-5", "kind": "infusion", "visit_type": "infusion",
             "gaps": [{"after": "inf-4", "min_days": 1, "max_days": 4, "target_days": 2}]},
            {"id": "inf-6", "kind": "infusion", "visit_type": "infusion",
             "gaps": [{"after": "inf-5", "min_days": 1, "max_days": 4, "target_days": 2}]},
        ],
        "finish": "inf-6",
        "same": [],
    }  # fmt: skip


def test_fewer_infusions_are_the_beginning_of_the_schedule():
    course = steps_for(adopted(), 2, VISIT)
    assert [step.id for step in course.steps] == ["inf-1", "inf-2"]
    assert course.finish == "inf-2"


def test_a_single_infusion_has_no_gap():
    assert gaps(steps_for(adopted(), 1, VISIT)) == {"inf-1": ()}


def test_weekly_maintenance_counts_from_visit_to_visit():
    course = steps_for(adopted("phillips_2019_maintenance"), 4, VISIT)
    assert [gap.target_days for step in course.steps for gap in step.gaps] == [7, 7, 7]


def test_a_window_after_the_end_of_an_infusion_is_measured_from_its_start():
    # A 55-minute end: 24 h after it is 24 h 55 min after the start, 72 h is 72 h 55 min.
    window = Integration("integ_24_72", None, 24, 72)
    course = steps_for(adopted(integration=window), 2, InfusionVisit(55, 115))
    assert gaps(course)["int-1"] == (PlanGap("inf-1", min_hours=24.9166, max_hours=72.9167),)


def test_whole_hours_stay_whole():
    course = steps_for(adopted(integration=Integration("own", None, 24, 48)), 1, InfusionVisit(60, 120))
    assert gaps(course)["int-1"] == (PlanGap("inf-1", min_hours=25, max_hours=49),)


@pytest.mark.parametrize("ends", range(5, 125, 5))
def test_rounding_of_hours_never_moves_a_minute(ends):
    course = steps_for(adopted(integration=Integration("own", None, 24, 72)), 1, InfusionVisit(ends, ends + 60))
    (gap,) = gaps(course)["int-1"]
    fits = [minute for minute in range(0, 80 * 60) if gap.min_hours <= minute / 60 <= gap.max_hours]
    assert (fits[0], fits[-1]) == (24 * 60 + ends, 72 * 60 + ends)


def test_monday_wednesday_collapses_the_window_to_before_wednesdays_infusion():
    # Infusion Monday 10:00 to 10:40, next Wednesday 10:00: the session lies from Tuesday 10:40 until then.
    course = steps_for(adopted(integration=Integration("integ_24_72", None, 24, 72)), 6, VISIT)
    found = gaps(course)
    (window,) = found["int-1"]
    tuesday_10_40 = 24 * 60 + 40
    assert tuesday_10_40 - 1 < window.min_hours * 60 <= tuesday_10_40
    assert PlanGap("int-1") in found["inf-2"]
    assert [step.id for step in course.steps][:4] == ["inf-1", "int-1", "inf-2", "int-2"]


def test_the_last_session_has_no_infusion_to_come_before():
    course = steps_for(adopted(integration=Integration("own", (6,), 24, 72)), 6, VISIT)
    assert [step.id for step in course.steps][-2:] == ["inf-6", "int-6"]
    assert course.finish == "inf-6"


def test_sessions_follow_only_the_chosen_infusions():
    course = steps_for(adopted(integration=Integration("integ_yermus", (1, 2, 4, 6), 24, 72)), 5, VISIT)
    assert [step.id for step in course.steps if step.kind == StepKind.INTEGRATION] == ["int-1", "int-2", "int-4"]


def test_one_preparation_session_lies_in_its_lead_before_the_first_infusion():
    course = steps_for(adopted(preparation=Preparation(1, 1, 7)), 1, VISIT)
    assert gaps(course) == {"prep-1": (), "inf-1": (PlanGap("prep-1", min_days=1, max_days=7),)}
    assert course.steps[0].visit_type == "prep"


def test_two_preparation_sessions_all_lie_in_the_lead():
    course = steps_for(adopted(preparation=Preparation(2, 1, 14, 3)), 1, VISIT)
    assert gaps(course) == {
        "prep-1": (),
        "prep-2": (PlanGap("prep-1", min_days=3),),
        "inf-1": (PlanGap("prep-1", max_days=14), PlanGap("prep-2", min_days=1)),
    }


def test_a_therapy_course_begins_with_the_first_infusion_and_ends_within_its_weeks():
    cbt = replace(
        course_from(catalogue.pairings()["cbt_wilkinson_2017"]),
        first_min_days=0, first_max_days=6, apart_min_days=2, apart_max_days=10, apart_target_days=6,
    )  # fmt: skip
    found = gaps(steps_for(adopted("wilkinson_2017", course=cbt), 4, VISIT))
    assert len([step for step in found if step.startswith("session-")]) == 12
    assert found["session-1"] == (PlanGap("inf-1", min_days=0, max_days=6),)
    assert found["session-2"] == (PlanGap("session-1", 2, 10, 6),)
    assert found["session-12"] == (PlanGap("session-11", 2, 10, 6), PlanGap("session-1", max_days=70))


def test_a_therapy_course_may_begin_after_the_last_infusion():
    cbt = replace(
        course_from(catalogue.pairings()["cbt_wilkinson_2021"]),
        first_min_days=1, first_max_days=7, apart_min_days=2, apart_max_days=10,
    )  # fmt: skip
    found = gaps(steps_for(adopted("wilkinson_2021", course=cbt), 6, VISIT))
    assert found["session-1"] == (PlanGap("inf-6", min_days=1, max_days=7),)
    assert len([step for step in found if step.startswith("session-")]) == 16


def test_one_therapist_is_kept_where_the_clinic_wants_it():
    preparation = Preparation(1, 1, 7)
    assert steps_for(adopted(preparation=preparation), 6, VISIT).same == ("therapist",)
    assert steps_for(adopted(preparation=preparation, same_therapist=False), 6, VISIT).same == ()


def test_what_is_unset_stands_in_the_way_with_sentences():
    refused = steps_for(AdoptedProtocol(catalogue.find("shiroma_2014")), 6, VISIT)
    assert isinstance(refused, NotReady)
    assert [one.setting for one in refused.conflicts] == [
        "minus_days", "plus_days", "observation_minutes", "visit_types.infusion", "preparation.count",
    ]  # fmt: skip


def test_more_infusions_than_the_schedule_has_are_refused():
    refused = steps_for(adopted(), 7, VISIT)
    assert refused.sentence == "This protocol is for 1 to 6 infusions; 7 cannot be booked with it."


def test_a_fixed_course_is_not_shortened_unless_the_clinic_says_so():
    refused = steps_for(adopted("shiroma_2014"), 5, VISIT)
    assert refused.sentence == "This protocol is for 6 infusions; 5 cannot be booked with it."
    assert len(steps_for(adopted("shiroma_2014", fewest=4), 5, VISIT).steps) == 5


def test_a_visit_type_shorter_than_the_observation_is_refused():
    refused = steps_for(adopted(observation_minutes=61), 6, VISIT)
    assert [one.setting for one in refused.conflicts] == ["observation_minutes"]
    assert "keeps the patient 60 minutes after the infusion; 61 are asked for" in refused.sentence


def test_a_visit_type_without_an_infusion_phase_is_refused():
    refused = steps_for(adopted(), 6, infusion_visit([("session", 50, True)]))
    assert [one.setting for one in refused.conflicts] == ["visit_types.infusion"]


def test_the_visit_is_read_from_its_phases():
    phases = [("check-in", 15, True), ("Infusion", 40, True), ("recovery", 60, True), ("turnover", 10, False)]
    assert infusion_visit(phases) == InfusionVisit(ends_minutes=55, leaves_minutes=115)


def test_the_infusion_number_counts_infusions_alone():
    steps = [("prep-1", "preparation"), ("inf-1", "infusion"), ("int-1", "integration"), ("inf-2", "infusion")]
    assert infusion_numbers(steps) == {"inf-1": (1, 2), "inf-2": (2, 2)}


def test_the_infusion_numbers_of_a_course_are_those_of_its_steps():
    course = steps_for(adopted(integration=Integration("own", None, 24, 72)), 6, VISIT)
    numbers = infusion_numbers([(step.id, step.kind) for step in course.steps])
    assert numbers["inf-3"] == (3, 6)
    assert len(numbers) == 6
