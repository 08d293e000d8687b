"""The desk's queue of requests for an appointment, one of them in full, and what its sender is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from models import AppointmentRequest, Notice, RequestMove, StaffMember
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.requests import WAITING, Alike, RequestState
from scheduler.planning.words import CallResult, Channel
from scheduler.queries.alike_requests import AlikePatient, AlikeRequest, alike_patients, alike_requests
from scheduler.queries.patient_details import initials

MOST = 100


class RequestShelf(StrEnum):
    """Which requests are shown."""

    WAITING = "waiting"
    CLOSED = "closed"


class NextStep(StrEnum):
    """What is to be done with a request that waits."""

    MERGE = "merge"
    """Somebody on file has this name and date of birth."""
    TWICE = "asked twice"
    """The same person's earlier request waits."""
    CALL = "call"
    WRITE = "write"
    """Calls were not agreed to."""
    PUT_ON_FILE = "put on file"


@dataclass(frozen=True)
class MoveRow:
    """One thing done with a request."""

    id: int
    state: RequestState
    result: CallResult | None
    reason: str = field(repr=False)
    at: datetime
    by: str


@dataclass(frozen=True)
class Acknowledgement:
    """What became of the letter or text that says that the request is here."""

    channel: Channel
    state: MessageState
    reason: str


@dataclass(frozen=True)
class RequestRow:
    """One request with all that was said in it, who it may come from, and what was done."""

    id: int
    state: RequestState
    name: str = field(repr=False)
    initials: str = field(repr=False)
    given_name: str = field(repr=False)
    family_name: str = field(repr=False)
    birth_date: date | None = field(repr=False)
    telephone: str | None = field(repr=False)
    email: str | None = field(repr=False)
    language: str
    reasons: tuple[str, ...]
    heard: str | None
    weekdays: tuple[int, ...]
    day_parts: tuple[str, ...]
    call_parts: tuple[str, ...]
    consents: dict[Channel, str] = field(repr=False)
    received_at: datetime
    answer_by: date | None
    patient_id: int | None
    same_as_id: int | None
    moves: tuple[MoveRow, ...]
    patients: tuple[AlikePatient, ...]
    others: tuple[AlikeRequest, ...]
    acknowledgement: Acknowledgement | None

    @property
    def waits(self) -> bool:
        """Whether somebody still has to see to it."""
        return self.state in WAITING

    @property
    def next_step(self) -> NextStep | None:
        """What comes next; None where nothing does."""
        if not self.waits:
            return None
        if self.patients and Alike.NAME_AND_BIRTH in self.patients[0].shared:
            return NextStep.MERGE
        if self.earlier is not None:
            return NextStep.TWICE
        if self.last is not None and self.last.result == CallResult.REACHED:
            return NextStep.PUT_ON_FILE
        return NextStep.CALL if Channel.CALL in self.consents and self.telephone else NextStep.WRITE

    @property
    def earlier(self) -> AlikeRequest | None:
        """An earlier request of the same person that waits too."""
        return next((one for one in self.others if one.state in WAITING and one.request_id < self.id), None)

    def is_late(self, today: date) -> bool:
        """Whether the sender was promised an answer by a day that is over, and nobody got through."""
        through = any(move.result in (CallResult.REACHED, CallResult.LEFT_WORD) for move in self.moves)
        return self.waits and self.answer_by is not None and self.answer_by < today and not through

    @property
    def last(self) -> MoveRow | None:
        """What was done last."""
        return self.moves[0] if self.moves else None


@dataclass(frozen=True)
class Queue:
    """One shelf of the queue; `after` is the key of the next page, `waiting` how many wait in all."""

    rows: tuple[RequestRow, ...]
    waiting: int
    after: int | None


@dataclass(frozen=True)
class Received:
    """What the sender is told: by when, by which channels, and whether a letter or text says so too."""

    answer_by: date | None
    channels: frozenset[Channel]
    acknowledged_by: Channel | None


