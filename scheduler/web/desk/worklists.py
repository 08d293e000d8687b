"""All worklists at a glance, and the lists of whom the desk must reach: each row with its next act."""

from __future__ import annotations

from datetime import datetime, time

from flask import current_app, render_template

from scheduler.access import Permission
from scheduler.planning.instants import zone
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.words import InboundMeaning
from scheduler.queries.inbound_rows import TO_ANSWER, done_since, waiting_texts
from scheduler.queries.messages import stuck
from scheduler.queries.opt_outs import opt_outs_done_since, waiting_opt_outs
from scheduler.queries.reach_lists import asked_to_move, task_rules, unconfirmed, unreachable
from scheduler.queries.worklists import List
from scheduler.queries.worklists import worklists as all_worklists
from scheduler.web.desk import desk
from scheduler.web.door import current_clinic, current_viewer, database, needs, now

WHERE = {
    List.TEXTS: "desk.worklists_texts", List.MOVE: "desk.worklists_move", List.CALLS: "desk.worklists_calls",
    List.UNCONFIRMED: "desk.worklists_unconfirmed", List.HIT: "desk.worklists_hit",
    List.WITHOUT_TIME: "desk.worklists_without_time", List.DECISIONS: "desk.worklists_decisions",
    List.QUESTIONS: "desk.worklists_questions", List.BOUNCED: "desk.worklists_bounced",
    List.PARKED: "desk.worklists_parked", List.OPTED_OUT: "desk.worklists_opted_out",
    List.UNREACHABLE: "desk.worklists_unreachable", List.WAITING: "desk.worklists_waiting",
    List.REQUESTS: "desk.requests",
}
"""The page of each list."""

@desk.get("/worklists")
@needs(Permission.SEE_MESSAGES)
def worklists() -> str:
    """Every list with its count, what is to be done first on top."""
    clinic = current_clinic()
    with database().reading() as session:
        found = all_worklists(session, clinic.id, clinic.timezone, now=now())
    views, viewer = current_app.view_functions, current_viewer()
    open_to = {kept: place for kept, place in WHERE.items()
               if place in views and viewer.may(getattr(views[place], "needed_permission", ""))}
    return render_template("desk/worklists.html", lists=[one for one in found if one.list in open_to], where=open_to)


@desk.get("/worklists/texts")
@needs(Permission.SEE_MESSAGES)
def worklists_texts() -> str:
    """Texts that a person has to answer: those flagged as a possible crisis first, then the oldest."""
    clinic = current_clinic()
    with database().reading() as session:
        texts = waiting_texts(session, clinic.id, TO_ANSWER)
        done = done_since(session, clinic.id, TO_ANSWER, _this_morning())
    return render_template("desk/texts.html", texts=texts, done=done)


@desk.get("/worklists/opted-out")
@needs(Permission.SEE_MESSAGES)
def worklists_opted_out() -> str:
    """Who stopped texts, or took a consent back on their own page, and by when that is to be honoured everywhere."""
    clinic = current_clinic()
    with database().reading() as session:
        texts = waiting_texts(session, clinic.id, (InboundMeaning.STOP,))
        done = done_since(session, clinic.id, (InboundMeaning.STOP,), _this_morning())
        pages = waiting_opt_outs(session, clinic.id, now=now())
        pages_done = opt_outs_done_since(session, clinic.id, _this_morning(), now=now())
    return render_template("desk/opted_out.html", texts=texts, done=done, pages=pages, pages_done=pages_done,
                           timezone=clinic.timezone)


@desk.get("/worklists/asked-to-move")
@needs(Permission.SEE_MESSAGES)
def worklists_move() -> str:
    """Visits that the patient cannot come to, and texts that ask for another time."""
    with database().reading() as session:
        found = asked_to_move(session, current_viewer().clinic_id, now=now())
        done = done_since(session, current_viewer().clinic_id, (InboundMeaning.MOVE,), _this_morning())
    return render_template("desk/asked_to_move.html", found=found, done=done)


@desk.get("/worklists/unconfirmed")
@needs(Permission.SEE_MESSAGES)
def worklists_unconfirmed() -> str:
    """Whose visit is near and who has not said that they come."""
    with database().reading() as session:
        rows = unconfirmed(session, current_viewer().clinic_id, now=now())
        rules = task_rules(session, current_viewer().clinic_id)
    return render_template("desk/unconfirmed.html", rows=rows, rules=rules)


@desk.get("/worklists/unreachable")
@needs(Permission.SEE_MESSAGES)
def worklists_unreachable() -> str:
    """Who has a visit to come and is reached by nothing that goes out by itself."""
    with database().reading() as session:
        rows = unreachable(session, current_viewer().clinic_id, now=now())
    return render_template("desk/unreachable.html", rows=rows)


@desk.get("/worklists/bounced")
@needs(Permission.SEE_MESSAGES)
def worklists_bounced() -> str:
    """Messages that went out and came back."""
    return _stuck(MessageState.BOUNCED)


@desk.get("/worklists/parked")
@needs(Permission.SEE_MESSAGES)
def worklists_parked() -> str:
    """Messages that cannot go out until a person has seen to them."""
    return _stuck(MessageState.PARKED)


def _stuck(state: MessageState) -> str:
    with database().reading() as session:
        rows = stuck(session, current_viewer().clinic_id, state, now=now())
    return render_template("desk/stuck.html", rows=rows, bounced=state == MessageState.BOUNCED)


def _this_morning() -> datetime:
    here = now().astimezone(zone(current_clinic().timezone))
    return datetime.combine(here.date(), time(), tzinfo=here.tzinfo)
