"""Phases to spans and back."""

from __future__ import annotations

from scheduler.planning.occupation import Phase, Span, minutes_of, patient_minutes, phases_of, spans

INFUSION = (
    Phase(15, {"chair": 1, "nurse": 2}), Phase(40, {"chair": 1, "nurse": 2}), Phase(60, {"chair": 1, "nurse": 1}),
    Phase(10, {"chair": 1}, patient=False))


def test_adjoining_phases_of_one_need_become_one_span():
    assert spans(INFUSION) == (
        Span("chair", 1, 0, 125), Span("nurse", 2, 0, 55), Span("nurse", 1, 55, 115), Span(None, 1, 0, 115))


def test_a_need_that_pauses_gives_two_spans():
    phases = (Phase(10, {"nurse": 1}), Phase(20, {}), Phase(10, {"nurse": 1}))
    assert spans(phases) == (Span("nurse", 1, 0, 10), Span("nurse", 1, 30, 40), Span(None, 1, 0, 40))


def test_the_patient_leaves_before_the_turnover():
    assert (minutes_of(INFUSION), patient_minutes(INFUSION)) == (125, 115)


def test_a_visit_without_the_patient_ends_when_it_ends():
    assert patient_minutes((Phase(30, {"chair": 1}, patient=False),)) == 30


def test_spans_tell_the_phases_again_where_the_occupation_changes():
    assert phases_of(spans(INFUSION)) == (
        Phase(55, {"chair": 1, "nurse": 2}), Phase(60, {"chair": 1, "nurse": 1}),
        Phase(10, {"chair": 1}, patient=False))


def test_a_pause_in_between_is_a_phase_without_needs():
    assert phases_of((Span("nurse", 1, 0, 10), Span("nurse", 1, 30, 40))) == (
        Phase(10, {"nurse": 1}, patient=False), Phase(20, {}, patient=False), Phase(10, {"nurse": 1}, patient=False))
