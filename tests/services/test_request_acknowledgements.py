"""The acknowledgement of a request, where the desk has closed the request before it went."""

from __future__ import annotations

from sqlalchemy import select

from models import Notice
from scheduler.planning.lifecycle import MessageState
from scheduler.services.patients.request_moves import take_back_request
from scheduler.services.patients.see_to_request import CloseRequest, close_request
from tests.services.test_requests import ask, do, page

__all__ = ["page"]


def test_what_is_spam_gets_no_acknowledgement_unless_it_has_gone_or_the_mark_is_taken_back(database, kit, page):
    def states() -> list[MessageState]:
        with database.reading() as session:
            return list(session.scalars(select(Notice.state)))

    request_id = ask(database, kit)
    marked = do(database, kit, close_request, CloseRequest(request_id, "spam"))
    assert states() == [MessageState.SKIPPED]
    do(database, kit, take_back_request, marked.move_id)
    assert states() == [MessageState.PLANNED]
    with database.writing() as session:
        session.scalars(select(Notice)).one().state = MessageState.SENT
    do(database, kit, close_request, CloseRequest(request_id, "spam"))
    assert states() == [MessageState.SENT]


def test_a_decline_keeps_the_acknowledgement(database, kit, page):
    do(database, kit, close_request, CloseRequest(ask(database, kit), "declined", "Lives abroad"))
    with database.reading() as session:
        assert session.scalars(select(Notice.state)).all() == [MessageState.PLANNED]
