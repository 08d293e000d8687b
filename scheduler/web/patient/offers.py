"""The page of an offer: a freed time, yes or no. Looking changes nothing; the buttons are POSTs."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from scheduler.queries.patient_links import OFFER
from scheduler.queries.patient_offer import offered_time
from scheduler.services.answer_offer import AnswerByLink, Answered, answer_by_link
from scheduler.services.take_offer_back import TakeOfferBack, take_offer_back
from scheduler.services.whole import booking
from scheduler.web import door
from scheduler.web.patient import patient
from scheduler.web.patient.opened import closed, opened
from scheduler.web.patient.refusals import another_letter, tell

Shown = str | tuple[str, int] | Response

for view in ("offer", "offer_accept", "offer_decline", "offer_back"):
    door.open_to_all(f"patient.{view}")


@patient.get("/visit/offer")
def offer() -> Shown:
    """The time, and until when it is kept."""
    link, page = opened()
    if link is None or page is None or link.purpose != OFFER:
        return closed()
    with door.database().reading() as session:
        found = offered_time(session, link, now=door.now())
    if found is None:
        return closed()
    return render_template("patient/offer.html", offer=found, link=link, clinic=page.clinic)


@patient.post("/visit/offer/accept")
def offer_accept() -> Shown:
    """I would like this time."""
    return _answer(True)


@patient.post("/visit/offer/decline")
def offer_decline() -> Shown:
    """Not this time."""
    return _answer(False)


@patient.post("/visit/offer/back")
def offer_back() -> Shown:
    """I would rather keep my old time."""
    return _answer(None)


def _answer(accept: bool | None) -> Shown:
    """Take an answer; None takes an accepted one back."""
    link, page = opened()
    if link is None or page is None or link.purpose != OFFER:
        return closed()
    if request.form.get("link") != link.reference:
        another_letter()
        return redirect(url_for("patient.offer"))
    shown = request.form.get("shown", "")
    with booking(door.database(), now=door.now()) as session:
        result = (take_offer_back(session, TakeOfferBack(link.id, shown), now=door.now()) if accept is None
                  else answer_by_link(session, AnswerByLink(link.id, shown, accept), now=door.now()))
    if not isinstance(result, Answered):
        tell(result)
    return redirect(url_for("patient.offer"), 303)
