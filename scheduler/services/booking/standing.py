"""Where a booked series stands: which of its visits stay, which may move, and what the planner has to know of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Clinic, Resource, Series
from scheduler.planning.broken_rules import without_broken
from scheduler.planning.catching_up import caught_up
from scheduler.planning.course import PlanGap
from scheduler.planning.documents import from_document
from scheduler.planning.instants import wall
from scheduler.planning.lifecycle import OCCUPYING, AppointmentStatus, Departure
from scheduler.queries.occupied import resources_of
from scheduler.queries.overrides import rules_set_aside
from scheduler.queries.planning_calendar import Without
from scheduler.services.booking.offers import ByHand
from scheduler.services.booking.series_problem import Asked, Standing
from scheduler.services.booking.term_steps import TermStep
from scheduler.services.booking.terms import Terms, has_therapist
from scheduler.services.booking.wishes import MIDNIGHT, Away, Wishes


@dataclass(frozen=True)
class Movable:
    """What of a series may move: the steps that lost their place and get a new one, and those that may give way."""

    placed_anew: frozenset[str]
    giving_way: frozenset[str]


def terms_of(session: Session, series: Series) -> Terms:
    """The terms under which a series was booked, its protocol version included; rules that are set aside left out."""
    aside = rules_set_aside(session, series.id)
    steps = tuple(replace(step, gaps=without_broken(step.gaps, step.id, aside))
                  for step in (from_document(TermStep, one, "steps") for one in series.steps))
    wishes = Wishes.from_document(series.wishes)
    return Terms(series.order_id, series.protocol_version_id, replace(wishes, latest_on=series.latest_on), steps,
                 series.finish, tuple(series.same))


def asked_of(session: Session, clinic: Clinic, series: Series, rows: Sequence[Appointment], movable: Movable, *,
             now: datetime, by_hand: Collection[ByHand] = (), latest_on: date | None = None,
             away: Collection[Away] = (), same_day: bool = False, beyond: Collection[str] = (),
             notice: timedelta = timedelta()) -> Asked:
    """The planner's question about a series that is booked: everything not movable stays exactly where it is.

    Steps that were given up (cancelled or missed, and not placed anew) drop out with the gaps that name them; a missed
    infusion that later ones have overtaken follows them (planning.catching_up). The day
    of a visit that was called off ahead of its time counts as one on which the patient cannot come, and so do those
    before the day to which a step was put off, unless `same_day`.
    A therapist who was asked for and has left is not asked for any more.
    `notice`: so soon from now nothing gets another time, unless it is set by hand.
    Steps that are `beyond` may lie further from the ones before than the protocol allows.
    """
    terms = terms_of(session, series)
    steps = [row for row in rows if row.step is not None]
    standing = _standing(session, steps, movable)
    kept = {step: one for step, one in standing.items()} | {step: None for step in movable.placed_anew}
    ends = [terms.wishes.latest_on, latest_on, *(one.wall_start.date() for one in standing.values())]
    today = wall(now, clinic.timezone).date()
    called_off = [away for row in steps if not same_day and row.step in movable.placed_anew
                  for away in _away_for(row, today)]
    asked_for = terms.wishes.therapist_id if has_therapist(session, clinic.id, terms.wishes.therapist_id) else None
    wishes = replace(terms.wishes, therapist_id=asked_for, latest_on=max(end for end in ends if end),
                     away=(*terms.wishes.away, *away, *called_off))
    happened = {row.step: row.wall_start for row in steps if row.step in standing and _took_place(row, now)}
    course = later_allowed(caught_up(_without(terms.steps, kept), happened, movable.placed_anew), beyond)
    finish = terms.finish if terms.finish in kept and terms.finish not in happened else course[-1].id
    terms = replace(terms, wishes=wishes, steps=course, finish=finish,
                    same=tuple(kind for kind in terms.same if _one_kept(session, kind, standing)))
    return Asked(series.patient_id, terms, by_hand, standing, Without(appointment_ids=[row.id for row in steps]),
                 notice)


def _standing(session: Session, rows: Sequence[Appointment], movable: Movable) -> dict[str, Standing]:
    there = [row for row in rows if row.status in OCCUPYING and row.step not in movable.placed_anew]
    occupied = resources_of(session, [row.id for row in there])
    return {row.step: Standing(row.wall_start, had, fixed=row.step not in movable.giving_way)
            for row, had in zip(there, occupied, strict=True) if row.step}


def _took_place(row: Appointment, now: datetime) -> bool:
    return row.status in (AppointmentStatus.ARRIVED, AppointmentStatus.IN_PROGRESS, AppointmentStatus.FULFILLED) or (
        row.status == AppointmentStatus.BOOKED and row.starts_at <= now)


def _one_kept(session: Session, kind: str, standing: Mapping[str, Standing]) -> bool:
    """Whether the visits that stay had one resource of a kind, and it still works: else the rest need not have it."""
    held = {one.resources[kind] for one in standing.values() if one.fixed and kind in one.resources}
    gone = select(Resource.id).where(Resource.id.in_(held), Resource.active.is_(False))
    return len(held) <= 1 and session.scalar(gone) is None


def _away_for(row: Appointment, today: date) -> Iterator[Away]:
    """The days on which a step that lost its place is not to be placed again."""
    if row.departure == Departure.DEFERRED:
        if row.not_before is not None and row.not_before > today:
            yield Away(datetime.combine(today, MIDNIGHT), datetime.combine(row.not_before, MIDNIGHT))
    elif row.status == AppointmentStatus.CANCELLED and row.starts_on >= today:
        begins = datetime.combine(row.starts_on, MIDNIGHT)
        yield Away(begins, begins + timedelta(days=1))


def _without(steps: Sequence[TermStep], kept: Collection[str]) -> tuple[TermStep, ...]:
    """The steps that are kept. A gap to a step that was given up goes; the order to the kept one before it stays."""
    found: list[TermStep] = []
    for step in steps:
        if step.id not in kept:
            continue
        gaps = tuple(gap for gap in step.gaps if gap.after in kept)
        if len(gaps) < len(step.gaps) and found and not gaps:
            gaps = (PlanGap(found[-1].id),)
        found.append(replace(step, gaps=gaps))
    return tuple(found)


def later_allowed(steps: Sequence[TermStep], beyond: Collection[str]) -> tuple[TermStep, ...]:
    """The steps, without the greatest distances of those that may come later than the protocol says."""
    return tuple(
        replace(step, gaps=tuple(replace(gap, max_days=None, max_hours=None) for gap in step.gaps))
        if step.id in beyond else step for step in steps)
