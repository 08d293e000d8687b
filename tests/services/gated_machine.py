"""The machine of a course with a gate on its way: decisions, deadlines that pass, and everything else besides."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule
from sqlalchemy import select

from jobs.holds import run
from jobs.ticks import Round
from models import Appointment, Gate, Hold, Series
from scheduler.planning.gates import Decision
from scheduler.planning.lifecycle import AppointmentStatus, SeriesStatus
from scheduler.planning.words import HoldPurpose
from scheduler.services.decide_gate import DecideGate, UndoDecision, decide_gate, undo_decision
from scheduler.services.record_visit import Happened, RecordVisit, record_visit
from tests.services.course_machine import LATER, CourseMachine


class GatedMachine(CourseMachine):
    """Every verb of a course, and those of its gate after the third infusion."""

    @precondition(lambda self: self.ids)
    @rule()
    def give_the_next(self) -> None:
        """Record the first infusion that is still to be given, at its time."""
        for place in range(1, 7):
            row = self.row(place)
            if row.status == AppointmentStatus.BOOKED:
                self.now = max(self.now, row.starts_at + timedelta(hours=2))
                self.act(record_visit, RecordVisit(row.id, Happened.DONE))
                return

    @precondition(lambda self: self.ids)
    @rule(decision=st.sampled_from([Decision.CONTINUE, Decision.CONTINUE, Decision.STOP, Decision.TAPER,
                                    Decision.EXTEND]), later=LATER)
    def decide(self, decision: Decision, later: int) -> None:
        """Decide, in time or not; more than the protocol gives is refused."""
        self.act(decide_gate, DecideGate(self._gate(), decision, "because", 2, self.course.protocol_id), later=later)

    @precondition(lambda self: self.ids)
    @rule()
    def undo_the_decision(self) -> None:
        """Take it back."""
        self.act(undo_decision, UndoDecision(self._gate()))

    @precondition(lambda self: self.ids)
    @rule(later=LATER)
    def let_time_pass(self, later: int) -> None:
        """The clock releases what has run out; twice is harmless."""
        self.now += timedelta(hours=later)
        for _ in range(2):
            run(Round(self.database, None, self.now))  # type: ignore[arg-type]

    @precondition(lambda self: self.ids)
    @invariant()
    def what_is_kept_is_kept_by_its_gate(self) -> None:
        """Held appointments belong to the hold of an undecided gate, and no hold of a gate is empty."""
        with self.database.reading() as session:
            gate = session.scalars(select(Gate).where(Gate.series_id == self.series_id)).one()
            held = [row for row in self._rows(session) if row.status == AppointmentStatus.HELD]
            assert {row.hold_id for row in held} <= {gate.hold_id}
            assert (gate.hold_id is not None) == bool(held)
            assert not held or (gate.decision is None and {row.step for row in held} <= {"inf-4", "inf-5", "inf-6"})
            status = session.get(Series, self.series_id).status
            assert not held or status not in (SeriesStatus.STOPPED, SeriesStatus.ON_HOLD)
            booked = {row.step for row in self._rows(session) if row.status == AppointmentStatus.BOOKED}
            assert gate.decision is not None or not booked & {"inf-4", "inf-5", "inf-6"}
            assert {hold.purpose for hold in session.scalars(select(Hold).join(
                Appointment, Appointment.hold_id == Hold.id))} <= {HoldPurpose.GATE}

    def _gate(self) -> int:
        with self.database.reading() as session:
            return session.scalars(select(Gate.id).where(Gate.series_id == self.series_id)).one()
