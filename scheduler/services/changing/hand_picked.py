"""What stands against one visit at a hand-picked time: the rules that a person may set aside, and what nobody may.

The time only narrows the choices of that one step. Every other rule is asked of it as of any visit: it is never made a
fixed step, of which nothing would be asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, Clinic, Resource, Series
from scheduler.access import Permission, Viewer
from scheduler.planning.broken_rules import (
    NEVER,
    PATIENTS_OWN,
    BrokenRule,
    Rule,
    Spaced,
    broken_gaps,
    broken_wish,
    without_broken,
)
from scheduler.planning.calendar_index import CalendarIndex
from scheduler.planning.course import infusion_numbers
from scheduler.planning.instants import spoken
from scheduler.planning.search.occupancy import presence
from scheduler.planning.series_planner import with_fixed
from scheduler.planning.single_visit import StartOption, starts_of
from scheduler.planning.walltime import minute_of
from scheduler.queries.planning_calendar import Without, number, resource_word, visit_type_word
from scheduler.queries.visit_shapes import visit_shapes
from scheduler.services.booking.free_times import asked_to_move
from scheduler.services.booking.legality import pin
from scheduler.services.booking.promises import VisitPlace
from scheduler.services.booking.series_problem import Asked, Problem, preference, problem_for
from scheduler.services.booking.standing import terms_of
from scheduler.services.booking.terms import TermStep
from scheduler.services.booking.wishes import Wishes, unavailable
from scheduler.services.changing.move_conflicts import CliniciansOnly, PatientElsewhereThen, TakenThen
from scheduler.services.conflicts import ReasonMissing, RulesBroken
from scheduler.services.refusal import Conflict

HOURS = ("On {when} the visit would not lie in the opening hours, or not in the hours of the chair, nurse or therapist "
         "that it needs, or not on the grid of times. Choose another time.")
WHY = "Say why these rules are set aside: the reason is kept with the series."


@dataclass(frozen=True)
class Wanted:
    """Where one visit is to go: clinic wall time, and the resources (kind to id) that were picked, if any."""

    wall_start: datetime
    resources: Mapping[str, int]


@dataclass(frozen=True)
class Picked:
    """The question about one visit at one time, with what it breaks; `asked` has those rules taken out already."""

    row: Appointment
    step: str
    wanted: Wanted
    asked: Asked
    broken: tuple[BrokenRule, ...]


def picked(session: Session, clinic: Clinic, row: Appointment, wanted: Wanted, *, now: datetime) -> Picked:
    """Ask every rule of a course that a person could set aside. Reads rows, and no calendar."""
    on = wanted.wall_start.date()
    asked = asked_to_move(session, clinic, row, now=now, latest_on=on)
    step = row.step if row.series_id and row.step else asked.terms.steps[0].id
    broken = tuple(_broken(session, clinic, row, asked, step, wanted)) if row.series_id else ()
    terms, rules = asked.terms, {one.rule for one in broken}
    wishes = replace(terms.wishes, earliest_on=on, latest_on=on)
    if Rule.AWAY in rules:
        wishes = replace(wishes, away=(), not_weekdays=())
    if Rule.WISH in rules:
        wishes = replace(wishes, therapist_id=None)
    steps = tuple(replace(one, gaps=without_broken(one.gaps, one.id, broken)) for one in terms.steps)
    terms = replace(terms, wishes=wishes, steps=steps, same=() if Rule.SAME in rules else terms.same)
    return Picked(row, step, wanted, replace(asked, terms=terms), broken)


def broken_where_it_stands(session: Session, clinic: Clinic, row: Appointment, *,
                           now: datetime) -> tuple[BrokenRule, ...]:
    """The distances that a visit does not keep where it stands now."""
    found = picked(session, clinic, row, Wanted(row.wall_start, {}), now=now).broken
    return tuple(one for one in found if one.rule in (Rule.GAP, Rule.PAIRING))


def distances_broken(session: Session, clinic: Clinic, series: Series, asked: Asked, starts: Mapping[str, datetime],
                     step: str) -> tuple[BrokenRule, ...]:
    """The distances of one step that a whole plan (start by step, clinic wall time) of what is asked does not keep."""
    names = labels_of(terms_of(session, series).steps)
    return broken_gaps(_spaced(asked.terms.steps, names), starts, step, clinic.timezone)


def may_set_aside(broken: Sequence[BrokenRule], by: Viewer) -> bool:
    """Whether this viewer may set all of these aside, with a reason."""
    return not any(one.rule in NEVER for one in broken) and (
        by.may(Permission.OVERRIDE_RULES) or all(one.rule in PATIENTS_OWN for one in broken))


def refused_for(broken: Sequence[BrokenRule], reason: str, by: Viewer) -> tuple[Conflict, ...]:
    """Why a move that breaks these rules is refused; empty where none is broken, or they are set aside."""
    never = tuple(one for one in broken if one.rule in NEVER)
    if never or not broken:
        return never
    if not may_set_aside(broken, by):
        return (*broken, CliniciansOnly())
    return () if reason.strip() else (*broken, ReasonMissing(WHY))


def options_at(session: Session, clinic: Clinic, one: Picked, *, now: datetime,
               everything: bool = False) -> tuple[Problem, tuple[StartOption, ...]]:
    """The one start that was picked with the resources to take, or none; with `everything` free, hours alone count."""
    asked = replace(one.asked, without=Without(everything=True)) if everything else one.asked
    problem = problem_for(session, clinic, asked, now=now)
    place = VisitPlace(one.row.visit_type_id, one.wanted.wall_start, one.wanted.resources, one.step, one.row.ordinal)
    found = starts_of(problem.index, problem.series, problem.calendar.weights, restrict=pin(problem.restrict, [place]))
    return problem, found


def what_stands(session: Session, clinic: Clinic, one: Picked, *, now: datetime) -> tuple[Conflict, ...]:
    """Why nothing was found at the time: hours, or who and what is taken. Nobody sets these aside."""
    start = one.wanted.wall_start
    if not options_at(session, clinic, one, now=now, everything=True)[1]:
        return (RulesBroken(HOURS.format(when=spoken(start)), one.row.step),)
    problem, _ = options_at(session, clinic, one, now=now)
    index = with_fixed(problem.index, problem.series)
    if _patient_elsewhere(problem, index, one):
        return (PatientElsewhereThen(start, one.row.step),)
    return (TakenThen(start, tuple(_taken(problem, index, one)), one.row.step),)


def chosen_of(option: StartOption) -> dict[str, int]:
    """The resources (kind to id) of an option."""
    return {kind: number(word) for kind, word in option.resources.items()}


def labels_of(steps: Sequence[TermStep]) -> dict[str, str]:
    """Every step by name for a sentence: "infusion 3 of 6", "the integration of infusion 3 of 6"."""
    numbers = infusion_numbers([(one.id, one.kind) for one in steps])
    names = {id_: f"infusion {at} of {of}" for id_, (at, of) in numbers.items()}
    for one in steps:
        pair = next((gap.after for gap in one.gaps if gap.after in numbers), None)
        names.setdefault(one.id, f"the {one.kind}" + (f" of {names[pair]}" if pair else ""))
    return names


def _spaced(steps: Sequence[TermStep], names: Mapping[str, str]) -> list[Spaced]:
    return [Spaced(one.id, names[one.id], one.kind == "infusion", one.gaps) for one in steps]


def _broken(session: Session, clinic: Clinic, row: Appointment, asked: Asked, step: str,
            wanted: Wanted) -> Iterator[BrokenRule]:
    series = session.get(Series, row.series_id)
    assert series is not None
    names = labels_of(terms_of(session, series).steps)
    spaced = _spaced(asked.terms.steps, names)
    starts = {id_: one.wall_start for id_, one in asked.standing.items()} | {step: wanted.wall_start}
    yield from broken_gaps(spaced, starts, step, clinic.timezone)
    name = names[step][:1].upper() + names[step][1:]
    yield from _against_patient(session, row, asked.terms.wishes, step, wanted, name)
    yield from _other_person(session, asked, step, wanted, name)
    yield from broken_wish(preference(asked.terms.wishes), wanted.wall_start, step, name)


def _against_patient(session: Session, row: Appointment, wishes: Wishes, step: str, wanted: Wanted,
                     name: str) -> Iterator[BrokenRule]:
    """What the patient said they cannot do: days, intervals, and anything before the earliest day."""
    start, shape = wanted.wall_start, visit_shapes(session, row.clinic_id, [row.visit_type_id])[row.visit_type_id]
    leaves = start + timedelta(minutes=shape.patient_minutes)
    if start.date() < wishes.earliest_on:
        yield BrokenRule(Rule.AWAY, step, f"{name} would lie before {wishes.earliest_on:%d %b %Y}, "
                         "the earliest day that was asked for.")
    if any(begins < leaves and start < ends
           for begins, ends in unavailable(replace(wishes, earliest_on=start.date()), start.date())):
        yield BrokenRule(Rule.AWAY, step, f"{name} would lie where the patient said that they cannot come.")


def _other_person(session: Session, asked: Asked, step: str, wanted: Wanted,
                  name: str) -> Iterator[BrokenRule]:
    """Another resource than the one that the whole series keeps, or than the therapist who was asked for."""
    rows = {one.id: one for one in session.scalars(select(Resource).where(Resource.id.in_(wanted.resources.values())))}
    for kind, id_ in wanted.resources.items():
        held = {one.resources[kind] for other, one in asked.standing.items() if other != step and kind in one.resources}
        if kind in asked.terms.same and held and id_ not in held:
            yield BrokenRule(Rule.SAME, step, f"{name} would be with another {kind} than the rest of the series.")
    asked_for = asked.terms.wishes.therapist_id
    kind = session.scalar(select(Resource.kind).where(Resource.id == asked_for)) if asked_for else None
    if kind in wanted.resources and wanted.resources[kind] != asked_for and wanted.resources[kind] in rows:
        yield BrokenRule(Rule.WISH, step, f"{name} would not be with the {kind} whom the patient asked for.")


def _patient_elsewhere(problem: Problem, index: CalendarIndex, one: Picked) -> bool:
    begin = minute_of(one.wanted.wall_start)
    there = [(begin + low, begin + high) for low, high in presence(index.visit_types[_word(one)])]
    return any(low < end and start < high for low, high in index.busy(problem.series.patient) for start, end in there)


def _word(one: Picked) -> str:
    return visit_type_word(one.row.visit_type_id)


def _taken(problem: Problem, index: CalendarIndex, one: Picked) -> Iterator[str]:
    """The names of what was picked (or is kept through the series) and is taken, and the kinds of which none is free.

    The hours have been asked: what does not fit is taken.
    """
    visit_type, position = index.visit_types[_word(one)], index.axis.position(one.wanted.wall_start)
    picked_words = {kind: resource_word(id_) for kind, id_ in one.wanted.resources.items()}
    kept = {kind: step.current.resources[kind] for step in problem.series.steps if step.fixed and step.current
            for kind in problem.series.same if kind in step.current.resources}
    for kind in visit_type.kinds:
        fits, word = index.fits(visit_type, kind), {**kept, **picked_words}.get(kind)
        if word in index.row:
            if not fits[index.row[word], position]:
                yield problem.calendar.names[word]
        elif not fits[:, position].any():
            yield f"every {kind}"
