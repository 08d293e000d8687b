"""What kinds of visit a clinic has: phases that run one after another, and what each needs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from models import Clinic, Phase, Resource, VisitKind, VisitType
from scheduler.access import Viewer
from scheduler.planning.occupation import Phase as PhaseValue
from scheduler.planning.quiet_words import revealing
from scheduler.services.audit import record
from scheduler.services.hits import asks_first
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.wrong_value import WrongValue

DAY_MINUTES = 1440


@dataclass(frozen=True)
class VisitTypeDetails:
    """Everything that an administrator says of a kind of visit; phases in their order."""

    name: str
    public_name: str
    kind: VisitKind
    phases: tuple[PhaseValue, ...]
    active: bool = True


def add_visit_type(session: Session, details: VisitTypeDetails, *, by: Viewer, now: datetime) -> int | Refused:
    """Write a new kind of visit and give its id; its code comes from its name."""
    wrong = tuple(_wrong(session, details, by))
    if wrong:
        return Refused(wrong)
    row = VisitType(clinic_id=by.clinic_id, code=_code(session, details.name, by.clinic_id), name=details.name,
                    kind=details.kind)
    session.add(row)
    _write(session, row, details)
    record(session, by=by, verb="add", subject="visit type", subject_id=row.id, now=now)
    return row.id


@asks_first
def edit_visit_type(session: Session, visit_type_id: int, details: VisitTypeDetails, *, by: Viewer,
                    now: datetime) -> int | Refused | NotFound:
    """Change a kind of visit. Booked visits keep what they occupy."""
    row = session.scalar(
        select(VisitType).where(VisitType.id == visit_type_id, VisitType.clinic_id == by.clinic_id).with_for_update())
    if row is None:
        return NotFound("visit type")
    wrong = tuple(_wrong(session, details, by))
    if wrong:
        return Refused(wrong)
    _write(session, row, details)
    record(session, by=by, verb="change", subject="visit type", subject_id=row.id, now=now,
           detail={"minutes": sum(phase.minutes for phase in details.phases), "active": details.active})
    return row.id


def _write(session: Session, row: VisitType, details: VisitTypeDetails) -> None:
    row.name, row.public_name, row.kind, row.active = (
        details.name, details.public_name, details.kind, details.active)
    session.flush()
    session.execute(delete(Phase).where(Phase.visit_type_id == row.id))
    session.add_all(
        Phase(clinic_id=row.clinic_id, visit_type_id=row.id, position=position, name=phase.name,
              minutes=phase.minutes, with_patient=phase.patient, needs=dict(phase.needs))
        for position, phase in enumerate(details.phases))


def _wrong(session: Session, details: VisitTypeDetails, by: Viewer) -> Iterator[WrongValue]:
    if not details.name.strip():
        yield WrongValue("name", "Give this kind of visit a name.")
    if not details.public_name.strip():
        yield WrongValue("public_name", "Say what the patient's page calls it: “Visit” is a good word.")
    for word in revealing(details.public_name)[:1]:
        yield WrongValue("public_name", f"“{word}” says too much for a page that others may see. “Visit” is good.")
    grid = session.scalar(select(Clinic.grid_minutes).where(Clinic.id == by.clinic_id)) or 1
    yield from _wrong_phases(details.phases, grid)
    most = dict(session.execute(select(Resource.kind, func.max(Resource.units)).where(
        Resource.clinic_id == by.clinic_id, Resource.active).group_by(Resource.kind)).all())
    for phase in details.phases:
        for kind, units in phase.needs.items():
            if units > most.get(kind, 0):
                yield WrongValue("phases", (
                    f"“{phase.name}” needs {units} of one {kind}, and no {kind} in use has more than "
                    f"{most.get(kind, 0)}. Change the resource or the need."))


def _wrong_phases(phases: Sequence[PhaseValue], grid: int) -> Iterator[WrongValue]:
    if not phases:
        yield WrongValue("phases", "A visit has at least one phase: give it a name and its minutes.")
    if sum(phase.minutes for phase in phases) > DAY_MINUTES:
        yield WrongValue("phases", "A visit lasts a day at most.")
    for phase in phases:
        if not phase.name.strip():
            yield WrongValue("phases", "Every phase has a name.")
        if phase.minutes < 1 or phase.minutes % grid:
            yield WrongValue("phases", f"“{phase.name}”: minutes are a multiple of {grid}, the clinic's grid.")
        if any(units < 1 for units in phase.needs.values()):
            yield WrongValue("phases", f"“{phase.name}”: leave a need empty where there is none.")


def _code(session: Session, name: str, clinic_id: int) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    code = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:36] or "visit"
    taken = set(session.scalars(select(VisitType.code).where(VisitType.clinic_id == clinic_id)))
    return next(each for each in (code, *(f"{code}-{n}" for n in range(2, 1000))) if each not in taken)
