"""Which rules a plan of the rest of a series sets aside: the distances of the visits that go beyond the protocol's."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from models import Series
from scheduler.access import Viewer
from scheduler.planning.broken_rules import BrokenRule
from scheduler.planning.lifecycle import OCCUPYING
from scheduler.services.booking.locked import appointments_of, clinic_row
from scheduler.services.changing.hand_picked import distances_broken
from scheduler.services.changing.replan import ReplanPreview, standpoint
from scheduler.services.refusal import Refused


def rules_beyond(session: Session, preview: ReplanPreview, *, by: Viewer, now: datetime) -> tuple[BrokenRule, ...]:
    """What the protocol asks for and this plan does not keep, in the order of its steps; empty where it keeps all."""
    command = preview.command
    if not command.beyond:
        return ()
    clinic, series = clinic_row(session, by.clinic_id), session.get_one(Series, command.series_id)
    here = standpoint(session, clinic, series, replace(command, beyond=()), now)
    if isinstance(here, Refused):
        return ()
    starts = {one.step: one.wall_start for one in appointments_of(session, series.id)
              if one.step and one.status in OCCUPYING}
    starts |= {move.after.step: move.after.wall_start for move in preview.moves}
    found = {rule.sentence: rule for step in command.beyond if step in starts
             for rule in distances_broken(session, clinic, series, here.asked, starts, step)}
    return tuple(found.values())
