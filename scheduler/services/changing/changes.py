"""Keep how visits stood before an act moved them, and take that act back in one step."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from models import Appointment, Change, Message, RuleOverride, Series
from scheduler.access import Viewer
from scheduler.planning.broken_rules import BrokenRule
from scheduler.planning.documents import to_document
from scheduler.planning.lifecycle import OUTGOING, MessageState
from scheduler.queries.changes import Act, Before, SeriesBefore, VisitBefore, fingerprint
from scheduler.queries.occupied import resources_of
from scheduler.services.changing.call_off import LONGEST_REASON
from scheduler.services.messages.owe_messages import NEWS

WAITING_NEWS = OUTGOING | {MessageState.SKIPPED}
"""News in these has not reached the patient: taken back, it is owed as it was."""


@dataclass(frozen=True)
class Stood:
    """How visits of one patient stand before they are moved, and the news about them that has not gone out."""

    before: Before
    news: Mapping[int, MessageState]


def stood(session: Session, rows: Sequence[Appointment], series: Series | None) -> Stood:
    """Look before anything is moved. The patient must be locked."""
    return stood_all(session, [(rows, series)])[0]


def stood_with_its_series(session: Session, rows: Sequence[Appointment], series: Series, act: Act,
                          gate_id: int | None = None) -> Stood:
    """The same before an act that changes the series as well, or decides at one of its gates."""
    was = stood(session, rows, series)
    whole = SeriesBefore(series.status, series.ended_at, series.ended_reason,
                         tuple(step["id"] for step in series.steps), series.finish, series.infusions)
    return replace(was, before=replace(was.before, act=act, series=whole, gate_id=gate_id))


def stood_all(session: Session, groups: Sequence[tuple[Sequence[Appointment], Series | None]]) -> list[Stood]:
    """The same for many courses at once, each with the visits that are to move: two queries, however many."""
    session.flush()
    ids = [row.id for rows, _ in groups for row in rows]
    had = dict(zip(ids, resources_of(session, ids), strict=True))
    own_series = [series.id for _, series in groups if series is not None]
    news = session.execute(select(Message.id, Message.state, Message.appointment_id, Message.series_id).where(
        or_(Message.appointment_id.in_(ids), Message.series_id.in_(own_series)), Message.kind.in_(NEWS.values()),
        Message.state.in_(WAITING_NEWS))).all()
    found = []
    for rows, series in groups:
        visits = tuple(_stands(row, had[row.id]) for row in rows)
        own = {row.id for row in rows}
        about = {one.id: one.state for one in news
                 if one.appointment_id in own or (series is not None and one.series_id == series.id)}
        found.append(Stood(Before(visits, series.latest_on if series else None), about))
    return found


def _stands(row: Appointment, occupied: Mapping[str, int]) -> VisitBefore:
    return VisitBefore(row.id, row.status, row.wall_start, row.starts_at, row.ends_at, row.patient_leaves_at,
                       occupied or row.gave_back or {}, row.booked_at, row.confirmed_at, row.cannot_come_at,
                       row.ended_at, row.ended_reason, row.departure, row.departed_at, row.not_before)


def keep_change(session: Session, was: Stood, patient_id: int, series: Series | None, *, by: Viewer,
                now: datetime) -> Change:
    """Write the change down, after the visits stand at their new places and its messages are owed."""
    return keep_changes(session, [(was, patient_id, series)], by=by, now=now)[0]


def keep_changes(session: Session, made: Sequence[tuple[Stood, int, Series | None]], *, by: Viewer,
                 now: datetime) -> list[Change]:
    """The same for many courses at once: two queries and one writing."""
    session.flush()
    aside = session.scalars(select(Message.id).where(
        Message.id.in_([id_ for was, *_ in made for id_ in was.news]), Message.state == MessageState.SUPERSEDED)
        .order_by(Message.id)).all()
    own_series = [series.id for *_, series in made if series is not None]
    alone = [one.id for was, _, series in made if series is None for one in was.before.visits]
    rows = session.scalars(
        select(Appointment).where(or_(Appointment.series_id.in_(own_series), Appointment.id.in_(alone)))
        .order_by(Appointment.ordinal, Appointment.id).execution_options(populate_existing=True)).all()
    by_series: dict[int | None, list[Appointment]] = defaultdict(list)
    by_id = {}
    for row in rows:
        by_series[row.series_id].append(row)
        by_id[row.id] = row
    changes = []
    for was, patient_id, series in made:
        ids = {one.id for one in was.before.visits}
        own = by_series[series.id] if series else [row for id_, row in by_id.items() if id_ in ids]
        changes.append(Change(
            clinic_id=by.clinic_id, patient_id=patient_id, series_id=series.id if series else None, made_at=now,
            made_by=by.staff_id, before=to_document(was.before), fingerprint=fingerprint(series, own),
            superseded=[[id_, str(was.news[id_])] for id_ in aside if id_ in was.news]))
    session.add_all(changes)
    session.flush()
    return changes


def keep_override(session: Session, change: Change, row: Appointment, broken: Sequence[BrokenRule], reason: str, *,
                  by: Viewer, now: datetime) -> None:
    """Write down that rules were set aside for one visit, where it stands now. Nothing broken: nothing written."""
    if not broken or change.series_id is None:
        return
    session.add(RuleOverride(
        clinic_id=by.clinic_id, series_id=change.series_id, appointment_id=row.id, change_id=change.id,
        wall_start=row.wall_start, rules=[to_document(one) for one in broken],
        reason=reason.strip()[:LONGEST_REASON], made_at=now, made_by=by.staff_id))
    session.flush()


def owe_as_before(session: Session, changes: Sequence[Change], *, now: datetime) -> None:
    """Owe again, word for word, the news that had stepped aside for changes that are taken back."""
    states = {id_: MessageState(state) for change in changes for id_, state in change.superseded}
    for old in session.scalars(select(Message).where(Message.id.in_(states)).order_by(Message.id)):
        session.add(Message(
            clinic_id=old.clinic_id, patient_id=old.patient_id, series_id=old.series_id,
            appointment_id=old.appointment_id, appointment_version=old.appointment_version, kind=old.kind,
            channel=old.channel, rule=old.rule, state=states[old.id], reason=old.reason, due_at=max(old.due_at, now),
            expires_at=old.expires_at, key=secrets.token_hex(16), created_at=now))
    session.flush()


def drop_overrides(session: Session, changes: Sequence[Change], *, now: datetime) -> None:
    """The rules that were set aside for these changes count again."""
    ids = [change.id for change in changes]
    session.execute(update(RuleOverride).where(RuleOverride.change_id.in_(ids)).values(taken_back_at=now),
                    execution_options={"synchronize_session": False})
