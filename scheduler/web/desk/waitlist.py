"""The waiting list: who would come earlier, freed times, to whom they are offered until when, and the answers."""

from __future__ import annotations

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import DateField, SelectMultipleField, TimeField
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from scheduler.access import Permission
from scheduler.planning.waitlist import OfferState, Suits
from scheduler.queries.waitlist import waitlist
from scheduler.queries.without_time import without_time
from scheduler.services.answer_offer import Answered, AnswerOffer, answer_offer
from scheduler.services.offer_times import OffersMade, OfferTime, offer_time
from scheduler.services.openings import close_opening
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.wait import EndWait, WaitForEarlier, Waits, end_wait, wait_for_earlier
from scheduler.services.whole import booking
from scheduler.web.desk import desk
from scheduler.web.desk.book_series_form import WEEKDAYS
from scheduler.web.desk.visit_actions import named, the_visit
from scheduler.web.door import current_viewer, database, needs, now
from scheduler.web.said import say

SAID = {OfferState.ACCEPTED: "the time is theirs now", OfferState.DECLINED: "declined, the time can be offered on",
        OfferState.WITHDRAWN: "the offer is withdrawn"}


class WaitForm(FlaskForm):
    """Which earlier times would suit."""

    weekdays = SelectMultipleField(
        "Days that suit", coerce=int, choices=list(enumerate(WEEKDAYS)), description="None chosen: any day.",
        option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False))
    from_time = TimeField("From", validators=[Optional()])
    to_time = TimeField("Until", validators=[Optional()])
    not_before = DateField("Not before", validators=[Optional()])

    def to_suits(self) -> Suits:
        """What was typed."""
        return Suits(self.not_before.data, tuple(self.weekdays.data or ()), self.from_time.data, self.to_time.data)


@desk.get("/worklists/waiting")
@needs(Permission.SEE_MESSAGES)
def worklists_waiting() -> str:
    """The whole list."""
    with database().reading() as session:
        found = waitlist(session, current_viewer().clinic_id, now=now())
        lost = without_time(session, current_viewer().clinic_id)
    return render_template("desk/waitlist.html", found=found, lost=lost)


@desk.route("/appointments/<int:appointment_id>/wait", methods=["GET", "POST"])
@needs(Permission.BOOK)
def appointment_wait(appointment_id: int) -> ResponseReturnValue:
    """Put a visit on the list."""
    row, form, refused = the_visit(appointment_id), WaitForm(), None
    if form.validate_on_submit():
        with database().writing() as session:
            result = wait_for_earlier(session, WaitForEarlier(appointment_id, form.to_suits()), by=current_viewer(),
                                      now=now())
        if isinstance(result, Waits):
            say(f"{named(row)}: waits for an earlier time.",
                undo=url_for("desk.waiting_end", entry_id=result.entry_id))
            return redirect(url_for("desk.worklists_waiting"))
        refused = result if isinstance(result, Refused) else abort(404)
    return Response(render_template("desk/appointment_wait.html", visit=row, form=form, refused=refused),
                    409 if refused else 422 if form.errors else 200)


@desk.post("/worklists/waiting/<int:entry_id>/end")
@needs(Permission.BOOK)
def waiting_end(entry_id: int) -> ResponseReturnValue:
    """Take somebody off the list, or (`back`) put them on it again."""
    back = request.form.get("back") == "yes"
    with database().writing() as session:
        result = end_wait(session, EndWait(entry_id, undo=back), by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    if isinstance(result, Refused):
        say(result.sentence, tone="attention")
    elif result.waits:
        say("On the waiting list again.")
    else:
        say("Taken off the waiting list.", undo=url_for("desk.waiting_end", entry_id=entry_id), fields={"back": "yes"})
    return redirect(url_for("desk.worklists_waiting"))


@desk.post("/worklists/openings/<int:opening_id>/offer")
@needs(Permission.BOOK)
def opening_offer(opening_id: int) -> ResponseReturnValue:
    """Offer a freed time to the next who waits, or (`all`) to everybody at once."""
    command = OfferTime(opening_id, to_all=request.form.get("all") == "yes")
    with booking(database(), now=now()) as session:
        result = offer_time(session, command, by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    if isinstance(result, OffersMade):
        count = len(result.offer_ids)
        say(f"Offered to {count} patient{'' if count == 1 else 's'}.")
    else:
        say(result.sentence, tone="attention")
    return redirect(url_for("desk.worklists_waiting"))


@desk.post("/worklists/openings/<int:opening_id>/close")
@needs(Permission.BOOK)
def opening_close(opening_id: int) -> ResponseReturnValue:
    """Offer a freed time to nobody."""
    with database().writing() as session:
        closed = close_opening(session, opening_id, by=current_viewer(), now=now())
    if not closed:
        abort(404)
    say("This time is no longer offered.")
    return redirect(url_for("desk.worklists_waiting"))


@desk.post("/worklists/offers/<int:offer_id>/answer")
@needs(Permission.BOOK)
def offer_answer(offer_id: int) -> ResponseReturnValue:
    """What a patient said by telephone (`answer` yes or no), or the desk's own end of an offer (withdraw)."""
    answer = request.form.get("answer", "")
    command = AnswerOffer(offer_id, answer == "yes", withdraw=answer == "withdraw")
    with booking(database(), now=now()) as session:
        result = answer_offer(session, command, by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    if isinstance(result, Answered):
        say(f"Noted: {SAID[result.state]}.")
    else:
        say(result.sentence, tone="attention")
    return redirect(url_for("desk.worklists_waiting"))
