"""The line at the top of every page while a text that may speak of crisis waits: read it, say that one sees to it.

It is a flag for a person to look, not an assessment, and says so; it names nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Response, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from scheduler.access import Permission
from scheduler.queries.conversation import said_by_number
from scheduler.queries.find_patients import find_patients
from scheduler.queries.inbound_rows import InboundRow, inbound_row, open_flags
from scheduler.services.messages.see_to_text import take_text
from scheduler.services.refusal import NotFound, Refused
from scheduler.web.desk import desk
from scheduler.web.desk.way_back import then_or
from scheduler.web.door import current_viewer, database, needs, now
from scheduler.web.said import say

MOST_HITS = 6


def the_flags() -> tuple[tuple[int, datetime], ...]:
    """What nobody of the viewer's clinic has acknowledged; nothing for whoever is not signed in."""
    viewer = g.get("viewer")
    if viewer is None or not viewer.may(Permission.SEE_FLAGS):
        return ()
    with database().reading() as session:
        return open_flags(session, viewer.clinic_id)


@desk.app_context_processor
def crisis_flags() -> dict[str, Callable]:
    """The base page asks once, where it draws the line."""
    return {"crisis_flags": the_flags}


def the_text(text_id: int) -> InboundRow:
    """The text of this page; 404 for another clinic's, and where it is no flag for who sees flags alone."""
    viewer = current_viewer()
    with database().reading() as session:
        row = inbound_row(session, viewer.clinic_id, text_id)
    if row is None or not (row.is_crisis or viewer.may(Permission.SEE_MESSAGES)):
        abort(404)
    return row


@desk.get("/flags")
@needs(Permission.SEE_FLAGS)
def flags() -> ResponseReturnValue:
    """The line alone, for the page that asks every twenty seconds; 204 where it stands as it stood (`shown`)."""
    found = the_flags()
    if request.args.get("shown", "") == ".".join(str(text_id) for text_id, _ in found):
        return Response(status=204)
    return render_template("desk/_flags.html", found=found)


@desk.get("/texts/<int:text_id>")
@needs(Permission.SEE_FLAGS)
def text_in(text_id: int) -> str:
    """One text that came in: what it says, whose number it is, and who has taken it on.

    From a number on nobody's file everything said stands here, and the desk looks for the patient (`q`).
    """
    text, viewer, typed = the_text(text_id), current_viewer(), request.args.get("q", "")[:100]
    heard, found = (), None
    if not text.whose and viewer.may(Permission.SEE_MESSAGES):
        with database().reading() as session:
            heard = said_by_number(session, viewer.clinic_id, text.number)
            if typed and viewer.may(Permission.EDIT_PATIENTS):
                found = find_patients(session, viewer.clinic_id, typed, now=now(), most=MOST_HITS)
    return render_template("desk/text_in.html", text=text, heard=heard, found=found, typed=typed)


@desk.post("/texts/<int:text_id>/take")
@needs(Permission.SEE_FLAGS)
def text_take(text_id: int) -> ResponseReturnValue:
    """I see to it: the line goes, and the alerts stop."""
    with database().writing() as session:
        result = take_text(session, text_id, by=current_viewer(), now=now())
    if isinstance(result, NotFound):
        abort(404)
    if isinstance(result, Refused):
        say(result.sentence, tone="attention")
    else:
        say("You see to this text. It stays on “Texts to answer” until it is done.")
    return redirect(then_or(url_for("desk.text_in", text_id=text_id)), 303)
