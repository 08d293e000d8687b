"""Everything that can be done to one series, in any order, and what must be true after each act.

A new verb is one rule: draw what it needs, and hand its command to `self.act`. The invariants ask nothing of it.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule
from sqlalchemy import select

from models import Change, Series
from scheduler.planning.instants import wall
from scheduler.planning.lifecycle import Departure
from scheduler.planning.words import Role
from scheduler.services.booking.book_series import BookHeld, BookPlan, book_held, book_plan
from scheduler.services.booking.hold_plan import HoldPlan, hold_plan
from scheduler.services.changing.apply_replan import ApplyReplan, apply_replan
from scheduler.services.changing.cancel import (
    CancelVisit,
    StopSeries,
    UndoCancel,
    UndoStop,
    cancel_visit,
    stop_series,
    undo_cancel,
    undo_stop,
)
from scheduler.services.changing.pause import (
    Paused,
    PauseSeries,
    ResumeSeries,
    UndoPause,
    pause_series,
    resume_series,
    undo_pause,
)
from scheduler.services.changing.record_visit import Happened, RecordVisit, UndoRecord, record_visit, undo_record
from scheduler.services.changing.replan import ReplanPreview, ReplanSeries, preview_replan
from scheduler.services.changing.reschedule import Moved, MoveVisit, move_visit
from scheduler.services.changing.ripple import AskMove, Ripple, preview_move
from scheduler.services.changing.set_aside import SetAside, UndoSetAside, set_aside, undo_set_aside
from scheduler.services.changing.undo_change import UndoChange, Undone, undo_change
from tests.services.course_world import STEPS, CourseWorld

VISITS = st.integers(0, len(STEPS) - 1)
DAYS, HOURS = st.sampled_from([0, 0, 0, 1, -1, 2, 5]), st.integers(8, 16)
ROLES = st.sampled_from([Role.FRONT_DESK, Role.CLINICIAN])
LATER = st.sampled_from([0, 0, 1, 5, 26, 70])


class CourseMachine(CourseWorld):
    """Every verb is one rule: it draws what it needs and hands its command to `self.act`."""

    # ---- from nothing to a series -------------------------------------------------------------------------------

    @initialize(at_once=st.sampled_from([True, True, True, False]))
    def begin_with_a_course(self, at_once: bool) -> None:
        """Most runs begin with a booked course: there is little else to do before."""
        if at_once:
            self._book()

    @precondition(lambda self: not self.ids and self.hold_id is None)
    @rule(week=st.integers(0, 1))
    def hold(self, week: int) -> None:
        """Hold a plan for the quarter of an hour that a hold lasts."""
        self.week = week
        held = self.act(hold_plan, HoldPlan(self.course.plan(), self.course.places(week=week)))
        self.hold_id = getattr(held, "hold_id", None)

    @precondition(lambda self: not self.ids and self.hold_id is not None)
    @rule(minutes=st.sampled_from([1, 60]))
    def book_what_is_held(self, minutes: int) -> None:
        """Book it, or find that it has expired meanwhile."""
        self.now += timedelta(minutes=minutes)
        self._booked(self.act(book_held, BookHeld(self.hold_id, "held")))
        self.hold_id = None

    @precondition(lambda self: not self.ids and self.hold_id is None)
    @rule()
    def book(self) -> None:
        """Book a plan at once."""
        self._book()

    def _book(self) -> None:
        self._booked(self.act(book_plan, BookPlan(self.course.plan(), self.course.places(), "at once")))

    def _booked(self, result: Any) -> None:
        if hasattr(result, "series_id"):
            self.ids, self.series_id = result.appointment_ids, result.series_id

    # ---- what is done to it -------------------------------------------------------------------------------------

    @precondition(lambda self: self.ids)
    @rule(place=VISITS, days=DAYS, hour=HOURS, role=ROLES, why=st.sampled_from(["", "because"]), later=LATER)
    def move(self, place: int, days: int, hour: int, role: Role, why: str, later: int) -> None:
        """Move one visit to any time, allowed or not, with or without a reason."""
        row = self.row(place)
        start = datetime.combine(row.starts_on + timedelta(days=days), time(hour))
        self.act(move_visit, MoveVisit(row.id, row.version, start, None, why), role=role, later=later)

    @precondition(lambda self: self.ids)
    @rule(place=VISITS, days=DAYS, hour=HOURS, role=ROLES)
    def move_with_the_rest(self, place: int, days: int, hour: int, role: Role) -> None:
        """Move one visit and let the rest be planned around it."""
        row, by = self.row(place), self.course.kit.viewer(role)
        start = datetime.combine(row.starts_on + timedelta(days=days), time(hour))
        with self.database.reading() as session:
            shown = preview_move(session, AskMove(row.id, start), by=by, now=self.now)
        if isinstance(shown, Ripple) and isinstance(shown.rest, ReplanPreview):
            self._apply(shown.rest, role)

    @precondition(lambda self: self.ids)
    @rule(later=LATER)
    def replan(self, later: int) -> None:
        """Give everything that has lost its place a new one."""
        self.now += timedelta(hours=later)
        with self.database.reading() as session:
            shown = preview_replan(session, ReplanSeries(self.series_id), by=self.course.kit.viewer(), now=self.now)
        if isinstance(shown, ReplanPreview):
            self._apply(shown, Role.FRONT_DESK)

    def _apply(self, shown: ReplanPreview, role: Role) -> None:
        command = ApplyReplan(shown.command, shown.plan.places, shown.fingerprint, "because")
        self.act(apply_replan, command, role=role)

    @precondition(lambda self: self.ids)
    @rule(place=VISITS, days=DAYS, hour=HOURS)
    def move_and_think_again(self, place: int, days: int, hour: int) -> None:
        """A move that is taken back at once leaves everything where it stood."""
        row = self.row(place)
        start = datetime.combine(row.starts_on + timedelta(days=days), time(hour, 30))
        before = self._places()
        moved = self.act(move_visit, MoveVisit(row.id, row.version, start, None, "because"))
        if isinstance(moved, Moved):
            assert isinstance(self.act(undo_change, UndoChange(moved.change_id)), Undone)
            assert self._places() == before

    def _places(self) -> list:
        with self.database.reading() as session:
            return [(row.status, row.starts_at, row.departure, row.ended_reason, row.confirmed_at)
                    for row in self._appointments(session)]

    @precondition(lambda self: self.ids)
    @rule(back=st.integers(0, 2))
    def undo_a_change(self, back: int) -> None:
        """Take the newest change back, or try an older one."""
        with self.database.reading() as session:
            changes = session.scalars(select(Change.id).order_by(Change.id.desc())).all()
        if len(changes) > back:
            self.act(undo_change, UndoChange(changes[back]))

    @precondition(lambda self: self.ids)
    @rule(place=VISITS, what=st.sampled_from(Happened), later=LATER)
    def record(self, place: int, what: Happened, later: int) -> None:
        """Check in, start, record or mark as no-show."""
        self.act(record_visit, RecordVisit(self.ids[place], what), later=later)

    @precondition(lambda self: self.ids)
    @rule(place=VISITS)
    def undo_the_record(self, place: int) -> None:
        """Take the last thing that was said of a visit back."""
        self.act(undo_record, UndoRecord(self.ids[place]))

    @precondition(lambda self: self.ids)
    @rule(place=VISITS, later=LATER)
    def cancel(self, place: int, later: int) -> None:
        """Cancel one visit."""
        self.act(cancel_visit, CancelVisit(self.ids[place], "a cold"), later=later)

    @precondition(lambda self: self.ids)
    @rule(place=VISITS)
    def undo_the_cancellation(self, place: int) -> None:
        """Book a cancelled visit again."""
        self.act(undo_cancel, UndoCancel(self.ids[place]))

    @precondition(lambda self: self.ids)
    @rule(place=VISITS, how=st.sampled_from(Departure), later=LATER)
    def set_aside(self, place: int, how: Departure, later: int) -> None:
        """Defer, omit or cease one step."""
        self.act(set_aside, SetAside(self.ids[place], how, "because"), later=later)

    @precondition(lambda self: self.ids)
    @rule(place=VISITS)
    def undo_setting_aside(self, place: int) -> None:
        """Take that back."""
        self.act(undo_set_aside, UndoSetAside(self.ids[place]))

    @precondition(lambda self: self.ids)
    @rule(later=LATER, what=st.sampled_from(
        ["pause", "undo pause", "resume", "resume", "undo stop", "undo stop", "stop"]))
    def the_whole_series(self, later: int, what: str) -> None:
        """Pause, resume and stop it, and take that back."""
        from_on = wall(self.now + timedelta(hours=later), "America/New_York").date() + timedelta(days=2)
        verb, command = {
            "pause": (pause_series, PauseSeries(self.series_id, "because")),
            "undo pause": (undo_pause, UndoPause(self.series_id)),
            "resume": (resume_series, ResumeSeries(self.series_id, from_on, "because")),
            "stop": (stop_series, StopSeries(self.series_id, "because")),
            "undo stop": (undo_stop, UndoStop(self.series_id)),
        }[what]
        self.act(verb, command, later=later)

    @precondition(lambda self: self.ids)
    @rule(days=st.integers(0, 9))
    def resume_and_think_again(self, days: int) -> None:
        """A resumption that is taken back at once leaves the series paused, as it was."""
        from_on = wall(self.now, "America/New_York").date() + timedelta(days=days)
        before = self._as_it_is()
        resumed = self.act(resume_series, ResumeSeries(self.series_id, from_on, "because"))
        if isinstance(resumed, Paused):
            assert isinstance(self.act(undo_change, UndoChange(resumed.change_id)), Undone)
            assert self._as_it_is() == before

    def _as_it_is(self) -> list:
        with self.database.reading() as session:
            series = session.get(Series, self.series_id)
            return [series.status, series.ended_at, series.ended_reason, series.latest_on, series.infusions,
                    [step["id"] for step in series.steps], *self._places()]
