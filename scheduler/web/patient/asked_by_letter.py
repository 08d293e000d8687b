"""A page on which a letter asks something, and its answers: a freed time, the new times after a closure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import redirect, render_template, request, url_for

from scheduler.services.by_link.answer_asked import AskedAnswered, AskedByLink, Outcome, Question, answer_by_link
from scheduler.services.clean_book import booking
from scheduler.web import door
from scheduler.web.patient.opened import Shown, closed, opened
from scheduler.web.patient.refusals import another_letter, tell

Act = Callable[[Any, int, str, datetime], Outcome]
"""What an answer does in a writing transaction: the link, and the mark of what its page showed."""


def show(purpose: str, find: Callable[..., Any], template: str) -> Shown:
    """What the letter asks, as it stands now. Looking changes nothing."""
    link, page = opened()
    if link is None or page is None or link.purpose != purpose:
        return closed()
    with door.database().reading() as session:
        found = find(session, link, now=door.now())
    if found is None:
        return closed()
    return render_template(template, asked=found, link=link, clinic=page.clinic)


def take(purpose: str, there: str, act: Act) -> Shown:
    """Take an answer that was posted, and show the page `there` again; a form of another letter does nothing."""
    link, page = opened()
    if link is None or page is None or link.purpose != purpose:
        return closed()
    if request.form.get("link") != link.reference:
        another_letter()
        return redirect(url_for(there))
    with booking(door.database(), now=door.now()) as session:
        result = act(session, link.id, request.form.get("shown", ""), door.now())
    if not isinstance(result, AskedAnswered):
        tell(result)
    return redirect(url_for(there), 303)


def yes_or_no(question: Question, accept: bool) -> Act:
    """The act of answering a question."""
    return lambda session, link_id, shown, now: answer_by_link(
        session, question, AskedByLink(link_id, shown, accept), now=now)