def request_queue(session: Session, clinic_id: int, shelf: RequestShelf, *, before: int | None = None) -> Queue:
    """The requests that wait, the oldest first; or those that are closed, the newest first. Six queries."""
    own = select(AppointmentRequest).where(AppointmentRequest.clinic_id == clinic_id)
    if shelf == RequestShelf.WAITING:
        wanted = own.where(AppointmentRequest.state.in_(WAITING)).order_by(AppointmentRequest.id)
    else:
        wanted = own.where(AppointmentRequest.state.not_in(WAITING)).order_by(AppointmentRequest.id.desc())
        if before is not None:
            wanted = wanted.where(AppointmentRequest.id < before)
    found = session.scalars(wanted.limit(MOST + 1)).all()
    shown = found[:MOST]
    waiting = waiting_requests(session, clinic_id)
    return Queue(_rows(session, clinic_id, shown), waiting, shown[-1].id if len(found) > MOST else None)


def one_request(session: Session, clinic_id: int, request_id: int) -> RequestRow | None:
    """One request of the clinic."""
    row = session.scalar(select(AppointmentRequest).where(
        AppointmentRequest.id == request_id, AppointmentRequest.clinic_id == clinic_id))
    return _rows(session, clinic_id, [row])[0] if row is not None else None


def waiting_requests(session: Session, clinic_id: int) -> int:
    """How many requests wait for somebody."""
    return session.scalar(select(func.count()).select_from(AppointmentRequest).where(
        AppointmentRequest.clinic_id == clinic_id, AppointmentRequest.state.in_(WAITING))) or 0


def requests_at_a_glance(session: Session, clinic_id: int, today: date) -> tuple[int, datetime | None, bool]:
    """How many wait, since when the oldest does, and whether one that nobody has called yet is past its promise."""
    count, oldest, promised = session.execute(
        select(func.count(), func.min(AppointmentRequest.received_at),
               func.min(case((AppointmentRequest.state == RequestState.NEW, AppointmentRequest.answer_by))))
        .where(AppointmentRequest.clinic_id == clinic_id, AppointmentRequest.state.in_(WAITING))).one()
    return count, oldest, promised is not None and promised < today


def request_received(session: Session, clinic_id: int, request_id: object) -> Received | None:
    """What the sender of a request is told; None where this clinic has no such request."""
    if not isinstance(request_id, int):
        return None
    row = session.execute(
        select(AppointmentRequest.answer_by, AppointmentRequest.consents, Notice.channel)
        .outerjoin(Notice, Notice.request_id == AppointmentRequest.id)
        .where(AppointmentRequest.id == request_id, AppointmentRequest.clinic_id == clinic_id)).one_or_none()
    return Received(row.answer_by, frozenset(map(Channel, row.consents)), row.channel) if row else None


def _rows(session: Session, clinic_id: int, requests: Sequence[AppointmentRequest]) -> tuple[RequestRow, ...]:
    patients, others = alike_patients(session, clinic_id, requests), alike_requests(session, clinic_id, requests)
    ids = [request.id for request in requests]
    moves, told = _moves(session, ids), {
        notice.request_id: Acknowledgement(notice.channel, notice.state, notice.reason)
        for notice in session.scalars(select(Notice).where(Notice.request_id.in_(ids)))}
    return tuple(
        RequestRow(
            row.id, row.state, f"{row.given_name} {row.family_name}", initials(row.given_name, row.family_name),
            row.given_name, row.family_name, row.birth_date, row.telephone, row.email, row.language,
            tuple(row.reasons), row.heard, tuple(row.weekdays), tuple(row.day_parts), tuple(row.call_parts),
            {Channel(channel): words for channel, words in row.consents.items()}, row.received_at, row.answer_by,
            row.patient_id, row.same_as_id, tuple(moves[row.id]), patients[row.id], others[row.id], told.get(row.id))
        for row in requests)


def _moves(session: Session, request_ids: Collection[int]) -> defaultdict[int, list[MoveRow]]:
    moves: defaultdict[int, list[MoveRow]] = defaultdict(list)
    for move, by in session.execute(
            select(RequestMove, StaffMember.initials).outerjoin(StaffMember, StaffMember.id == RequestMove.staff_id)
            .where(RequestMove.request_id.in_(request_ids)).order_by(RequestMove.id.desc())):
        moves[move.request_id].append(MoveRow(move.id, move.state, move.result, move.reason, move.at, by or ""))
    return moves
