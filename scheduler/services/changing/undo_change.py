"""Take a change back in one step, as long as nothing was sent or changed since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import Appointment, Change, Message, Series
from scheduler.access import Viewer
from scheduler.planning.lifecycle import AWAITED
from scheduler.queries.changes import Act, VisitBefore, act_of, against_undo, before_of, made_with, told_of, visits_of
from scheduler.services import audit
from scheduler.services.booking.claims import lock_patients, release
from scheduler.services.booking.gate_holds import tidy_holds
from scheduler.services.booking.locked import clinic_row
from scheduler.services.booking.openings import close_taken_back
from scheduler.services.booking.ordered import over_ordered
from scheduler.services.booking.promises import VisitPlace, move
from scheduler.services.booking.series_state import settle_all
from scheduler.services.changing.changes import WAITING_NEWS, drop_overrides, owe_as_before
from scheduler.services.changing.reopen import may_not_undo, reopen
from scheduler.services.conflicts import InThePast, NotAsked
from scheduler.services.messages.owe_messages import NEWS, OwedRow, ToTell, owe_many, owe_messages
from scheduler.services.refusal import Conflict, NotFound, Refused
from scheduler.services.whole import whole

VERBS = {Act.MOVE: "undo reschedule", Act.RESUME: "undo resume", Act.DECIDE: "undo decide"}


@dataclass(frozen=True)
class UndoChange:
    """Put every visit that a change touched back where it stood, and what else it changed.

    `by_patient`: what the patient did may be taken back by the patient although a letter has told of it.
    """

    change_id: int
    by_patient: bool = False


@dataclass(frozen=True)
class Undone:
    """What was taken back, the visits that stand where they stood, and the reminders owed for them again."""

    series_id: int | None
    appointment_ids: tuple[int, ...]
    messages: tuple[OwedRow, ...]
    act: Act = Act.MOVE


@whole
def undo_change(session: Session, command: UndoChange, *, by: Viewer, now: datetime) -> Undone | Refused | NotFound:
    """All of it, or nothing. Use it inside `booking(database, now=…)`."""
    change = _locked(session, command, by)
    if isinstance(change, NotFound):
        return change
    if theirs := may_not_undo(change, by):
        return Refused(theirs)
    if stands := against_undo(session, change, though_told=command.by_patient):
        return Refused((NotAsked("undo", stands),))
    reopen(session, change, now)
    if conflicts := put_back(session, [change], by, now):
        return Refused(conflicts)
    messages, = taken_back(session, [change], by, now)
    _tell_of_the_others(session, change, by, now)
    was = before_of(change).visits
    act = act_of(change)
    audit.record(session, by=by, verb=VERBS[act], subject="series" if change.series_id else "appointment",
                 subject_id=change.series_id or was[0].id, patient_id=change.patient_id, now=now,
                 detail={"change": change.id, "back": [[one.id, one.starts_at.isoformat()] for one in was]})
    session.flush()
    return Undone(change.series_id, tuple(one.id for one in was), messages, act)


def _tell_of_the_others(session: Session, change: Change, by: Viewer, now: datetime) -> None:
    """Where one letter was to tell of two courses and one of them is taken back, the other is told of by itself."""
    for other in made_with(session, change):
        told = session.scalar(select(Message.id).where(
            Message.series_id == other.series_id, Message.kind.in_(NEWS.values()), Message.state.in_(WAITING_NEWS),
            or_(Message.appointment_id.is_(None), Message.appointment_id.in_(visits_of(other)))).limit(1))
        if told is None:
            owe_messages(session, clinic_id=by.clinic_id, patient_id=other.patient_id, now=now, why="changed",
                         appointment_ids=visits_of(other), series_id=other.series_id)


def taken_back(session: Session, changes: Sequence[Change], by: Viewer, now: datetime) -> list[tuple[OwedRow, ...]]:
    """Once the visits of these changes stand where they stood: the series, the rules and the letters as before them.

    Where a letter has told of a change, another tells that it is taken back. To resume tells nobody anything, so
    there nothing is owed. Gives the messages owed, by change.
    """
    _series_as_before(session, changes, now)
    for change in changes:
        change.undone_at, change.undone_by = now, by.staff_id
    drop_overrides(session, changes, now=now)
    news = [change for change in changes if act_of(change) != Act.RESUME]
    told = told_of(session, news)
    messages: dict[int, tuple[OwedRow, ...]] = {}
    for knows, why in ((True, "changed"), (False, "restored")):
        own = [change for change, one in zip(news, told, strict=True) if one == knows]
        for group in _one_a_patient(own):
            owed = owe_many(session, [
                ToTell(change.patient_id, visits_of(change), change.series_id)
                for change in group], clinic_id=by.clinic_id, now=now, why=why)
            messages |= {change.id: rows for change, rows in zip(group, owed, strict=True)}
    owe_as_before(session, [change for change, one in zip(news, told, strict=True) if not one], now=now)
    return [messages.get(change.id, ()) for change in changes]


def _series_as_before(session: Session, changes: Sequence[Change], now: datetime) -> None:
    days = {change.series_id: before_of(change).latest_on for change in changes if change.series_id is not None}
    days = {id_: latest_on for id_, latest_on in days.items() if latest_on is not None}
    if not days:
        return
    rows = session.scalars(select(Series).where(Series.id.in_(days))).all()  # kept, so that settling finds them there
    for series in rows:
        series.latest_on = days[series.id]
    settle_all(session, list(days), now=now)


def _one_a_patient(changes: Sequence[Change]) -> list[list[Change]]:
    """The changes in as many groups as it takes for no patient to be in one twice."""
    groups: list[dict[int, Change]] = []
    for change in changes:
        for group in groups:
            if change.patient_id not in group:
                group[change.patient_id] = change
                break
        else:
            groups.append({change.patient_id: change})
    return [list(group.values()) for group in groups]


def _locked(session: Session, command: UndoChange, by: Viewer) -> Change | NotFound:
    found = session.execute(select(Change.id, Change.patient_id).where(
        Change.id == command.change_id, Change.clinic_id == by.clinic_id)).first()
    if found is None:
        return NotFound("change")
    lock_patients(session, by.clinic_id, [found.patient_id])
    return session.scalars(select(Change).where(Change.id == found.id)
                           .execution_options(populate_existing=True)).one()


def put_back(session: Session, changes: Sequence[Change], by: Viewer, now: datetime) -> tuple[Conflict, ...]:
    """Every visit of these changes where it stood, all at once: they may have taken each other's places.

    Those that had no place give theirs up, the others claim theirs again.
    """
    was = {one.id: one for change in changes for one in before_of(change).visits}
    if any(one.status in AWAITED and one.starts_at <= now for one in was.values()):
        return (InThePast("The time before has begun or passed, so this can no longer be taken back."),)
    rows = list(session.scalars(select(Appointment).where(Appointment.id.in_(was)).order_by(Appointment.id)
                                .execution_options(populate_existing=True)))
    lost = [row for row in rows if was[row.id].status not in AWAITED]
    holds = {row.hold_id for row in lost if row.hold_id is not None}
    release(session, (row.id for row in lost))
    for row in lost:
        old = was[row.id]
        row.status, row.version, row.gave_back = old.status, row.version + 1, dict(old.resources)
        row.hold_id = None
        row.wall_start, row.starts_on = old.wall_start, old.wall_start.date()
        row.starts_at, row.ends_at, row.patient_leaves_at = old.starts_at, old.ends_at, old.patient_leaves_at
    tidy_holds(session, holds, now)
    moves = [(row, VisitPlace(row.visit_type_id, was[row.id].wall_start, was[row.id].resources, row.step, row.ordinal))
             for row in rows if row not in lost]
    if conflicts := (over_ordered(session, [row for row, _ in moves])
                     or move(session, clinic_row(session, by.clinic_id), moves, now=now)):
        return conflicts
    close_taken_back(session, rows, now)
    for row in rows:
        _as_it_was(row, was[row.id])
    session.flush()
    return ()


def _as_it_was(row: Appointment, old: VisitBefore) -> None:
    """What was said of the visit."""
    row.booked_at, row.confirmed_at, row.cannot_come_at = old.booked_at, old.confirmed_at, old.cannot_come_at
    row.ended_at, row.ended_reason = old.ended_at, old.ended_reason
    row.departure, row.departed_at, row.not_before = old.departure, old.departed_at, old.not_before
