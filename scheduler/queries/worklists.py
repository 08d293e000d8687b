"""All worklists of the desk at a glance: how much waits on each, and since or until when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from scheduler.planning.instants import zone
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.words import InboundMeaning
from scheduler.queries.call_list import call_list
from scheduler.queries.gates import decided_to_book, gates_to_decide
from scheduler.queries.hit_visits import hits
from scheduler.queries.inbound_rows import TO_ANSWER, waiting_texts
from scheduler.queries.messages import stuck
from scheduler.queries.opt_outs import waiting_opt_outs
from scheduler.queries.questions import open_questions
from scheduler.queries.reach_lists import asked_to_move, unconfirmed, unreachable
from scheduler.queries.requests import requests_at_a_glance
from scheduler.queries.waitlist import waitlist
from scheduler.queries.without_time import without_time


class List(StrEnum):
    """The worklists, in the order in which they are worked off."""

    TEXTS = "texts"
    MOVE = "asked to move"
    UNCONFIRMED = "unconfirmed"
    CALLS = "calls"
    HIT = "no longer fit"
    WITHOUT_TIME = "without a time"
    DECISIONS = "decisions"
    QUESTIONS = "questions"
    REQUESTS = "requests"
    BOUNCED = "bounced"
    PARKED = "parked"
    OPTED_OUT = "opted out"
    UNREACHABLE = "unreachable"
    WAITING = "waiting list"


@dataclass(frozen=True)
class Waits:
    """How much stands on one list. `first`: the soonest visit or oldest text there; `pressing`: see to it at once."""

    list: List
    count: int
    first: datetime | None = None
    pressing: bool = False


def worklists(session: Session, clinic_id: int, timezone: str, *, now: datetime) -> tuple[Waits, ...]:
    """Every list, in its order. A constant number of queries, however much stands on them."""
    found = (*_heard(session, clinic_id, timezone, now), *_visits(session, clinic_id, timezone, now),
             *_asked(session, clinic_id, timezone, now), *_stuck(session, clinic_id, now))
    order = list(List)
    return tuple(sorted(found, key=lambda one: order.index(one.list)))


def _heard(session: Session, clinic_id: int, timezone: str, now: datetime) -> Iterator[Waits]:
    texts = waiting_texts(session, clinic_id, TO_ANSWER)
    yield Waits(List.TEXTS, len(texts), _first(row.received_at for row in texts),
                any(row.is_crisis and row.unseen or row.late(now) for row in texts))
    out = waiting_texts(session, clinic_id, (InboundMeaning.STOP,))
    pages = waiting_opt_outs(session, clinic_id, now=now)
    yield Waits(List.OPTED_OUT, len(out) + len(pages),
                _first([*(row.received_at for row in out), *(row.opted_out_at for row in pages)]),
                any(row.honour_by(timezone) <= now.astimezone(zone(timezone)).date() for row in (*out, *pages)))


def _visits(session: Session, clinic_id: int, timezone: str, now: datetime) -> Iterator[Waits]:
    moves = asked_to_move(session, clinic_id, now=now)
    yield Waits(List.MOVE, len(moves), _first(row.starts_at for row in moves.visits))
    asks = unconfirmed(session, clinic_id, now=now)
    yield Waits(List.UNCONFIRMED, len(asks), _first(row.starts_at for row in asks))
    calls = call_list(session, clinic_id, timezone, now=now).to_call
    yield Waits(List.CALLS, len(calls), _first(row.soonest for row in calls))
    yield Waits(List.HIT, len(hits(session, clinic_id, now=now)))
    yield Waits(List.WITHOUT_TIME, len(without_time(session, clinic_id)))
    away = unreachable(session, clinic_id, now=now)
    yield Waits(List.UNREACHABLE, len(away), _first(row.starts_at for row in away))


def _asked(session: Session, clinic_id: int, timezone: str, now: datetime) -> Iterator[Waits]:
    yield Waits(List.DECISIONS, len(gates_to_decide(session, clinic_id, now=now))
                + len(decided_to_book(session, clinic_id, now=now)))
    questions = open_questions(session, clinic_id)
    yield Waits(List.QUESTIONS, len(questions), _first(row.visit.starts_at for row in questions))
    yield Waits(List.REQUESTS, *requests_at_a_glance(session, clinic_id, now.astimezone(zone(timezone)).date()))
    free = waitlist(session, clinic_id, now=now)
    yield Waits(List.WAITING, len(free.openings), _first(row.starts_at for row in free.openings))


def _stuck(session: Session, clinic_id: int, now: datetime) -> Iterator[Waits]:
    for kept, state in ((List.BOUNCED, MessageState.BOUNCED), (List.PARKED, MessageState.PARKED)):
        rows = stuck(session, clinic_id, state, now=now)
        yield Waits(kept, len(rows), _first(row.starts_at for row in rows))


def _first(moments: Iterable[datetime | None]) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)
