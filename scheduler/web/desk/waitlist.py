"""The waiting list: freed times, to whom they are offered until when, and the answers. Who waits: `desk.wait`."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.access import Permission
from scheduler.planning.waitlist import OfferState
from scheduler.queries.waitlist import waitlist
from scheduler.queries.without_time import without_time
from scheduler.services.booking.openings import close_opening
from scheduler.services.by_link.answer_asked import AnswerAsked, AskedAnswered, answer_asked
from scheduler.services.by_link.answer_offer import OFFERED
from scheduler.services.clean_book import booking
from scheduler.services.refusal import NotFound
from scheduler.services.waiting.offer_times import OffersMade, OfferTime, offer_time
from scheduler.web.desk import desk
from scheduler.web.door import current_viewer, database, needs, now
from scheduler.web.said import say

SAID = {OfferState.ACCEPTED: "the time is theirs now", OfferState.DECLINED: "declined, the time can be offered on",
        OfferState.WITHDRAWN: "the offer is withdrawn"}


@desk.get("/worklists/waiting")
@needs(Permission.SEE_MESSAGES)
def worklists_waiting() -> str:
    """The whole list."""
    with database().reading() as session:
        found = waitlist(session, current_viewer().clinic_id, now=now())
        lost = without_time(session, current_viewer().clinic_id)
    return render_template("desk/waitlist.html", found=found, lost=lost)


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
    command = AnswerAsked(offer_id, answer == "yes", withdraw=answer == "withdraw")
    with booking(database(), now=now()) as session:
        result = answer_asked(session, OFFERED, command, by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    if isinstance(result, AskedAnswered):
        say(f"Noted: {SAID[result.state]}.")
    else:
        say(result.sentence, tone="attention")
    return redirect(url_for("desk.worklists_waiting"))
