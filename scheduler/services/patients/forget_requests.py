"""Forget requests that came to nothing, after the days that their clinic has set."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from models import AppointmentRequest, Clinic, Notice, RequestMove, RequestPage
from scheduler.planning.requests import CAME_TO_NOTHING
from scheduler.queries.request_page import KEEP_DAYS

BATCH = 500


def forget_requests(session: Session, *, now: datetime) -> int:
    """Delete them with their moves and letters; gives how many. Two at once delete each once.

    The audit trail keeps that there was a request and what was done, by its number alone.
    """
    days = {clinic_id: keep or KEEP_DAYS for clinic_id, keep in session.execute(
        select(Clinic.id, RequestPage.keep_days).outerjoin(RequestPage, RequestPage.clinic_id == Clinic.id))}
    gone: list[int] = []
    for clinic_id, keep in days.items():
        gone += session.scalars(
            select(AppointmentRequest.id).where(
                AppointmentRequest.clinic_id == clinic_id, AppointmentRequest.state.in_(CAME_TO_NOTHING),
                AppointmentRequest.closed_at <= now - timedelta(days=keep))
            .order_by(AppointmentRequest.id).limit(BATCH).with_for_update(skip_locked=True))
    if not gone:
        return 0
    session.execute(delete(Notice).where(Notice.request_id.in_(gone)))
    session.execute(delete(RequestMove).where(RequestMove.request_id.in_(gone)))
    session.execute(update(AppointmentRequest).where(AppointmentRequest.same_as_id.in_(gone)).values(same_as_id=None))
    session.execute(delete(AppointmentRequest).where(AppointmentRequest.id.in_(gone)))
    return len(gone)
