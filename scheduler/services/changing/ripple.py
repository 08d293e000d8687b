"""What a move would set in motion, before anything is changed: what moves, what would break, who is told what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import Appointment, Clinic, Resource, VisitType
from scheduler.access import Viewer
from scheduler.planning.broken_rules import NEVER, BrokenRule
from scheduler.planning.instants import instant
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.planning.reminders import VisitFacts
from scheduler.queries.occupied import resources_of
from scheduler.services.booking.locked import clinic_row
from scheduler.services.booking.offers import ByHand, OfferedResource
from scheduler.services.changing.hand_picked import (
    Picked,
    Wanted,
    chosen_of,
    may_set_aside,
    options_at,
    picked,
    what_stands,
)
from scheduler.services.changing.preview_news import News, preview_news
from scheduler.services.changing.replan import NoReplan, ReplanPreview, ReplanSeries, preview_replan
from scheduler.services.changing.replan_rules import rules_beyond
from scheduler.services.changing.reschedule import MoveVisit, stands_in_the_way, time_stands
from scheduler.services.refusal import Conflict, NotFound, Refused


@dataclass(frozen=True)
class AskMove:
    """A visit and the time it was dragged to, or picked for; `resources` (kind to id) are those picked with it."""

    appointment_id: int
    wall_start: datetime
    resources: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """Who hears of a change: the patient's one letter, and the staff whose day it changes, by name."""

    news: News
    people: tuple[str, ...]


@dataclass(frozen=True)
class Alone:
    """The visit moved by itself. `stands` is never set aside; `broken` may be, by whoever `may_set_aside` it."""

    stands: tuple[Conflict, ...]
    broken: tuple[BrokenRule, ...]
    may_set_aside: bool
    resources: tuple[OfferedResource, ...]
    told: Told | None

    @property
    def fits(self) -> bool:
        """Whether it keeps every rule."""
        return not self.stands and not self.broken

    @property
    def can_be_asked(self) -> bool:
        """Whether a clinician could say yes: there is room, and only rules stand against it."""
        return not self.stands


@dataclass(frozen=True)
class Ripple:
    """Both ways to move it. `rest` is None for a visit that belongs to no series."""

    appointment_id: int
    version: int
    before: datetime
    was_placed: bool
    resources_before: tuple[OfferedResource, ...]
    after: datetime
    picked: Mapping[str, int]
    alone: Alone
    rest: ReplanPreview | NoReplan | None
    rest_told: Told | None
    rest_broken: tuple[BrokenRule, ...] = ()
    """What the plan of the rest breaks; only where no plan keeps every rule."""
    rest_may_be_set_aside: bool = False

    @property
    def rest_can_be_asked(self) -> bool:
        """Whether a clinician could say yes to the plan of the rest."""
        return self.rest_moves_more and bool(self.rest_broken)

    @property
    def rest_moves_more(self) -> bool:
        """Whether planning the rest anew would move any other visit."""
        return isinstance(self.rest, ReplanPreview) and any(
            one.appointment_id != self.appointment_id for one in self.rest.moves)


def preview_move(session: Session, command: AskMove, *, by: Viewer, now: datetime) -> Ripple | Refused | NotFound:
    """Both ways to move one visit to one time. Writes nothing; refused where the visit cannot be moved at all."""
    row = session.scalar(select(Appointment).where(
        Appointment.id == command.appointment_id, Appointment.clinic_id == by.clinic_id,
        or_(Appointment.status != AppointmentStatus.HELD, Appointment.series_id.is_not(None))))
    if row is None:
        return NotFound("appointment")
    if stands := stands_in_the_way(session, row, row.version):
        return Refused(stands)
    clinic = clinic_row(session, by.clinic_id)
    had, = resources_of(session, [row.id])
    alone = _alone(session, clinic, row, command, had, by, now)
    rest = _rest(session, row, command, by, now) if row.series_id and row.step and not _hopeless(command, clinic, now) \
        else None
    rest_told = None
    if isinstance(rest, ReplanPreview) and rest.moves:
        gone = [{one.kind: one.id for one in move.resources_before} for move in rest.moves]
        come = [{one.kind: one.id for one in move.after.resources} for move in rest.moves]
        facts = [VisitFacts(move.appointment_id, move.after.kind, move.after.starts_at) for move in rest.moves]
        rest_told = _told(session, row, facts, gone + come, now)
    broken = rules_beyond(session, rest, by=by, now=now) if isinstance(rest, ReplanPreview) else ()
    return Ripple(row.id, row.version, row.wall_start, bool(had), _named(session, had), command.wall_start,
                  command.resources, alone, rest, rest_told, broken, may_set_aside(broken, by))


