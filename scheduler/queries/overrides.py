"""The rules of a course that were set aside for a visit: what the planner has to know, and what the page shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Appointment, RuleOverride, StaffMember
from scheduler.planning.broken_rules import BrokenRule
from scheduler.planning.documents import from_document
from scheduler.planning.lifecycle import OCCUPYING


@dataclass(frozen=True)
class OverrideRow:
    """One decision: for which visit, which rules, why and by whom. `holds`: the visit still stands there."""

    appointment_id: int
    made_at: datetime
    by: str
    reason: str = field(repr=False)
    sentences: tuple[str, ...]
    holds: bool


def rules_set_aside(session: Session, series_id: int) -> tuple[BrokenRule, ...]:
    """The rules of a series that are set aside at this moment: their visits stand where they were put."""
    rows = session.execute(
        select(RuleOverride.rules, RuleOverride.wall_start, Appointment.wall_start.label("stands"), Appointment.status)
        .join(Appointment, Appointment.id == RuleOverride.appointment_id)
        .where(RuleOverride.series_id == series_id, RuleOverride.taken_back_at.is_(None)).order_by(RuleOverride.id))
    return tuple(from_document(BrokenRule, rule, "rules") for row in rows for rule in row.rules
                 if row.status in OCCUPYING and row.stands == row.wall_start)


def overrides_of_series(session: Session, clinic_id: int, series_id: int) -> tuple[OverrideRow, ...]:
    """Every decision about a series that was not taken back, the newest first."""
    rows = session.execute(
        select(RuleOverride, Appointment.wall_start, Appointment.status, StaffMember.name)
        .join(Appointment, Appointment.id == RuleOverride.appointment_id)
        .outerjoin(StaffMember, StaffMember.id == RuleOverride.made_by)
        .where(RuleOverride.clinic_id == clinic_id, RuleOverride.series_id == series_id,
               RuleOverride.taken_back_at.is_(None)).order_by(RuleOverride.id.desc()))
    return tuple(
        OverrideRow(one.appointment_id, one.made_at, name or "", one.reason,
                    tuple(rule["sentence"] for rule in one.rules), status in OCCUPYING and stands == one.wall_start)
        for one, stands, status, name in rows)
