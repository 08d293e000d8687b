"""Take a change back in one step; answer, and take back, what a clinician was asked."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.access import Permission
from scheduler.queries.changes import Act
from scheduler.queries.questions import question, recent_questions
from scheduler.queries.without_time import without_time
from scheduler.services.changing.ask_clinician import Asked
from scheduler.services.changing.questions import Answer, answer_question, withdraw_question
from scheduler.services.changing.undo_change import UndoChange, Undone, undo_change
from scheduler.services.clean_book import booking
from scheduler.services.refusal import NotFound
from scheduler.web.desk import desk
from scheduler.web.desk.series import the_series
from scheduler.web.desk.visit_actions import named, the_visit
from scheduler.web.desk.way_back import then_or
from scheduler.web.door import current_viewer, database, needs, now
from scheduler.web.said import say


@desk.post("/changes/<int:change_id>/undo")
@needs(Permission.BOOK)
def change_undo(change_id: int) -> ResponseReturnValue:
    """Everything that one act changed goes back as it stood, as long as nobody was told of it."""
    with booking(database(), now=now()) as session:
        result = undo_change(session, UndoChange(change_id), by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    if not isinstance(result, Undone):
        say(result.sentence, tone="attention")
        return redirect(then_or(url_for("desk.calendar")), 303)
    row = the_series(result.series_id) if result.series_id else the_visit(result.appointment_ids[0])
    say(f"{row.initials}: {_back(result)} Nobody was told of the change.")
    there = url_for("desk.series", series_id=result.series_id) if result.series_id else \
        url_for("desk.appointment", appointment_id=result.appointment_ids[0])
    return redirect(then_or(there), 303)


def _back(undone: Undone) -> str:
    count = len(undone.appointment_ids)
    if undone.act == Act.RESUME:
        return "the series is paused again."
    if undone.act == Act.DECIDE:
        return "the decision is taken back; the course waits for one as before."
    return "the visit is back where it stood." if count == 1 else f"{count} visits are back where they stood."


def say_asked(who: str, question_id: int) -> None:
    """Say on the next page that a clinician is asked, with the way to take that back."""
    say(f"{who}: a clinician is asked. Nothing moves until there is an answer.",
        undo=url_for("desk.question_withdraw", question_id=question_id))


@desk.get("/worklists/questions")
@needs(Permission.SEE_MESSAGES)
def worklists_questions() -> str:
    """What clinicians were asked: what is open, and what was answered in the last week."""
    with database().reading() as session:
        found = recent_questions(session, current_viewer().clinic_id, now=now())
    return render_template("desk/questions.html", questions=found)


@desk.get("/worklists/without-time")
@needs(Permission.SEE_MESSAGES)
def worklists_without_time() -> str:
    """Visits that were called off or missed and have no new time, the most pressing first."""
    with database().reading() as session:
        found = without_time(session, current_viewer().clinic_id)
    return render_template("desk/without_time.html", rows=found)


@desk.post("/questions/<int:question_id>/answer")
@needs(Permission.OVERRIDE_RULES)
def question_answer(question_id: int) -> ResponseReturnValue:
    """A clinician says yes, which moves the visit, or no (`say`); any other word is a 400."""
    said, viewer = request.form.get("say", ""), current_viewer()
    with database().reading() as session:
        if question(session, viewer.clinic_id, question_id) is None:
            abort(404)
    if said not in ("yes", "no"):
        abort(400)
    command = Answer(question_id, said == "yes", request.form.get("words", ""))
    with booking(database(), now=now()) as session:
        result = answer_question(session, command, by=viewer, now=now())
    if isinstance(result, NotFound):
        abort(404)
    back = then_or(url_for("desk.worklists_questions"))
    if not isinstance(result, Asked):
        say(result.sentence, tone="attention")
    elif result.change_id is not None:
        say(f"{named(the_visit(result.appointment_id))}: moved, as you decided.",
            undo=url_for("desk.change_undo", change_id=result.change_id), fields={"then": back})
    else:
        say(f"{named(the_visit(result.appointment_id))}: it stays where it is. The desk sees your answer.")
    return redirect(back, 303)


@desk.post("/questions/<int:question_id>/withdraw")
@needs(Permission.BOOK)
def question_withdraw(question_id: int) -> ResponseReturnValue:
    """The question is taken back before it is answered."""
    with database().writing() as session:
        result = withdraw_question(session, question_id, by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    say("The question is taken back." if isinstance(result, Asked) else result.sentence,
        tone="ready" if isinstance(result, Asked) else "attention")
    return redirect(then_or(url_for("desk.worklists_questions")), 303)
