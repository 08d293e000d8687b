"""The machine of a course with a gate on its way: decisions, deadlines that pass, and everything else besides."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from jobs.holds import run
from jobs.ticks import Round
from models import Appointment, Gate, Hold, Series
from scheduler.planning.gates import Decision
from scheduler.planning.instants import wall
from scheduler.planning.lifecycle import AppointmentStatus, SeriesStatus
from scheduler.planning.words import HoldPurpose
from scheduler.services.booking.book_series import BookPlan, book_plan
from scheduler.services.booking.offers import PlanOffer, PlanSeries
from scheduler.services.booking.ordered import left_on_order
from scheduler.services.booking.plan_series import plan_series
from scheduler.services.booking.wishes import Wishes
from scheduler.services.changing.decide_gate import Decided, DecideGate, decide_gate
from scheduler.services.changing.place_added import Added, AddedTimes, BookAdded, added_times, book_added
from scheduler.services.changing.record_visit import Happened, RecordVisit, record_visit
from scheduler.services.changing.undo_change import UndoChange, Undone, undo_change
from scheduler.services.clean_book import booking
from tests.services.course_machine import LATER, CourseMachine

FURTHER = 2


class GatedMachine(CourseMachine):
    """Every verb of a course, and those of its gate after the third infusion."""

    tapered: int | None = None

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
        command = DecideGate(self._gate(), decision, "because", FURTHER, self.course.protocol_id)
        self.act(decide_gate, command, later=later)

    @precondition(lambda self: self.ids)
    @rule(decision=st.sampled_from([Decision.CONTINUE, Decision.TAPER, Decision.EXTEND]))
    def decide_and_think_again(self, decision: Decision) -> None:
        """A decision that is taken back at once leaves the course waiting for it, and nothing to be booked on."""
        with booking(self.database, now=self.now):
            before = self._as_it_is()  # what has run out is released before a verb begins
        command = DecideGate(self._gate(), decision, "because", FURTHER, self.course.protocol_id)
        decided = self.act(decide_gate, command)
        if not isinstance(decided, Decided):
            return
        assert isinstance(self.act(undo_change, UndoChange(decided.change_id)), Undone)
        assert self._as_it_is() == before
        with self.database.reading() as session:
            assert session.get(Gate, self._gate()).decision is None
            assert decided.order_id is None or left_on_order(session, decided.order_id).left == 0

    @precondition(lambda self: self.ids)
    @rule()
    def place_what_was_added(self) -> None:
        """Give the infusions of an extension their times, on the order that the decision wrote."""
        with self.database.reading() as session:
            shown = added_times(session, self.series_id, by=self.course.kit.viewer(), now=self.now)
        if isinstance(shown, AddedTimes):
            done = self.act(book_added, BookAdded(self.series_id, shown.plan.places, shown.fingerprint))
            if isinstance(done, Added):
                assert len(done.appointment_ids) == FURTHER
                self.ids = (*self.ids, *done.appointment_ids)
                self.added = [f"inf-{6 + more}" for more in range(1, FURTHER + 1)]

    @precondition(lambda self: self.ids and not self.tapered)
    @rule(after=st.integers(1, 20))
    def book_the_taper(self, after: int) -> None:
        """Book what a decision to taper ordered, as a series of its own."""
        with self.database.reading() as session:
            gate = session.get(Gate, self._gate())
            if gate.decision != Decision.TAPER:
                return
            first = wall(self.now, "America/New_York").date() + timedelta(days=after)
            command = PlanSeries(self.course.patient_id, gate.order_id, gate.protocol_id, Wishes(first, FURTHER))
            offer = plan_series(session, command, by=self.course.kit.viewer(), now=self.now)
        if isinstance(offer, PlanOffer):
            booked = self.act(book_plan, BookPlan(offer.command, offer.plans[0].places, "taper"))
            self.tapered = getattr(booked, "series_id", None)

    @precondition(lambda self: self.ids)
    @rule(late=st.sampled_from([-1, 0, 1]))
    def reach_the_deadline(self, late: int) -> None:
        """A minute before the deadline of the gate what is kept is kept; from it on the clock releases it."""
        with self.database.reading() as session:
            until = session.scalar(select(Hold.expires_at).join(Gate, Gate.hold_id == Hold.id).where(
                Gate.series_id == self.series_id))
        if until is None or until + timedelta(minutes=late) < self.now:
            return
        self.now = until + timedelta(minutes=late)
        run(Round(self.database, None, self.now))  # type: ignore[arg-type]
        with self.database.reading() as session:
            assert (session.get(Gate, self._gate()).hold_id is None) == (late >= 0)

    @precondition(lambda self: self.ids)
    @rule(later=LATER)
    def let_time_pass(self, later: int) -> None:
        """The clock releases what has run out; twice is harmless."""
        self.now += timedelta(hours=later)
        for _ in range(2):
            run(Round(self.database, None, self.now))  # type: ignore[arg-type]

    def the_course_holds(self, session: Session, rows: list[Row]) -> None:
        """What is true of every course, and what its gate keeps and has ordered."""
        super().the_course_holds(session, rows)
        gate = session.execute(select(*Gate.__table__.columns).where(Gate.series_id == self.series_id)).one()
        self.what_is_kept_is_kept_by_its_gate(session, rows, gate)
        if self.tapered:
            self.a_taper_has_what_was_ordered(session, gate)

    def what_is_kept_is_kept_by_its_gate(self, session: Session, rows: list[Row], gate: Row) -> None:
        """Held appointments belong to the hold of an undecided gate, and no hold of a gate is empty."""
        held = [row for row in rows if row.status == AppointmentStatus.HELD]
        assert {row.hold_id for row in held} <= {gate.hold_id}
        assert (gate.hold_id is not None) == bool(held)
        assert not held or (gate.decision is None and {row.step for row in held} <= {"inf-4", "inf-5", "inf-6"})
        status = session.scalar(select(Series.status).where(Series.id == self.series_id))
        assert not held or status not in (SeriesStatus.STOPPED, SeriesStatus.ON_HOLD)
        booked = {row.step for row in rows if row.status == AppointmentStatus.BOOKED}
        assert gate.decision is not None or not booked & {"inf-4", "inf-5", "inf-6"}
        assert set(session.scalars(select(Hold.purpose).join(Appointment, Appointment.hold_id == Hold.id))) <= {
            HoldPurpose.GATE}

    def a_taper_has_what_was_ordered(self, session: Session, gate: Row) -> None:
        """Its infusions stand once each, on the order of the decision."""
        infusions = session.execute(select(Appointment.status, Appointment.order_id).where(
            Appointment.series_id == self.tapered, Appointment.step.startswith("inf-"))).all()
        assert [tuple(row) for row in infusions] == [(AppointmentStatus.BOOKED, gate.order_id)] * FURTHER

    def _gate(self) -> int:
        with self.database.reading() as session:
            return session.scalars(select(Gate.id).where(Gate.series_id == self.series_id)).one()
