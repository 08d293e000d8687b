"""Set one visit of a held plan by hand: the times that keep every rule; the rest is planned around the one chosen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from flask import Response, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from scheduler.access import Permission
from scheduler.queries.held_plan import HeldPlan
from scheduler.queries.patient_details import PatientRow
from scheduler.queries.visits import VisitRow
from scheduler.services.booking.hold_plan import Held, HoldPlan, hold_plan
from scheduler.services.booking.legal_times import LegalTimes, legal_times
from scheduler.services.booking.offers import ByHand, PlanOffer, PlanSeries
from scheduler.services.booking.plan_series import plan_series
from scheduler.services.booking.wishes import Wishes
from scheduler.services.clean_book import booking
from scheduler.services.conflicts import RulesBroken
from scheduler.services.refusal import NotFound, Refused
from scheduler.web.desk import desk
from scheduler.web.desk.book_series_address import command_or_400
from scheduler.web.desk.hold import gone, the_hold
from scheduler.web.desk.hold_address import hold_url, same_query, since_of
from scheduler.web.desk.patients import the_patient
from scheduler.web.desk.start_days import Start, read_start, start_days
from scheduler.web.door import current_viewer, database, needs, now
from scheduler.web.formats import wall
from scheduler.web.looks import current_reading
from scheduler.web.said import say

BEFORE, AFTER = timedelta(days=7), timedelta(days=14)


@desk.get("/patients/<int:patient_id>/holds/<int:hold_id>/visits/<step>")
@needs(Permission.BOOK)
def hold_change(patient_id: int, hold_id: int, step: str) -> ResponseReturnValue:
    """Every time for one visit of the plan, by day."""
    patient, held = the_patient(patient_id), the_hold(patient_id, hold_id)
    if held is None:
        return gone(patient, hold_id, 410)
    return change_page(patient, held, step)


@desk.post("/patients/<int:patient_id>/holds/<int:hold_id>/visits/<step>")
@needs(Permission.BOOK)
def hold_move(patient_id: int, hold_id: int, step: str) -> ResponseReturnValue:
    """Plan the rest around the time that was chosen (or, without one, around nothing), and swap the hold."""
    patient, held = the_patient(patient_id), the_hold(patient_id, hold_id)
    if held is None:
        return gone(patient, hold_id, 409)
    the_step(held, step)
    command = with_start(command_or_400(request.args, patient_id), held, step)
    with database().reading() as session:
        answer = plan_series(session, command, by=current_viewer(), now=now())
    if isinstance(answer, NotFound):
        abort(404)
    if not isinstance(answer, PlanOffer):
        refused = answer if isinstance(answer, Refused) else Refused((RulesBroken(answer.sentence, answer.step),))
        return Response(change_page(patient, held, step, refused), 409)
    with booking(database(), now=now()) as session:
        result = hold_plan(session, HoldPlan(answer.command, answer.plans[0].places), by=current_viewer(), now=now())
    if not isinstance(result, Held):
        return Response(change_page(patient, held, step, result), 409) if isinstance(result, Refused) else abort(404)
    say("The rest is planned around it, and held anew.")
    return redirect(hold_url(result.hold_id, now(), answer.command), 303)


def the_step(held: HeldPlan, step: str) -> VisitRow:
    """The visit of a step; 404 where the plan has none."""
    return next((visit for visit in held.visits if visit.step == step), None) or abort(404)


def with_start(command: PlanSeries, held: HeldPlan, step: str) -> PlanSeries:
    """The plan with this visit at the time that was sent, instead of the hold; 400 where it is no time."""
    others = tuple(one for one in command.by_hand if one.step != step)
    text = request.form.get("start")
    if text is None:
        abort(400)
    try:
        chosen = (ByHand(step, read_start(text)),) if text else ()
    except ValueError:
        abort(400)
    return replace(command, by_hand=(*others, *chosen), instead_of=held.id)


def change_page(patient: PatientRow, held: HeldPlan, step: str, refused: Refused | None = None) -> str:
    """The page of the times for one visit."""
    visit = the_step(held, step)
    command = replace(command_or_400(request.args, patient.id), instead_of=held.id)
    stands = wall(visit.starts_at, current_reading()).replace(tzinfo=None)
    first, last = window(stands.date())
    with database().reading() as session:
        found = legal_times(session, LegalTimes(command, step, first, last), by=current_viewer(), now=now())
    if isinstance(found, NotFound):
        abort(404)
    if isinstance(found, Refused):
        refused, found = found, ()
    least = min((one.cost for one in found), default=0)
    days = start_days(
        Start(one.wall_start, f"{one.wall_start:%Y-%m-%dT%H:%M}", best=one.cost == least and _first(found, least, one),
              now=one.wall_start == stands, suits=suits(command.wishes, one.wall_start)) for one in found)
    query = {**same_query(), "since": since_of(held.created_at)}
    return render_template(
        "desk/book_change.html", patient=patient, held=held, visit=visit, days=days, query=query, refused=refused,
        by_hand=any(one.step == step for one in command.by_hand), first=first, last=last,
        around={"earlier": first - AFTER if first > current_reading().today else None, "later": last + BEFORE})


def window(on: date) -> tuple[date, date]:
    """The days that are shown: around the visit, or around the day in the address."""
    asked = request.args.get("around", "")
    try:
        on = date.fromisoformat(asked) if asked else on
    except ValueError:
        abort(400)
    return max(on - BEFORE, current_reading().today), on + AFTER


def suits(wishes: Wishes, at: datetime) -> bool:
    """Whether a time lies on the days and hours that suit."""
    return ((not wishes.weekdays or at.weekday() in wishes.weekdays)
            and (wishes.from_time is None or at.time() >= wishes.from_time)
            and (wishes.to_time in (None, time()) or at.time() < wishes.to_time))


def _first(found, least: int, one) -> bool:
    return next(other for other in found if other.cost == least) is one

