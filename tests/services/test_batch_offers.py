"""New times are kept and offered; a yes moves a whole course at once, and nobody answers twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import func, select

from models import Appointment, BatchPart, Hold, Message
from scheduler.database import Database
from scheduler.planning.batches import PartState
from scheduler.planning.lifecycle import AppointmentStatus, MessageState
from scheduler.planning.words import MessageKind
from scheduler.queries.batches import batch_page
from scheduler.queries.call_list import call_list
from scheduler.queries.hit_visits import hits
from scheduler.services.by_link.answer_asked import AnswerAsked, AskedAnswered, answer_asked
from scheduler.services.by_link.answer_batch import NEW_TIMES_ASKED, NewTimesOver
from scheduler.services.clean_book import booking
from scheduler.services.outages.batch_parts import PlanBatch
from scheduler.services.outages.batch_plan import plan_batch
from scheduler.services.outages.check_batch import ShownBatch, ShownPart
from scheduler.services.outages.end_parts import expire_parts
from scheduler.services.outages.offer_batch import BatchOffered, OfferBatch, offer_batch
from scheduler.services.outages.outage import TakenBack, take_back
from scheduler.services.patients.record_call import RecordCall, record_call
from scheduler.services.refusal import Refused
from tests.builders import NOW, Kit
from tests.services.test_batches import check, close, left, plan, starts, two_courses
from tests.services.test_reschedule import cancel


def offered(database: Database, kit: Kit, hours: int = 24) -> tuple[BatchOffered, list[BatchPart]]:
    shown = plan(database, kit, PlanBatch(apart=True))
    command = ShownBatch(shown.command, tuple(ShownPart(one.key, one.places, one.fingerprint) for one in shown.parts))
    checked = check(database, kit, command)
    with booking(database, now=NOW) as session:
        made = offer_batch(session, OfferBatch(checked, hours), by=kit.viewer(), now=NOW)
    with database.reading() as session:
        return made, list(session.scalars(select(BatchPart).order_by(BatchPart.rank)))


def answer(database: Database, kit: Kit, part_id: int, accept: bool = True, now=NOW, **more):
    with booking(database, now=now) as session:
        command = AnswerAsked(part_id, accept, **more)
        return answer_asked(session, NEW_TIMES_ASKED, command, by=kit.viewer(), now=now)


def held(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Appointment).where(
            Appointment.status == AppointmentStatus.HELD)) or 0


def states(database: Database) -> list[PartState]:
    with database.reading() as session:
        return list(session.scalars(select(BatchPart.state).order_by(BatchPart.rank)))


def test_times_are_kept_letters_are_owed_and_nothing_moves_before_a_yes(database: Database, kit: Kit) -> None:
    two_courses(database, kit)
    close(database, kit)
    before = starts(database)
    made, parts = offered(database, kit)
    assert (made.offers, made.to_call) == (2, 0)
    assert starts(database) == before
    assert held(database) == sum(len(part.moved) for part in parts)
    with database.reading() as session:
        kinds = session.scalars(select(Message.kind).where(Message.kind == MessageKind.NEW_TIMES)).all()
        assert len(kinds) == sum(part.message_id is not None for part in parts)
        again = plan_batch(session, PlanBatch(), by=kit.viewer(), now=NOW, seconds=1)
    assert again.parts == ()
    assert {one.sentence for one in again.left_out} == {"New times are offered, and not answered yet."}


def test_a_yes_moves_the_whole_course_and_a_second_yes_changes_nothing(database: Database, kit: Kit) -> None:
    two_courses(database, kit)
    close(database, kit)
    _, parts = offered(database, kit)
    assert answer(database, kit, parts[0].id) == AskedAnswered(parts[0].id, PartState.ACCEPTED)
    after = starts(database)
    assert {id_: after[id_].isoformat() for id_, *_ in parts[0].moved} == {
        id_: to for id_, _, to in parts[0].moved}
    assert (left(database, kit), held(database)) == (1, len(parts[1].moved))
    assert answer(database, kit, parts[0].id) == AskedAnswered(parts[0].id, PartState.ACCEPTED, changed=False)
    assert answer(database, kit, parts[0].id, False) == Refused((NewTimesOver(),))
    assert (starts(database), states(database)) == (after, [PartState.ACCEPTED, PartState.OPEN])


def test_a_no_gives_the_times_back_and_asks_for_a_call(database: Database, kit: Kit) -> None:
    two_courses(database, kit)
    close(database, kit)
    made, parts = offered(database, kit)
    before = starts(database)
    assert answer(database, kit, parts[0].id, False).state == PartState.DECLINED
    assert answer(database, kit, parts[1].id, False, withdraw=True).state == PartState.WITHDRAWN
    assert (starts(database), held(database)) == (before, 0)
    with database.reading() as session:
        page = batch_page(session, kit.clinic_id, made.batch_id, now=NOW)
        assert (len(page.to_call), page.waiting, page.done) == (2, (), ())
        assert session.scalar(select(func.count()).select_from(Hold)) == 0


def test_what_nobody_answers_runs_out_once_however_often_the_clock_looks(database: Database, kit: Kit) -> None:
    two_courses(database, kit)
    close(database, kit)
    _, parts = offered(database, kit, hours=2)
    late = NOW + timedelta(hours=2)
    ended = []
    for _ in range(50):
        with database.writing() as session:
            ended.append(expire_parts(session, now=late))
    assert (ended[0], sum(ended), held(database)) == (2, 2, 0)
    assert answer(database, kit, parts[0].id, now=late) == Refused((NewTimesOver(),))
    assert set(states(database)) == {PartState.EXPIRED}
    with database.reading() as session:
        unsent = session.scalars(select(Message.state).where(Message.kind == MessageKind.NEW_TIMES)).all()
    assert set(unsent) <= {MessageState.SUPERSEDED}


def test_a_yes_to_a_course_that_was_changed_meanwhile_moves_nothing(database: Database, kit: Kit) -> None:
    two_courses(database, kit)
    close(database, kit)
    _, parts = offered(database, kit)
    cancel(database, kit, parts[0].moved[-1][0])
    before = starts(database)
    result = answer(database, kit, parts[0].id)
    assert isinstance(result, Refused)
    assert (starts(database), states(database)[0]) == (before, PartState.GONE)


def test_where_it_is_not_out_after_all_the_offers_end_with_it(database: Database, kit: Kit) -> None:
    two_courses(database, kit)
    out, before = close(database, kit), starts(database)
    made, parts = offered(database, kit)
    with database.writing() as session:
        letters = session.scalars(select(Message).where(Message.kind == MessageKind.NEW_TIMES)).all()
        letters[0].state, letters[0].sent_at = MessageState.SENT, NOW
        written_to = letters[0].patient_id
    later = NOW + timedelta(minutes=5)
    with booking(database, now=later) as session:
        assert take_back(session, out, by=kit.viewer(), now=later) == TakenBack(2, 1)
    assert (starts(database), held(database), set(states(database))) == (before, 0, {PartState.WITHDRAWN})
    assert answer(database, kit, parts[0].id, now=later) == Refused((NewTimesOver(),))
    with database.reading() as session:
        assert hits(session, kit.clinic_id, now=later) == {}
        told = session.scalars(select(Message.patient_id).where(
            Message.kind == MessageKind.CONFIRMATION, Message.created_at == later,
            Message.state == MessageState.PLANNED)).all()
        assert told == [written_to]
        unsent = session.scalars(select(Message.state).where(
            Message.kind == MessageKind.NEW_TIMES, Message.sent_at.is_(None))).all()
        assert unsent == [MessageState.SUPERSEDED]
        page = batch_page(session, kit.clinic_id, made.batch_id, now=later)
        assert (len(page.settled), page.to_call, page.line.to_call) == (2, (), 0)
        assert call_list(session, kit.clinic_id, "America/New_York", now=later).to_call == ()


def test_who_says_no_stands_under_the_calls_to_make_until_reached(database: Database, kit: Kit) -> None:
    two_courses(database, kit)
    close(database, kit)
    made, parts = offered(database, kit)
    answer(database, kit, parts[0].id, False)

    def calls(now):
        with database.reading() as session:
            return [[reason.why for reason in row.reasons]
                    for row in call_list(session, kit.clinic_id, "America/New_York", now=now).to_call]
    assert calls(NOW) == [["new times"]]
    later = NOW + timedelta(minutes=9)
    for result, still in (("no answer", [["new times"]]), ("reached", [])):
        with database.writing() as session:
            record_call(session, RecordCall(parts[0].patient_id, result), by=kit.viewer(), now=later)
        assert calls(later) == still
    with database.reading() as session:
        page = batch_page(session, kit.clinic_id, made.batch_id, now=later)
        assert [(row.id, row.last_call.result) for row in page.to_call] == [(parts[0].id, "reached")]


def test_of_many_answers_at_once_one_counts_and_the_others_are_told(database: Database, kit: Kit) -> None:
    two_courses(database, kit)
    close(database, kit)
    _, parts = offered(database, kit)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda at: answer(database, kit, parts[0].id, at % 2 == 0), range(12)))
    won = [one for one in answers if isinstance(one, AskedAnswered) and one.changed]
    assert len(won) == 1
    same = sum(isinstance(one, AskedAnswered) for one in answers)
    assert (same, sum(one == Refused((NewTimesOver(),)) for one in answers)) == (6, 6)
    after = starts(database)
    moved = [after[id_].isoformat() == to for id_, _, to in parts[0].moved]
    assert all(moved) if won[0].state == PartState.ACCEPTED else not any(moved)
    assert held(database) == len(parts[1].moved)


def test_times_are_kept_for_an_hour_at_least(database: Database, kit: Kit) -> None:
    two_courses(database, kit)
    close(database, kit)
    made, parts = offered(database, kit, hours=0)
    assert isinstance(made, Refused)
    assert parts == []
