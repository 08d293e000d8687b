"""Changes of booked visits: how they stood, and whether the last one can still be taken back."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Row, exists, func, or_, select
from sqlalchemy.orm import Session

from models import Appointment, Call, Change, Gate, Message, Series, StaffMember
from scheduler.planning.documents import from_document
from scheduler.planning.lifecycle import AppointmentStatus, Departure, MessageState, SeriesStatus
from scheduler.planning.words import CallResult

TOLD = (CallResult.REACHED, CallResult.LEFT_WORD)


class Act(StrEnum):
    """What was done: visits moved, a paused series resumed, or a decision made at a gate."""

    MOVE = "move"
    RESUME = "resume"
    DECIDE = "decide"


@dataclass(frozen=True)
class VisitBefore:
    """One visit as it stood: its place with the resources it occupied, or gave back, and what was said of it."""

    id: int
    status: AppointmentStatus
    wall_start: datetime
    starts_at: datetime
    ends_at: datetime
    patient_leaves_at: datetime
    resources: Mapping[str, int]
    booked_at: datetime
    confirmed_at: datetime | None
    cannot_come_at: datetime | None
    ended_at: datetime | None
    ended_reason: str
    departure: Departure | None = None
    departed_at: datetime | None = None
    not_before: date | None = None


@dataclass(frozen=True)
class SeriesBefore:
    """A series as it stood; `steps` are the ids of those it had."""

    status: SeriesStatus
    ended_at: datetime | None
    ended_reason: str
    steps: tuple[str, ...]
    finish: str
    infusions: int


@dataclass(frozen=True)
class Before:
    """Every visit that a change touched, as it stood; `latest_on` is the series' last day then.

    An act that changes more than times keeps the whole series, and a decision its gate.
    """

    visits: tuple[VisitBefore, ...]
    latest_on: date | None = None
    act: Act = Act.MOVE
    series: SeriesBefore | None = None
    gate_id: int | None = None


@dataclass(frozen=True)
class LastChange:
    """The newest change of a series. `stands`: why it cannot be taken back any more; empty where it can."""

    id: int
    made_at: datetime
    by: str
    visits: int
    stands: str
    act: Act = Act.MOVE


BUILT_ON = ("Something has been decided or booked on it since, so this can no longer be taken back. Take that back "
            "first, or pause or stop the course.")


def before_of(change: Change) -> Before:
    """What a change keeps."""
    return from_document(Before, change.before, "before")


def visits_of(change: Change) -> list[int]:
    """The visits that a change moved, by id."""
    return [one["id"] for one in change.before["visits"]]


def act_of(change: Change) -> Act:
    """What a change was."""
    return Act(change.before.get("act", Act.MOVE))


def fingerprint(series: Series | None, rows: Sequence[Appointment]) -> str:
    """What changes when anything of a series (or of a visit by itself) does."""
    facts = [[series.id, str(series.status)] if series else [],
             *([row.id, row.version, str(row.status), str(row.departure), row.starts_at.isoformat()] for row in rows)]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32]


def last_change(session: Session, clinic_id: int, series_id: int) -> LastChange | None:
    """The newest change of a series; None where there is none, or it was taken back."""
    found = session.execute(
        select(Change, StaffMember.name).outerjoin(StaffMember, StaffMember.id == Change.made_by)
        .where(Change.clinic_id == clinic_id, Change.series_id == series_id)
        .order_by(Change.id.desc()).limit(1)).first()
    if found is None or found[0].undone_at is not None:
        return None
    change, name = found
    return LastChange(change.id, change.made_at, name or "", len(visits_of(change)),
                      against_undo(session, change), act_of(change))


def against_undo(session: Session, change: Change, *, though_told: bool = False) -> str:
    """In a sentence why a change cannot be taken back; empty where nothing was sent or changed since.

    `though_told`: that the patient was told of it is no reason, since it is the patient who takes it back.
    """
    return against_undoing(session, [change], though_told=though_told)[0]


def against_undoing(session: Session, changes: Sequence[Change], *, though_told: bool = False) -> list[str]:
    """The same for many changes at once, in their order: four queries, however many; six where acts are among them."""
    ids = [set(visits_of(change)) for change in changes]
    series = {row.id: row for row in session.scalars(select(Series).where(
        Series.id.in_({change.series_id for change in changes if change.series_id})))}
    alone = [id_ for change, own in zip(changes, ids, strict=True) if not change.series_id for id_ in own]
    by_series: dict[int | None, list[Appointment]] = defaultdict(list)
    by_id = {}
    for row in session.scalars(
            select(Appointment).where(or_(Appointment.series_id.in_(series), Appointment.id.in_(alone)))
            .order_by(Appointment.ordinal, Appointment.id)):
        by_series[row.series_id].append(row)
        by_id[row.id] = row
    told = [False] * len(changes) if though_told else told_of(session, changes)
    built_on = _built_on(session, [change for change in changes if act_of(change) != Act.MOVE])
    found = []
    for change, own, knows in zip(changes, ids, told, strict=True):
        rows = by_series[change.series_id] if change.series_id else [row for id_, row in by_id.items() if id_ in own]
        stands = _against(change, series.get(change.series_id or 0), rows, own, knows)
        found.append(stands or (BUILT_ON if change.id in built_on else ""))
    return found


def _built_on(session: Session, acts: Sequence[Change]) -> set[int]:
    """Those of these acts on which something was built that their visits do not show.

    A later act on the same series, or a booking on the order that came with the decision.
    """
    if not acts:
        return set()
    last = dict(session.execute(select(Change.series_id, func.max(Change.id)).where(
        Change.series_id.in_({change.series_id for change in acts}), Change.undone_at.is_(None))
        .group_by(Change.series_id)).all())
    booked = set(session.scalars(select(Gate.id).where(
        Gate.id.in_({change.before.get("gate_id") for change in acts}),
        or_(exists().where(Series.order_id == Gate.order_id), exists().where(Appointment.order_id == Gate.order_id)))))
    return {change.id for change in acts
            if last.get(change.series_id) != change.id or change.before.get("gate_id") in booked}


def _against(change: Change, series: Series | None, rows: Sequence[Appointment], ids: Collection[int],
             told: bool) -> str:
    if change.undone_at is not None:
        return "This change has been taken back already."
    if any(row.id in ids and (row.confirmed_at or row.cannot_come_at) for row in rows):
        return "The patient has answered since, so this can no longer be taken back. Move the visit again instead."
    if fingerprint(series, rows) != change.fingerprint:
        return "Something of it has been changed since, so this can no longer be taken back. Move the visit again."
    if told:
        return "The patient has been told since, so this can no longer be taken back. Move the visit again instead."
    return ""


def told_of(session: Session, changes: Sequence[Change]) -> list[bool]:
    """For each change whether the patient has been written to, or reached by telephone, about it. Three queries.

    One letter tells a patient of everything that one act did: where it moved two courses, it stands under one of them.
    """
    if not changes:
        return []
    patients, first = {change.patient_id for change in changes}, min(change.made_at for change in changes)
    gone, calls = defaultdict(list), defaultdict(list)
    for row in session.execute(
            select(Message.patient_id, Message.appointment_id, Message.series_id, Message.sent_at, Message.state)
            .where(Message.patient_id.in_(patients),
                   or_(Message.sent_at >= first, Message.state == MessageState.CLAIMED))):
        gone[row.patient_id].append(row)
    for row in session.execute(select(Call.patient_id, Call.called_at).where(
            Call.patient_id.in_(patients), Call.called_at >= first, Call.result.in_(TOLD))):
        calls[row.patient_id].append(row.called_at)
    together = defaultdict(set)
    for row in session.execute(select(Change.patient_id, Change.made_at, Change.series_id).where(
            Change.patient_id.in_(patients), Change.made_at.in_({change.made_at for change in changes}),
            Change.series_id.is_not(None))):
        together[row.patient_id, row.made_at].add(row.series_id)
    return [any(at >= change.made_at for at in calls[change.patient_id])
            or _written(change, together[change.patient_id, change.made_at], gone[change.patient_id])
            for change in changes]


def made_with(session: Session, change: Change) -> list[Change]:
    """The other changes of the same act for the same patient that still hold: one letter tells of them all."""
    return list(session.scalars(select(Change).where(
        Change.patient_id == change.patient_id, Change.made_at == change.made_at, Change.id != change.id,
        Change.undone_at.is_(None)).order_by(Change.id)))


def _written(change: Change, series: Collection[int], messages: Sequence[Row]) -> bool:
    ids = set(visits_of(change))
    return any(
        (row.appointment_id in ids or (row.series_id in series and row.appointment_id is None))
        and (row.state == MessageState.CLAIMED or (row.sent_at is not None and row.sent_at >= change.made_at))
        for row in messages)