def _hopeless(command: AskMove, clinic: Clinic, now: datetime) -> bool:
    return instant(command.wall_start, clinic.timezone) <= now


def _alone(session: Session, clinic: Clinic, row: Appointment, command: AskMove, had: Mapping[str, int], by: Viewer,
           now: datetime) -> Alone:
    asked = MoveVisit(row.id, row.version, command.wall_start, command.resources)
    if stands := time_stands(session, clinic, row, asked, now):
        return Alone(stands, (), False, (), None)
    one = picked(session, clinic, row, Wanted(command.wall_start, command.resources), now=now)
    never = tuple(rule for rule in one.broken if rule.rule in NEVER)
    broken = tuple(rule for rule in one.broken if rule.rule not in NEVER)
    if never:
        return Alone(never, broken, False, (), None)
    _, options = options_at(session, clinic, one, now=now)
    if not options:
        return Alone(what_stands(session, clinic, one, now=now), broken, False, (), None)
    chosen = chosen_of(options[0])
    return Alone((), broken, may_set_aside(broken, by), _named(session, chosen),
                 _told(session, row, [_facts(session, one, clinic)], [dict(had), chosen], now))


def _facts(session: Session, one: Picked, clinic: Clinic) -> VisitFacts:
    kind = session.scalar(select(VisitType.kind).where(VisitType.id == one.row.visit_type_id))
    assert kind is not None
    return VisitFacts(one.row.id, kind, instant(one.wanted.wall_start, clinic.timezone))


def _rest(session: Session, row: Appointment, command: AskMove, by: Viewer,
          now: datetime) -> ReplanPreview | NoReplan | None:
    """The rest planned anew around the picked time, which restricts that step's choices; every other rule is kept.

    Where no plan keeps them all, one in which the picked visit lies further from those before it than it should.
    """
    assert row.series_id is not None and row.step is not None
    lost = row.status in (AppointmentStatus.CANCELLED, AppointmentStatus.NO_SHOW)
    asked = ReplanSeries(row.series_id, (row.id,) if lost else (), all_lost=False,
                         by_hand=(ByHand(row.step, command.wall_start, command.resources),))
    found = preview_replan(session, asked, by=by, now=now, ways_out=False)
    if isinstance(found, NoReplan):
        beyond = preview_replan(session, replace(asked, beyond=(row.step,)), by=by, now=now, ways_out=False)
        found = beyond if isinstance(beyond, ReplanPreview) else found
    return found if isinstance(found, ReplanPreview | NoReplan) else None


def _named(session: Session, had: Mapping[str, int]) -> tuple[OfferedResource, ...]:
    names = dict(session.execute(select(Resource.id, Resource.name).where(Resource.id.in_(had.values()))).all())
    return tuple(OfferedResource(kind, id_, names.get(id_, "")) for kind, id_ in had.items())


def _told(session: Session, row: Appointment, visits: Sequence[VisitFacts], resources: Sequence[Mapping[str, int]],
          now: datetime) -> Told:
    ids = {id_ for had in resources for id_ in had.values()}
    people = session.scalars(select(Resource.name).where(
        Resource.id.in_(ids), Resource.staff_id.is_not(None)).order_by(Resource.name)).all()
    return Told(preview_news(session, clinic_id=row.clinic_id, patient_id=row.patient_id, series_id=row.series_id,
                             visits=visits, now=now),
                tuple(people))
