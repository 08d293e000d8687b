"""Whether places that come in from outside are a plan of these terms: every step once, in time, keeping every rule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from models import Clinic
from scheduler.planning.instants import instant
from scheduler.services.conflicts import InThePast, RulesBroken
from scheduler.services.promises import VisitPlace
from scheduler.services.refusal import Refused
from scheduler.services.terms import Terms

NOT_THESE_STEPS = "This plan was made for another number of visits, or the protocol has changed since. Plan it again."


def refuse_plan(session: Session, clinic: Clinic, patient_id: int, terms: Terms, places: Sequence[VisitPlace], *,
                now: datetime) -> Refused | None:
    """None where the places may be claimed; otherwise why not. Whether the times are free is the claim's to say."""
    asked = [(step.id, step.visit_type_id) for step in terms.steps]
    if sorted((place.step or "", place.visit_type_id) for place in places) != sorted(asked):
        return Refused((RulesBroken(NOT_THESE_STEPS),))
    if any(instant(place.wall_start, clinic.timezone) < now for place in places):
        return Refused((InThePast(),))
    return None
