"""Something is out: say what, see whom it hits, re-plan all of them together, apply it whole and take it back."""

from __future__ import annotations

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.access import Permission
from scheduler.planning.documents import from_document, to_document
from scheduler.queries.batches import batch_of, batch_page, changes_of, recent_batches
from scheduler.queries.outages import outages
from scheduler.queries.resource_list import resource_list
from scheduler.services.by_link.answer_asked import AnswerAsked, answer_asked
from scheduler.services.by_link.answer_batch import NEW_TIMES_ASKED
from scheduler.services.clean_book import booking
from scheduler.services.outages.apply_batch import BatchApplied, apply_batch
from scheduler.services.outages.batch_parts import PlanBatch
from scheduler.services.outages.batch_plan import hit_courses, plan_batch, seconds_for
from scheduler.services.outages.batch_shapes import BatchPlan
from scheduler.services.outages.check_batch import CheckedBatch, ShownBatch, ShownPart, check_batch
from scheduler.services.outages.offer_batch import OfferBatch, offer_batch
from scheduler.services.outages.outage import Out, take_back, take_out
from scheduler.services.outages.undo_batch import UndoBatch, undo_batch
from scheduler.services.refusal import NotFound, Refused
from scheduler.web.admin.attempts import show_faults
from scheduler.web.desk import desk
from scheduler.web.desk.out_form import OutForm, address_of, asked_out, asked_plan
from scheduler.web.door import current_viewer, database, needs, now
from scheduler.web.said import say
from scheduler.web.sealed import seal, unseal

SEALED = "batch"


@desk.get("/out")
@needs(Permission.SEE_MESSAGES)
def out() -> Response:
    """The form, who is hit now, and what was re-planned lately."""
    return _start(_form())


