"""The page of a new series: its form, what was found for it, and what stands in the way."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import abort, render_template, request

from scheduler.queries.booking_choices import BookingChoices, booking_choices
from scheduler.queries.closures import closed_days
from scheduler.queries.patient_details import PatientRow
from scheduler.services.booking.offers import NoPlan, OfferedPlan, PlanOffer, PlanSeries
from scheduler.services.booking.plan_series import plan_series
from scheduler.services.conflicts import SeriesRunning
from scheduler.services.refusal import Conflict, NotFound, Refused
from scheduler.web.course_strips import strip_of_plan
from scheduler.web.desk.book_series_address import address_of
from scheduler.web.desk.book_series_form import WEEKDAYS, SeriesForm
from scheduler.web.desk.book_series_start import Starting
from scheduler.web.door import current_viewer, database, now
from scheduler.web.looks import current_reading
from scheduler.web.sealed import seal
from scheduler.web.strip import CourseStrip

PLAN = "plan"
"""What a chosen plan is sealed for."""


@dataclass(frozen=True)
class ShownPlan:
    """One plan as the page shows it: what it is called, its strip, and its sealed text for the button."""

    title: str
    plan: OfferedPlan
    strip: CourseStrip
    sealed: str


@dataclass(frozen=True)
class Found:
    """What was found for a form: plans, or why there are none and the ways out with their addresses."""

    command: PlanSeries
    words: tuple[str, ...]
    plans: tuple[ShownPlan, ...] = ()
    nothing: NoPlan | None = None
    ways_out: tuple[tuple[str, dict], ...] = ()
    warnings: tuple[Conflict, ...] = ()


def starting_for(patient_id: int) -> Starting:
    """What the form of a patient starts from."""
    viewer = current_viewer()
    with database().reading() as session:
        choices = booking_choices(session, viewer.clinic_id, patient_id, now=now())
    return Starting(choices, viewer, current_reading().today, request.args.get("order", type=int),
                    request.args.get("protocol", type=int))


def series_page(patient: PatientRow, starting: Starting, form: SeriesForm, *, found: Found | None = None,
                refused: Refused | None = None) -> str:
    """The page."""
    return render_template("desk/book_series.html", patient=patient, choices=starting.choices, form=form, found=found,
                           refused=refused, today=starting.today)


def find_plans(command: PlanSeries, choices: BookingChoices) -> Found | Refused:
    """Plan, and bring what comes of it into the page's shape; 404 where an id is not the clinic's."""
    viewer, today = current_viewer(), current_reading().today
    if command.wishes.earliest_on < today:
        command = replace(command, wishes=replace(command.wishes, earliest_on=today))
    with database().reading() as session:
        answer = plan_series(session, command, by=viewer, now=now())
        if isinstance(answer, NotFound):
            abort(404)
        if isinstance(answer, Refused):
            return answer
        first, last = _span(answer)
        closed = closed_days(session, viewer.clinic_id, first, last)
    words = spoken_wishes(command, choices)
    warnings = tuple(one for one in answer.warnings if not isinstance(one, SeriesRunning))
    if isinstance(answer, NoPlan):
        ways = tuple((way.sentence, address_of(way.command)) for way in answer.ways_out)
        return Found(command, words, nothing=answer, ways_out=ways, warnings=warnings)
    shown = tuple(_shown(plan, answer, closed, today) for plan in answer.plans)
    return Found(command, words, shown, warnings=warnings)


def _span(answer: PlanOffer | NoPlan):
    wishes = answer.command.wishes
    last = wishes.latest_on or wishes.earliest_on
    return wishes.earliest_on, last


def _shown(plan: OfferedPlan, answer: PlanOffer, closed: dict, today) -> ShownPlan:
    title = plan.name[:1].upper() + plan.name[1:]
    strip = strip_of_plan(f"{title} plan" if plan.name == "best" else title, plan, closed, today)
    return ShownPlan(title, plan, strip, seal([answer.command.to_text(), plan.to_text()], PLAN))


def spoken_wishes(command: PlanSeries, choices: BookingChoices) -> tuple[str, ...]:
    """The wishes in a few words each, for the line that stands where the form was."""
    wishes = command.wishes
    card = next((card for card in choices.protocols if card.id == command.protocol_id), None)
    said = [f"{wishes.infusions} infusion{'' if wishes.infusions == 1 else 's'}", card.name if card else ""]
    if wishes.weekdays:
        said.append(", ".join(WEEKDAYS[day] for day in wishes.weekdays))
    if wishes.not_weekdays:
        said.append("never " + ", ".join(WEEKDAYS[day] for day in wishes.not_weekdays))
    if wishes.away:
        said.append(f"{len(wishes.away)} absence{'' if len(wishes.away) == 1 else 's'}")
    said.append(next((name for id_, name in choices.therapists if id_ == wishes.therapist_id),
                     "any therapist" if wishes.one_therapist else "several therapists"))
    return tuple(word for word in said if word)
