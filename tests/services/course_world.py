"""One patient's course in a clinic, the way an act is done to it, and what must be true after every act.

The invariants ask nothing of the verbs: a new one needs nothing here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine, invariant
from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from models import Appointment, Claim, Hold, Message, Order, Series
from scheduler.database import Database
from scheduler.planning.ledger import ledger
from scheduler.planning.lifecycle import LIVE_MESSAGE, OCCUPYING, AppointmentStatus, SeriesStatus
from scheduler.planning.words import HoldPurpose, Role
from scheduler.services.clean_book import booking
from scheduler.services.refusal import NotFound, Refused
from tests.builders import NOW
from tests.services.series_kit import Course

STEPS = ["prep-1", *(f"inf-{n}" for n in range(1, 7))]


class CourseWorld(RuleBasedStateMachine):
    """One patient's course where somebody else's is booked as well. `begin` gives the database as it was at first."""

    begin: Callable[[], tuple[Database, Course, int]]

    def __init__(self) -> None:
        super().__init__()
        self.database, self.course, self.other = type(self).begin()
        self.now, self.ids, self.series_id, self.hold_id = NOW, (), None, None
        self.added: list[str] = []

    def act(self, verb: Callable, command: Any, *, role: Role = Role.CLINICIAN, later: int = 0) -> Any:
        """Do it, `later` hours on; what is refused must have left everything as it was."""
        self.now += timedelta(hours=later)
        with booking(self.database, now=self.now) as session:
            before = self._facts(session)
            result = verb(session, command, by=self.course.kit.viewer(role), now=self.now)
            if isinstance(result, Refused | NotFound):
                session.flush()
                assert self._facts(session) == before, f"{command} was refused and left something behind"
        return result

    def _facts(self, session: Session) -> list:
        claims = select(func.count()).where(Claim.appointment_id == Appointment.id).scalar_subquery()
        live = select(func.count()).where(Message.appointment_id == Appointment.id,
                                          Message.state.in_(LIVE_MESSAGE)).scalar_subquery()
        return list(session.execute(select(
            Appointment.id, Appointment.version, Appointment.status, Appointment.starts_at, Appointment.departure,
            claims, live).order_by(Appointment.id)))

    def row(self, place: int) -> Appointment:
        """One visit of the series as it stands."""
        with self.database.reading() as session:
            return session.get(Appointment, self.ids[place])

    @invariant()
    def everything_holds(self) -> None:
        """Each of the checks below, in one look at the book."""
        with self.database.reading() as session:
            rows = [row for row in self._appointments(session) if row.series_id == self.series_id] if self.ids else []
            self.nobody_is_told_twice(session)
            self.the_other_patient_is_left_alone(session)
            if rows:
                self.the_course_holds(session, rows)

    def the_course_holds(self, session: Session, rows: list[Row]) -> None:
        """What must be true of the course once it is booked."""
        self.no_infusion_is_lost_or_gained(session, rows)
        self.what_occupies_is_what_the_statuses_say(session, rows)

    def no_infusion_is_lost_or_gained(self, session: Session, rows: list[Row]) -> None:
        """The same rows with the same steps, and a ledger in which every infusion of the course stands once."""
        assert [row.id for row in rows] == list(self.ids)
        assert [row.step for row in rows] == STEPS + self.added
        ordered = session.scalar(select(Order.infusions).where(Order.id == self.course.order_id)) + len(self.added)
        book = ledger(ordered, [(row.status, row.departure) for row in rows if row.step != "prep-1"])
        course = 6 + len(self.added)
        assert book.course == course
        assert 0 <= book.remaining == course - book.booked - book.kept - book.given
        assert book.remaining == book.without_time + book.omitted

    def what_occupies_is_what_the_statuses_say(self, session: Session, rows: list[Row]) -> None:
        """Claims as long as a visit has its time; nothing is booked in a series that does not run."""
        for row in rows:
            assert row.claims == ((2 if row.step == "prep-1" else 4) if row.status in OCCUPYING else 0), row
        if session.scalar(select(Series.status).where(Series.id == self.series_id)) == SeriesStatus.STOPPED:
            assert AppointmentStatus.BOOKED not in {row.status for row in rows}

    def nobody_is_told_twice(self, session: Session) -> None:
        """At most one live message for a visit, kind and channel."""
        assert session.execute(
            select(Message.appointment_id, func.count()).where(
                Message.appointment_id.is_not(None), Message.state.in_(LIVE_MESSAGE))
            .group_by(Message.appointment_id, Message.kind, Message.channel).having(func.count() > 1)).all() == []

    def the_other_patient_is_left_alone(self, session: Session) -> None:
        """Somebody else's course stands as it was booked, and no hold outlives its series."""
        assert session.scalar(select(func.count()).where(
            Appointment.series_id == self.other, Appointment.status == AppointmentStatus.BOOKED,
            Appointment.version == 1)) == 7
        if self.ids:
            assert session.scalar(select(func.count(Hold.id)).where(Hold.purpose != HoldPurpose.GATE)) == 0

    def _appointments(self, session: Session) -> list[Row]:
        claims = select(func.count()).where(Claim.appointment_id == Appointment.id).scalar_subquery().label("claims")
        return list(session.execute(
            select(*Appointment.__table__.columns, claims).order_by(Appointment.ordinal, Appointment.id)))
