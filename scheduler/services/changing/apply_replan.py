"""Apply a preview of a new plan: every visit that moves moves in place, or none does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models import Change, Clinic, Series
from scheduler.access import Permission, Viewer
from scheduler.queries.changes import fingerprint
from scheduler.queries.occupied import resources_of
from scheduler.services import audit
from scheduler.services.booking.legality import refuse_rules, refuse_shape
from scheduler.services.booking.locked import appointments_of, clinic_row, locked_series
from scheduler.services.booking.ordered import over_ordered
from scheduler.services.booking.promises import VisitPlace, move
from scheduler.services.booking.series_state import settle
from scheduler.services.changing.changes import keep_change, keep_override, stood
from scheduler.services.changing.hand_picked import broken_where_it_stands
from scheduler.services.changing.move_conflicts import CliniciansOnly
from scheduler.services.changing.replan import ReplanSeries, standpoint
from scheduler.services.conflicts import PlanChanged, ReasonMissing
from scheduler.services.messages.owe_messages import OwedRow, owe_messages
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.whole import whole

OVERRIDE = "Say why a visit may lie further from the one before than the protocol allows: the reason is kept."


@dataclass(frozen=True)
class ApplyReplan:
    """The command of a preview, its places (`preview.plan.places`) and its fingerprint.

    A reason is asked for where visits go `beyond` what the protocol allows; it is kept in the audit trail.
    """

    command: ReplanSeries
    places: tuple[VisitPlace, ...]
    fingerprint: str
    reason: str = ""


@dataclass(frozen=True)
class Replanned:
    """The appointments that moved, the messages owed now, and the change to undo it by."""

    series_id: int
    appointment_ids: tuple[int, ...]
    messages: tuple[OwedRow, ...]
    change_id: int


Outcome = Replanned | Refused | NotFound


@whole
def apply_replan(session: Session, command: ApplyReplan, *, by: Viewer, now: datetime) -> Outcome:
    """Move what the preview showed. Use it inside `booking(database, now=…)`.

    Refused as changed where anything of the series is no longer as it was shown; a time that somebody else has taken
    meanwhile is named.
    """
    series = locked_series(session, by.clinic_id, command.command.series_id)
    if isinstance(series, NotFound):
        return series
    if command.command.beyond and not by.may(Permission.OVERRIDE_RULES):
        return Refused((CliniciansOnly(),))
    if command.command.beyond and not command.reason.strip():
        return Refused((ReasonMissing(OVERRIDE),))
    clinic = clinic_row(session, by.clinic_id)
    here = standpoint(session, clinic, series, command.command, now)
    if isinstance(here, Refused):
        return here
    if fingerprint(series, here.rows) != command.fingerprint:
        return Refused((PlanChanged(),))
    terms, standing = here.asked.terms, here.asked.standing
    if refused := refuse_shape(clinic, terms, command.places, now=now, standing=standing):
        return refused
    rows = {row.step: row for row in here.rows if row.step}
    had = dict(zip(rows, resources_of(session, [row.id for row in rows.values()]), strict=True))
    moves = [(rows[place.step], place) for place in command.places
             if rows[place.step].wall_start != place.wall_start or had[place.step] != dict(place.resources)]
    moving = [row for row, _ in moves]
    was = stood(session, moving, series)
    before = [[row.id, row.starts_at.isoformat()] for row in moving]
    if conflicts := over_ordered(session, moving) or move(session, clinic, moves, now=now):
        return Refused(conflicts)
    if refused := refuse_rules(session, clinic, series.patient_id, terms, command.places, now=now, standing=standing):
        return refused
    series.latest_on = max([series.latest_on, *(row.starts_on for row in moving)])
    settle(session, series.id, now=now)
    ids = tuple(row.id for row in moving)
    messages = owe_messages(session, clinic_id=clinic.id, patient_id=series.patient_id, appointment_ids=ids,
                            series_id=series.id, now=now, why="changed")
    change = keep_change(session, was, series.patient_id, series, by=by, now=now)
    _keep_overrides(session, clinic, series, command, change, by, now)
    audit.record(session, by=by, verb="reschedule", subject="series", subject_id=series.id,
                 patient_id=series.patient_id, now=now, detail=_detail(command, before) | {"change": change.id})
    session.flush()
    return Replanned(series.id, ids, messages, change.id)


def _keep_overrides(session: Session, clinic: Clinic, series: Series, command: ApplyReplan, change: Change,
                    by: Viewer, now: datetime) -> None:
    """For every visit that goes beyond: which distances were set aside, so that the series page can say so."""
    rows = {row.step: row for row in appointments_of(session, series.id)}
    for step in command.command.beyond:
        row = rows[step]
        broken = broken_where_it_stands(session, clinic, row, now=now)
        keep_override(session, change, row, broken, command.reason, by=by, now=now)


def _detail(command: ApplyReplan, before: list) -> dict:
    detail: dict = {"moved": before}
    if command.command.beyond:
        detail |= {"beyond": list(command.command.beyond), "reason": command.reason.strip()}
    return detail
