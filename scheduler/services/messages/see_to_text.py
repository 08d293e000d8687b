"""A person sees to a text that came in: takes it on, has done with it, or takes that back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import InboundText
from scheduler.access import Permission, Viewer
from scheduler.planning.words import InboundMeaning, InboundState
from scheduler.services import audit
from scheduler.services.refusal import NotFound, Refused

LONGEST_NOTE = 400
S = InboundState


@dataclass(frozen=True)
class SeenTo:
    """The text, and where it stands now."""

    text_id: int
    patient_id: int | None
    state: InboundState


@dataclass(frozen=True)
class NothingToDo:
    """The text stands elsewhere than the page showed."""

    sentence: str


TAKEN_ALREADY = NothingToDo("Somebody has taken this text on already, or has done with it.")
DONE_ALREADY = NothingToDo("This text is marked as done already.")
NOT_DONE = NothingToDo("This text is not marked as done.")
Outcome = SeenTo | Refused | NotFound


def take_text(session: Session, text_id: int, *, by: Viewer, now: datetime) -> Outcome:
    """Say that one sees to it; of two people at once the first counts. Acknowledging a crisis flag is this act."""
    text = _locked(session, text_id, by)
    if text is None:
        return NotFound("text")
    if text.state != S.OPEN:
        return Refused((TAKEN_ALREADY,))
    text.state, text.taken_by, text.taken_at, text.alert_again_at = S.TAKEN, by.staff_id, now, None
    return _noted(session, text, "take text", by, now)


def finish_text(session: Session, text_id: int, note: str = "", *, by: Viewer, now: datetime) -> Outcome:
    """Mark a text as done, whether it was taken on before or not."""
    text = _locked(session, text_id, by)
    if text is None:
        return NotFound("text")
    if text.state in (S.DONE, S.ANSWERED):
        return Refused((DONE_ALREADY,))
    if text.taken_at is None:
        text.taken_by, text.taken_at = by.staff_id, now
    text.state, text.answered_by, text.answered_at = S.DONE, by.staff_id, now
    text.note, text.alert_again_at = note.strip()[:LONGEST_NOTE], None
    return _noted(session, text, "finish text", by, now)


def reopen_text(session: Session, text_id: int, *, by: Viewer, now: datetime) -> Outcome:
    """Undo a slip: it stands on its list again, as taken on by whoever had it."""
    text = _locked(session, text_id, by)
    if text is None:
        return NotFound("text")
    if text.state != S.DONE:
        return Refused((NOT_DONE,))
    text.state, text.answered_by, text.answered_at = S.TAKEN, None, None
    return _noted(session, text, "reopen text", by, now)


def _locked(session: Session, text_id: int, by: Viewer) -> InboundText | None:
    """The text; whoever may only see to crisis flags does not get at the others."""
    text = session.scalar(select(InboundText).where(
        InboundText.id == text_id, InboundText.clinic_id == by.clinic_id).with_for_update())
    if text is None or (text.meaning != InboundMeaning.CRISIS and not by.may(Permission.SEND_MESSAGES)):
        return None
    return text


def _noted(session: Session, text: InboundText, verb: str, by: Viewer, now: datetime) -> SeenTo:
    session.flush()
    audit.record(session, by=by, verb=verb, subject="text", subject_id=text.id, patient_id=text.patient_id, now=now,
                 detail={"meaning": str(text.meaning), "state": str(text.state)})
    return SeenTo(text.id, text.patient_id, text.state)
