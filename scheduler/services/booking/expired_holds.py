"""Release the holds of plans whose time has passed: visits and claims go, nobody was promised anything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from models import Appointment, Claim, Hold
from scheduler.planning.words import HoldPurpose

BATCH = 200
LASTING = (HoldPurpose.GATE, HoldPurpose.OFFER)
"""Purposes of holds that do not end without a trace."""


def any_expired(session: Session, *, now: datetime) -> bool:
    """Whether there is a hold whose time has passed."""
    return bool(session.scalar(select(exists().where(Hold.expires_at <= now))))


def release_expired_holds(session: Session, *, now: datetime) -> int:
    """Release what has expired, oldest first, at most a batch; gives how many.

    Two of them at once are harmless: one that another transaction is about to release or to book is skipped.
    """
    expired = session.scalars(
        select(Hold.id).where(Hold.expires_at <= now, Hold.purpose.not_in(LASTING))
        .order_by(Hold.expires_at, Hold.id).limit(BATCH).with_for_update(skip_locked=True)).all()
    drop_holds(session, expired)
    return len(expired)


def drop_holds(session: Session, hold_ids: Sequence[int]) -> None:
    """Take holds away with everything they own. The caller has locked them."""
    if not hold_ids:
        return
    quiet = {"synchronize_session": False}
    owned = select(Appointment.id).where(Appointment.hold_id.in_(hold_ids))
    session.execute(delete(Claim).where(Claim.appointment_id.in_(owned)), execution_options=quiet)
    session.execute(delete(Appointment).where(Appointment.hold_id.in_(hold_ids)), execution_options=quiet)
    session.execute(delete(Hold).where(Hold.id.in_(hold_ids)), execution_options=quiet)
