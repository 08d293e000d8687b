"""A clinic's year in about a minute: people book, move, cancel, answer and come, and the clock sends what is due.

Nothing waits: the clock hops from one instant at which something happens or is due to the next. All is done by the
services of the product; a seed makes a year that can be had again.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random

from sqlalchemy import func, select

from jobs.messages import deliver
from models import Appointment, Message, PatientLink
from scheduler.commands.demo_clinic.answers import answer_by
from scheduler.commands.demo_clinic.clinic import ZONE, Made
from scheduler.commands.simulated.ports import Wayward
from scheduler.database import Database
from scheduler.planning.instants import instant, wall
from scheduler.planning.lifecycle import OUTGOING, AppointmentStatus
from scheduler.planning.reminder_rules import ONE_DAY, WEEK_BEFORE
from scheduler.planning.rule_documents import to_document
from scheduler.planning.words import Role
from scheduler.queries.message_rules import rule_versions
from scheduler.queries.visits import VisitRow, visits
from scheduler.services.answer_link import Answer
from scheduler.services.book_series import BookedSeries, BookPlan, book_plan
from scheduler.services.cancel import Cancelled, CancelVisit, cancel_visit
from scheduler.services.message_rules import ChangeRule, change_rule, reset_rule
from scheduler.services.offers import PlanOffer, PlanSeries
from scheduler.services.plan_series import plan_series
from scheduler.services.record_order import RecordOrder, record_order
from scheduler.services.record_visit import Happened, RecordVisit, record_visit
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.reschedule import Moved, MoveVisit, move_visit
from scheduler.services.tidy_messages import expire_messages
from scheduler.services.whole import booking
from scheduler.services.wishes import Wishes

BASE = "https://v.example.com"
MOVES, CANCELS, NO_SHOWS, ANSWERS, CANNOT = 0.10, 0.05, 0.04, 0.6, 0.03
APART = (timedelta(hours=1), timedelta(hours=-1), timedelta(hours=2), timedelta(days=1), timedelta(days=-1))
ANSWERING = timedelta(hours=4)
STEP = timedelta(minutes=10)
"""The clock ticks every minute; here it looks that often at most, which only makes it later."""


@dataclass
class Year:
    """One simulated year of one clinic."""

    database: Database
    made: Made
    patients: list[int]
    begins: date
    random: Random
    ways: Wayward
    done: Counter[str] = field(default_factory=Counter)
    clock: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.clock = self._at(self.begins, time(7))
        self._events: list[tuple[datetime, int, Callable[[], object]]] = []
        self._number, self._answered, self._ports = count(), self.clock, self.ways.ports()

    def live(self, days: int, series: int) -> None:
        """Go through so many days, in which so many courses are booked."""
        ends = self.clock + timedelta(days=days)
        for number in range(series):
            on = self.begins + timedelta(days=self.random.randrange(max(1, days - 35)))
            at = self._at(on, time(self.random.randrange(8, 17), self.random.randrange(60)))
            self._then(at, lambda number=number: self._book(number))
        for share, act in ((0.35, self._week_before), (0.55, self._evening), (0.75, self._as_shipped)):
            self._then(self.clock + timedelta(days=int(days * share)), act)
        while self.clock < ends:
            at, waits = self._next()
            self.clock = min(at, ends)
            while self._events and self._events[0][0] <= self.clock:
                waits = heapq.heappop(self._events)[2]() or waits
            if waits:
                self._tick()

    def _tick(self) -> None:
        with self.database.writing() as session:
            self.done["too late"] += expire_messages(session, now=self.clock)
        deliver(self.database, self._ports, base_url=BASE, now=self.clock)
        self.done["rounds"] += 1
        if self.clock >= self._answered + ANSWERING:
            self._answer()
            self._answered = self.clock

    def _next(self) -> tuple[datetime, bool]:
        """The next instant at which something happens, at least `STEP` from now, and whether a message is due then."""
        with self.database.reading() as session:
            due = session.scalar(select(func.min(Message.due_at)).where(Message.state.in_(OUTGOING)))
        happens = self._events[0][0] if self._events else self.clock + timedelta(days=1)
        at = max(min(happens, due or happens), self.clock + STEP)
        return at, due is not None and due <= at

    def _then(self, at: datetime, act: Callable[[], object]) -> None:
        heapq.heappush(self._events, (at, next(self._number), act))

    def _book(self, number: int) -> object:
        desk, today = self._by("desk@example.com", Role.FRONT_DESK), wall(self.clock, ZONE).date()
        patient_id = self.patients[number % len(self.patients)]
        protocol = self.random.choice([self.made.protocols[name] for name in ("twice", "thrice", "alone")])
        with self.database.writing() as session:
            order = record_order(session, RecordOrder(
                patient_id, self.made.staff["doctor@example.com"], 6, today), by=desk, now=self.clock)
            if isinstance(order, Refused | NotFound):
                self.done["bookings refused"] += 1
                return None
            wishes = Wishes(today + timedelta(days=self.random.choice((1, 2, 5, 12))), 6)
            offer = plan_series(session, PlanSeries(patient_id, order.order_id, protocol, wishes), by=desk,
                                now=self.clock)
            booked = book_plan(session, BookPlan(offer.command, offer.plans[0].places, f"year-{number}"), by=desk,
                               now=self.clock) if isinstance(offer, PlanOffer) else None
            if not isinstance(booked, BookedSeries):
                self.done["bookings refused"] += 1
                return None
            rows = visits(session, self.made.clinic_id, Appointment.series_id == booked.series_id)
        self.done["series booked"] += 1
        self.done["visits booked"] += len(rows)
        for row in rows:
            self._expect(row.id, row.starts_at, row.patient_leaves_at)
            self._trouble(row)
        return True

    def _expect(self, visit_id: int, starts_at: datetime, leaves_at: datetime) -> None:
        if self.random.random() < NO_SHOWS:
            self._then(starts_at + timedelta(minutes=30), lambda: self._record(visit_id, starts_at, Happened.NO_SHOW))
            return
        late = timedelta(hours=5) if self.random.random() < 0.1 else timedelta(0)
        self._then(leaves_at + late, lambda: self._record(visit_id, starts_at, Happened.DONE))

    def _trouble(self, row: VisitRow) -> None:
        before = row.starts_at - timedelta(hours=self.random.uniform(3, 150))
        at = max(before, self.clock + timedelta(minutes=2))
        fate = self.random.random()
        if fate < MOVES:
            self._then(at, lambda: self._move(row.id))
        elif fate < MOVES + CANCELS:
            self._then(at, lambda: self._cancel(row.id))

    def _move(self, visit_id: int) -> object:
        desk = self._by("nurse@example.com", Role.CLINICIAN)
        for apart in self.random.sample(APART, len(APART)):
            with booking(self.database, now=self.clock) as session:
                row = session.get_one(Appointment, visit_id)
                if row.status != AppointmentStatus.BOOKED or row.starts_at <= self.clock:
                    return None
                result = move_visit(session, MoveVisit(visit_id, row.version, row.wall_start + apart,
                                                       override_reason="Agreed with the patient"), by=desk,
                                    now=self.clock)
                length = row.patient_leaves_at - row.starts_at
                if not isinstance(result, Moved):
                    session.rollback()
            if isinstance(result, Moved):
                self.done["visits moved"] += 1
                self._expect(visit_id, result.starts_at, result.starts_at + length)
                return True
        self.done["moves refused"] += 1
        return None

    def _cancel(self, visit_id: int) -> object:
        with self.database.writing() as session:
            if session.get_one(Appointment, visit_id).status != AppointmentStatus.BOOKED:
                return None
            result = cancel_visit(session, CancelVisit(visit_id, "Patient called"),
                                  by=self._by("desk@example.com", Role.FRONT_DESK), now=self.clock)
        self.done["visits cancelled"] += isinstance(result, Cancelled)
        return True

    def _record(self, visit_id: int, starts_at: datetime, happened: Happened) -> None:
        with self.database.writing() as session:
            row = session.get_one(Appointment, visit_id)
            if row.starts_at != starts_at:
                return
            result = record_visit(session, RecordVisit(visit_id, happened, ""),
                                  by=self._by("nurse@example.com", Role.CLINICIAN), now=self.clock)
        if not isinstance(result, Refused | NotFound):
            self.done[f"visits {happened.value}"] += 1

    def _answer(self) -> None:
        with self.database.writing() as session:
            rows = session.scalars(
                select(PatientLink.id)
                .join(Appointment, Appointment.id == PatientLink.appointment_id)
                .where(PatientLink.created_at > self._answered, PatientLink.created_at <= self.clock,
                       Appointment.status == AppointmentStatus.BOOKED, Appointment.confirmed_at.is_(None),
                       Appointment.cannot_come_at.is_(None), Appointment.starts_at > self.clock,
                       PatientLink.expires_at > self.clock)).all()
            for link_id in rows:
                fate = self.random.random()
                if fate < ANSWERS:
                    answer = Answer.CANNOT_COME if fate < CANNOT else Answer.CONFIRM
                    self.done["answers"] += answer_by(session, link_id, answer, now=self.clock)

    def _week_before(self) -> None:
        self._change(WEEK_BEFORE.id, {**to_document(WEEK_BEFORE), "active": True})

    def _evening(self) -> None:
        self._change(ONE_DAY.id, {**to_document(ONE_DAY), "at": "19:30"})

    def _change(self, rule_id: str, document: dict) -> None:
        by = self._by("admin@example.com", Role.ADMINISTRATOR)
        with self.database.writing() as session:
            newest = max(rule_versions(session, by.clinic_id, rule_id), default=0)
            result = change_rule(session, ChangeRule(rule_id, document, newest), by=by, now=self.clock)
        self._counted(result)

    def _as_shipped(self) -> None:
        with self.database.writing() as session:
            result = reset_rule(session, ONE_DAY.id, by=self._by("admin@example.com", Role.ADMINISTRATOR),
                                now=self.clock)
        self._counted(result)

    def _counted(self, result: object) -> None:
        if isinstance(result, Refused | NotFound):
            raise RuntimeError(f"the rule was not changed: {getattr(result, 'sentence', result)}")
        self.done["rules changed"] += 1
        self.done["messages planned anew"] += result.messages.whole  # type: ignore[attr-defined]

    def _by(self, email: str, role: Role):  # noqa: ANN202
        return self.made.viewer(email, role)

    def _at(self, on: date, at: time) -> datetime:
        return instant(datetime.combine(on, at), ZONE)
