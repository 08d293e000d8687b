"""Something is out: every course it hits is planned together, moved whole or not at all, and put back in one step."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select, update

from models import Appointment, AuditEntry, Closure, Message, Order, Series, TimeOff
from scheduler.database import Database
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.words import MessageKind
from scheduler.queries.batches import batch_page, recent_batches
from scheduler.queries.hit_visits import hits
from scheduler.services.booking.wishes import Away, Wishes
from scheduler.services.clean_book import booking
from scheduler.services.conflicts import PlanChanged
from scheduler.services.outages.apply_batch import BatchApplied, apply_batch
from scheduler.services.outages.batch_parts import PlanBatch
from scheduler.services.outages.batch_plan import hit_courses, plan_batch
from scheduler.services.outages.batch_shapes import BatchPlan
from scheduler.services.outages.check_batch import ShownBatch, ShownPart, check_batch
from scheduler.services.outages.outage import Out, TakenBack, TakeOut, take_back, take_out
from scheduler.services.outages.undo_batch import BatchUndone, UndoBatch, undo_batch
from scheduler.services.refusal import Refused
from tests.builders import NOW, Kit
from tests.services.series_kit import MONDAY, book, build_course
from tests.services.test_reschedule import at, move

WEDNESDAY = datetime.combine(MONDAY + timedelta(days=2), datetime.min.time())


def close(database: Database, kit: Kit, starts: datetime = WEDNESDAY, ends: datetime | None = None,
          resource: str | None = None) -> Out:
    with database.writing() as session:
        command = TakeOut(kit.resources[resource] if resource else None, starts, ends or starts + timedelta(days=1))
        return take_out(session, command, by=kit.viewer(), now=NOW)


def plan(database: Database, kit: Kit, command: PlanBatch = PlanBatch()) -> BatchPlan:
    with database.reading() as session:
        return plan_batch(session, command, by=kit.viewer(), now=NOW, seconds=1)


def apply(database: Database, kit: Kit, shown: BatchPlan):
    command = ShownBatch(shown.command, tuple(ShownPart(one.key, one.places, one.fingerprint) for one in shown.parts))
    checked = check(database, kit, command)
    if isinstance(checked, Refused):
        return checked
    with booking(database, now=NOW) as session:
        return apply_batch(session, checked, by=kit.viewer(), now=NOW)


def check(database: Database, kit: Kit, command: ShownBatch):
    with database.reading() as session:
        return check_batch(session, command, by=kit.viewer(), now=NOW)


def two_courses(database: Database, kit: Kit) -> tuple[int, int]:
    first = build_course(database, kit)
    other = build_course(database, kit, protocol_id=first.protocol_id, family="Other")
    return (book(database, first).series_id,
            book(database, other, key="two", chair="chair-2", nurse="rn-2", therapist="th-2", hour=13).series_id)


def starts(database: Database) -> dict[int, datetime]:
    with database.reading() as session:
        return dict(session.execute(select(Appointment.id, Appointment.wall_start).where(
            Appointment.series_id.is_not(None))).all())


def left(database: Database, kit: Kit) -> int:
    with database.reading() as session:
        return len(hits(session, kit.clinic_id, now=NOW))


def test_a_closed_day_is_planned_around_applied_whole_and_put_back_in_one_step(database: Database, kit: Kit) -> None:
    two_courses(database, kit)
    before, out = starts(database), close(database, kit)
    assert left(database, kit) == 2
    shown = plan(database, kit, PlanBatch(out.closure_ids))
    assert [(part.hit, part.urgency.infusions) for part in shown.parts] == [(1, 6), (1, 6)]
    assert (shown.hit_moved, shown.unplaced, shown.left_out) == (2, (), ())
    assert starts(database) == before
    done = apply(database, kit, shown)
    assert isinstance(done, BatchApplied) and done.patients == 2 and done.visits == len(shown.moves)
    assert left(database, kit) == 0
    after = starts(database)
    assert {id_ for id_ in before if before[id_] != after[id_]} == {
        one.visit.id for one in shown.moves if one.before != one.after}
    with database.reading() as session:
        entries = session.scalars(select(AuditEntry.subject_id).where(AuditEntry.subject_type == "batch")).all()
        assert entries == [done.batch_id]
        page = batch_page(session, kit.clinic_id, done.batch_id, now=NOW)
        assert [part.state for part in page.parts] == ["applied", "applied"]
        assert recent_batches(session, kit.clinic_id, now=NOW)[0].visits == done.visits
    with booking(database, now=NOW) as session:
        undone = undo_batch(session, UndoBatch(done.batch_id), by=kit.viewer(), now=NOW)
    assert undone == BatchUndone(done.batch_id, done.visits)
    assert starts(database) == before
    with booking(database, now=NOW) as session:
        assert isinstance(undo_batch(session, UndoBatch(done.batch_id), by=kit.viewer(), now=NOW), Refused)


def test_each_patient_gets_one_letter_about_all_of_it(database: Database, kit: Kit) -> None:
    two_courses(database, kit)
    with database.writing() as session:
        session.execute(Message.__table__.update().values(state=MessageState.SENT, sent_at=NOW - timedelta(days=1)))
    close(database, kit)
    apply(database, kit, plan(database, kit))
    with database.reading() as session:
        news = session.execute(select(Message.patient_id, func.count()).where(
            Message.kind == MessageKind.CHANGE, Message.state != MessageState.SUPERSEDED)
            .group_by(Message.patient_id)).all()
    assert [count for _, count in news] == [1, 1]


def test_a_patient_with_two_courses_is_reminded_of_each_visit_by_its_own_course(database: Database, kit: Kit) -> None:
    two_courses(database, kit)
    with database.writing() as session:
        patient_id = session.scalars(select(func.min(Series.patient_id)).where(Series.clinic_id == kit.clinic_id)).one()
        for table in (Series, Appointment, Message, Order):
            session.execute(update(table).where(table.clinic_id == kit.clinic_id).values(patient_id=patient_id))
    close(database, kit)
    done = apply(database, kit, plan(database, kit))
    assert isinstance(done, BatchApplied) and done.patients == 1
    with database.reading() as session:
        pairs = session.execute(
            select(Message.series_id, Appointment.series_id).join(Appointment, Appointment.id == Message.appointment_id)
            .where(Message.clinic_id == kit.clinic_id, Message.state != MessageState.SUPERSEDED)).all()
        assert len(set(pairs)) == 2
        assert [pair for pair in pairs if pair[0] != pair[1]] == []


def test_a_batch_of_which_somebody_was_told_is_not_put_back(database: Database, kit: Kit) -> None:
    two_courses(database, kit)
    close(database, kit)
    done = apply(database, kit, plan(database, kit))
    with database.writing() as session:
        row = session.scalars(select(Message).where(Message.state == MessageState.PLANNED)
                              .order_by(Message.id.desc()).limit(1)).one()
        row.state, row.sent_at = MessageState.SENT, NOW + timedelta(minutes=1)
    after = starts(database)
    with booking(database, now=NOW) as session:
        refused = undo_batch(session, UndoBatch(done.batch_id), by=kit.viewer(), now=NOW)
    assert isinstance(refused, Refused)
    assert "can no longer be put back" in refused.sentence
    assert starts(database) == after


def test_a_plan_of_which_anything_changed_moves_nothing(database: Database, kit: Kit) -> None:
    first, _ = two_courses(database, kit)
    close(database, kit)
    shown = plan(database, kit)
    with database.reading() as session:
        last = session.scalars(select(Appointment.id).where(Appointment.series_id == first)
                               .order_by(Appointment.ordinal.desc())).first()
    move(database, kit, last, at(15, 14))
    before = starts(database)
    assert apply(database, kit, shown) == Refused((PlanChanged(),))
    assert starts(database) == before


def test_what_changes_between_the_check_and_the_writing_moves_nothing(database: Database, kit: Kit) -> None:
    first, _ = two_courses(database, kit)
    close(database, kit)
    shown = plan(database, kit)
    parts = tuple(ShownPart(one.key, one.places, one.fingerprint) for one in shown.parts)
    before = starts(database)
    for change in (
            update(Series).where(Series.id == first).values(same=["nurse"]),
            insert(Closure).values(clinic_id=kit.clinic_id, starts_on=MONDAY, last_on=MONDAY, reason=""),
            update(Appointment).where(Appointment.series_id == first, Appointment.ordinal == 7).values(version=9)):
        checked = check(database, kit, ShownBatch(shown.command, parts))
        with booking(database, now=NOW) as session:
            savepoint = session.begin_nested()
            session.execute(change)
            refused = apply_batch(session, checked, by=kit.viewer(), now=NOW)
            savepoint.rollback()
        assert refused == Refused((PlanChanged(),))
    assert starts(database) == before
    assert isinstance(apply(database, kit, shown), BatchApplied)


def test_one_course_can_be_left_out_and_stays_where_it_is(database: Database, kit: Kit) -> None:
    first, other = two_courses(database, kit)
    close(database, kit)
    shown = plan(database, kit, PlanBatch(leave=(f"s{first}",)))
    assert [part.key for part in shown.parts] == [f"s{other}"]
    assert [(one.key, one.sentence) for one in shown.left_out] == [(f"s{first}", "You have left it out.")]
    apply(database, kit, shown)
    assert left(database, kit) == 1


def test_a_nurse_who_is_ill_for_hours_gives_her_visits_to_others_at_the_same_time(database: Database, kit: Kit) -> None:
    two_courses(database, kit)
    before = starts(database)
    out = close(database, kit, WEDNESDAY.replace(hour=8), WEDNESDAY.replace(hour=12), "rn-1")
    assert (len(out.time_off_ids), left(database, kit)) == (1, 1)
    shown = plan(database, kit, PlanBatch(time_off_ids=out.time_off_ids))
    assert (len(shown.parts), shown.most_days) == (1, 0)
    assert isinstance(apply(database, kit, shown), BatchApplied)
    assert (left(database, kit), starts(database)) == (0, before)


def test_the_whole_clinic_for_hours_takes_out_everything_in_it(database: Database, kit: Kit) -> None:
    two_courses(database, kit)
    out = close(database, kit, WEDNESDAY.replace(hour=8), WEDNESDAY.replace(hour=12))
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(TimeOff).where(
            TimeOff.clinic_id == kit.clinic_id)) == len(out.time_off_ids) == len(kit.resources)
        assert [len(one.hit) for one in hit_courses(session, PlanBatch(), by=kit.viewer(), now=NOW)] == [1]


def test_a_course_without_room_is_named_with_why_and_the_others_are_moved(database: Database, kit: Kit) -> None:
    first, other = two_courses(database, kit)
    close(database, kit)
    with database.writing() as session:
        series = session.get_one(Series, first)
        wishes = Wishes.from_document(series.wishes)
        away = Away(WEDNESDAY, WEDNESDAY + timedelta(days=500))
        series.wishes = replace(wishes, away=(away,)).to_document()
    shown = plan(database, kit)
    assert [one.key for one in shown.unplaced] == [f"s{first}"]
    assert shown.unplaced[0].sentence
    assert [part.key for part in shown.parts] == [f"s{other}"]
    apply(database, kit, shown)
    assert left(database, kit) == 1


def test_taking_it_back_frees_the_days_and_moves_nobody(database: Database, kit: Kit) -> None:
    two_courses(database, kit)
    out, before = close(database, kit), starts(database)
    with database.writing() as session:
        assert take_back(session, out, by=kit.viewer(), now=NOW) == TakenBack()
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Closure).where(
            Closure.clinic_id == kit.clinic_id)) == 0
    assert (left(database, kit), starts(database)) == (0, before)


def test_what_ends_before_it_begins_or_is_past_is_refused(database: Database, kit: Kit) -> None:
    for begins, ends in ((WEDNESDAY, WEDNESDAY), (WEDNESDAY - timedelta(days=400), WEDNESDAY - timedelta(days=399))):
        assert isinstance(close(database, kit, begins, ends), Refused)
