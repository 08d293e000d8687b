"""Which steps wait behind a gate, until when, and where a gate stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scheduler.planning.course import PlanGap, PlanStep, StepKind
from scheduler.planning.gates import GateFacts, GateState, gate_state, kept_until, steps_behind
from scheduler.planning.lifecycle import AppointmentStatus, Departure
from scheduler.planning.protocol_checks import wrong_settings
from scheduler.planning.protocols import AdoptedProtocol, ProtocolSettings, ResponseGate
from scheduler.protocols import catalogue

NOW = datetime(2027, 4, 7, 15, tzinfo=UTC)
FIRST = NOW + timedelta(hours=48)


def step(id_: str, *after: str) -> PlanStep:
    kind = {"pre": StepKind.PREPARATION, "inf": StepKind.INFUSION, "int": StepKind.INTEGRATION,
            "ses": StepKind.COURSE}[id_[:3]]
    return PlanStep(id_, kind, "x", tuple(PlanGap(one) for one in after))


COURSE = (step("prep-1"), step("inf-1", "prep-1"), step("int-1", "inf-1"), step("inf-2", "inf-1", "int-1"),
          step("int-2", "inf-2"), step("inf-3", "inf-2"), step("int-3", "inf-3"), step("inf-4", "inf-3"),
          step("session-1", "inf-4"), step("session-2", "session-1"))


def test_what_follows_the_infusion_of_a_gate_waits_and_its_own_session_does_not() -> None:
    assert steps_behind(COURSE, [2]) == {2: {"inf-3", "int-3", "inf-4", "session-1", "session-2"}}


def test_a_step_waits_for_the_last_gate_before_it() -> None:
    assert steps_behind(COURSE, [1, 3]) == {
        1: {"inf-2", "int-2", "inf-3", "int-3"}, 3: {"inf-4", "session-1", "session-2"}}


def test_a_course_that_begins_with_the_first_infusion_does_not_wait() -> None:
    beside = (*COURSE[:8], step("session-1", "inf-1"), step("session-2", "session-1"))
    assert steps_behind(beside, [3]) == {3: {"inf-4"}}


def test_visits_are_kept_until_the_deadline_or_else_until_the_first_begins() -> None:
    assert kept_until(FIRST, 24, NOW) == NOW + timedelta(hours=24)
    assert kept_until(FIRST, None, NOW) == FIRST
    assert kept_until(FIRST, 72, NOW) == FIRST, "a deadline that has passed already is none"


GIVEN = GateFacts(AppointmentStatus.FULFILLED, None, False, False, NOW + timedelta(hours=20), 12)


@pytest.mark.parametrize(("facts", "state"), [
    (GIVEN, GateState.WAITING),
    (GateFacts(AppointmentStatus.BOOKED, None, False, False, NOW, 12), GateState.AHEAD),
    (GateFacts(AppointmentStatus.CANCELLED, Departure.DEFERRED, False, False, NOW, 12), GateState.AHEAD),
    (GateFacts(AppointmentStatus.CANCELLED, Departure.OMITTED, False, False, None, None), GateState.WAITING),
    (GateFacts(AppointmentStatus.FULFILLED, None, False, False, NOW + timedelta(hours=12), 12), GateState.URGENT),
    (GateFacts(AppointmentStatus.FULFILLED, None, False, True, None, 12), GateState.RELEASED),
    (GateFacts(AppointmentStatus.FULFILLED, None, True, True, None, 12), GateState.DECIDED),
])
def test_where_a_gate_stands(facts: GateFacts, state: GateState) -> None:
    assert gate_state(facts, NOW) == state


@pytest.mark.parametrize(("gate", "setting"), [
    (ResponseGate(()), "gate.after"), (ResponseGate((6,)), "gate.after"), (ResponseGate((3, 2)), "gate.after"),
    (ResponseGate((3,), None, 4), "gate.warn_hours"), (ResponseGate((3,), -1), "gate.decide_hours"),
])
def test_a_gate_that_cannot_be_meant_is_named(gate: ResponseGate, setting: str) -> None:
    adopted = AdoptedProtocol(catalogue.find("murrough_2013"), ProtocolSettings(gate=gate))
    assert setting in {wrong.setting for wrong in wrong_settings(adopted)}


def test_no_published_schedule_comes_with_a_gate_or_its_deadline() -> None:
    adopted = AdoptedProtocol(catalogue.find("spravato_trd"))
    assert adopted.settings.gate is None
    again = AdoptedProtocol.from_document(
        AdoptedProtocol(adopted.published, ProtocolSettings(gate=ResponseGate((8,)))).to_document())
    assert again.settings.gate == ResponseGate((8,), None, None)