@desk.post("/out")
@needs(Permission.BOOK)
def out_begin() -> ResponseReturnValue:
    """Write down what is out, at once: from now on nobody books into it. Then on to the plan."""
    form = _form()
    if not form.validate_on_submit():
        return _start(form)
    with database().writing() as session:
        result = take_out(session, form.to_command(), by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    if isinstance(result, Refused):
        show_faults(form, result)
        return _start(form)
    say("Written down: nothing is booked into it any more. Nobody has been moved yet.",
        undo=url_for("desk.out_take_back", **address_of(result)))
    return redirect(url_for("desk.out_plan", **address_of(result)), 303)


@desk.post("/out/take-back")
@needs(Permission.BOOK)
def out_take_back() -> ResponseReturnValue:
    """It is not out after all."""
    with booking(database(), now=now()) as session:
        result = take_back(session, asked_out(), by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    ended = f" {result.offers} offer{'' if result.offers == 1 else 's'} of new times ended" if result.offers else ""
    told = f"; {result.told} of these patients are told that their visits stay." if result.told else "."
    say("It is not out any more. Visits that were moved stay where they are." + (ended and ended + told))
    return redirect(url_for("desk.out"), 303)


@desk.get("/out/plan")
@needs(Permission.SEE_MESSAGES)
def out_plan() -> str:
    """Whom it hits, by urgency, at once; the plan follows when it is ready."""
    command = asked_plan()
    with database().reading() as session:
        hit = hit_courses(session, command, by=current_viewer(), now=now())
    return _plan_page(command, hit=hit, plan=None)


@desk.get("/out/plan/found")
@needs(Permission.SEE_MESSAGES)
def out_found() -> str:
    """The plan: the part of the page where it is asked for by one, else a page of its own."""
    command = asked_plan()
    return _found(command, part="HX-Request" in request.headers)


@desk.post("/out/plan")
@needs(Permission.BOOK)
def out_apply() -> ResponseReturnValue:
    """Move everything that was shown, or say what has changed since and show the plan as it now is."""
    shown = shown_batch()
    with database().reading() as session:
        checked = check_batch(session, shown, by=current_viewer(), now=now())
    if isinstance(checked, Refused):
        return Response(_found(shown.command, refused=checked), 409)
    if request.form.get("do") == "offer":
        return _offer(checked)
    with booking(database(), now=now()) as session:
        result = apply_batch(session, checked, by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    if not isinstance(result, BatchApplied):
        return Response(_found(shown.command, refused=result), 409)
    say(f"{result.visits} visits of {result.patients} patient{'' if result.patients == 1 else 's'} moved. "
        "Each patient gets one letter about all of it.", undo=url_for("desk.out_batch_undo", batch_id=result.batch_id))
    return redirect(url_for("desk.out_batch", batch_id=result.batch_id), 303)


@desk.get("/out/batches/<int:batch_id>")
@needs(Permission.SEE_MESSAGES)
def out_batch(batch_id: int) -> str:
    """What became of a plan: who moved, who accepted, who has not answered, whom to call."""
    with database().reading() as session:
        page = batch_page(session, current_viewer().clinic_id, batch_id, now=now())
        applied = bool(page) and bool(changes_of(session, batch_id))
    if page is None:
        abort(404)
    asked = from_document(PlanBatch, page.command)
    again = url_for("desk.out_plan", **address_of(Out(asked.closure_ids, asked.time_off_ids)))
    return render_template("desk/out_batch.html", page=page, applied=applied, again=again)


@desk.post("/out/batches/<int:batch_id>/undo")
@needs(Permission.BOOK)
def out_batch_undo(batch_id: int) -> ResponseReturnValue:
    """Everything back where it stood, as long as nobody was told."""
    with booking(database(), now=now()) as session:
        result = undo_batch(session, UndoBatch(batch_id), by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    if isinstance(result, Refused):
        say(result.sentence, tone="attention")
    else:
        say(f"{result.visits} visits are back where they stood. Nobody was told of the change.")
    return redirect(url_for("desk.out_batch", batch_id=batch_id), 303)


@desk.post("/out/parts/<int:part_id>/answer")
@needs(Permission.BOOK)
def out_part_answer(part_id: int) -> ResponseReturnValue:
    """What a patient said on the telephone (`say`: yes or no), or the offer withdrawn; any other word is a 400."""
    with database().reading() as session:
        batch_id = batch_of(session, current_viewer().clinic_id, part_id)
    if batch_id is None:
        abort(404)
    said = request.form.get("say", "")
    if said not in ("yes", "no", "withdraw"):
        abort(400)
    with booking(database(), now=now()) as session:
        result = answer_asked(session, NEW_TIMES_ASKED, AnswerAsked(part_id, said == "yes", said == "withdraw"),
                              by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    if isinstance(result, Refused):
        say(result.sentence, tone="attention")
    else:
        say({"yes": "The new times are booked.", "no": "Noted. The times are free again; plan this course anew.",
             "withdraw": "The offer is withdrawn; its times are free again."}[said])
    return redirect(url_for("desk.out_batch", batch_id=batch_id), 303)


def _offer(command: CheckedBatch) -> ResponseReturnValue:
    """Keep the new times and write to everybody; nothing moves before a patient says yes."""
    try:
        hours = int(request.form.get("hours", ""))
    except ValueError:
        abort(400)
    with booking(database(), now=now()) as session:
        result = offer_batch(session, OfferBatch(command, hours), by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    if isinstance(result, Refused):
        return Response(_found(command.command, refused=result), 409)
    say(f"New times are kept for {result.offers} patient{'' if result.offers == 1 else 's'}"
        + (f"; {result.to_call} to call." if result.to_call else "."))
    return redirect(url_for("desk.out_batch", batch_id=result.batch_id), 303)


def shown_batch() -> ShownBatch:
    """What the page had shown, unchanged on its way through the browser."""
    shown = unseal(request.form.get("shown"), SEALED)
    return ShownBatch(from_document(PlanBatch, shown["command"]),
                      tuple(from_document(ShownPart, part) for part in shown["parts"]))


def _form() -> OutForm:
    form = OutForm()
    with database().reading() as session:
        form.offer(resource_list(session, current_viewer().clinic_id))
    return form


def _start(form: OutForm) -> Response:
    with database().reading() as session:
        hit = hit_courses(session, PlanBatch(), by=current_viewer(), now=now())
        batches = recent_batches(session, current_viewer().clinic_id, now=now())
    page = render_template("desk/out.html", form=form, hit=hit, batches=batches)
    return Response(page, 422 if form.errors or form.form_errors else 200)


def _found(command: PlanBatch, refused: Refused | None = None, part: bool = False) -> str:
    with database().reading() as session:
        plan = plan_batch(session, command, by=current_viewer(), now=now())
    return _plan_page(command, plan=plan, refused=refused, part=part)


def _plan_page(command: PlanBatch, *, plan: BatchPlan | None, hit: tuple = (), refused: Refused | None = None,
               part: bool = False) -> str:
    with database().reading() as session:
        what = outages(session, current_viewer().clinic_id, command.closure_ids, command.time_off_ids)
    shown = "" if plan is None else seal({
        "command": to_document(command),
        "parts": [to_document(ShownPart(one.key, one.places, one.fingerprint)) for one in plan.parts]}, SEALED)
    return render_template(
        "desk/_out_found.html" if part else "desk/out_plan.html", command=command, what=what, hit=hit, plan=plan,
        seconds=round(seconds_for(len(hit))), shown=shown, refused=refused,
        back=address_of(Out(command.closure_ids, command.time_off_ids)),
        address=lambda **changes: address_of(command, **changes))
