"""Which clinic a command is for: the one named, or the only one."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Clinic
from scheduler.commands.setup import CannotRun


def which_clinic(session: Session, name: str | None) -> int:
    """The id of the named clinic, or of the only one there is; raises CannotRun saying which ones there are."""
    found = {name: number for number, name in session.execute(select(Clinic.id, Clinic.name).order_by(Clinic.name))}
    if not found:
        raise CannotRun(
            "There is no clinic yet: add --new-clinic --clinic NAME --timezone … --telephone … to create-user.",
            status=2,
        )
    if name is None and len(found) == 1:
        return next(iter(found.values()))
    if name not in found:
        raise CannotRun(f"Which clinic? Give --clinic with one of: {', '.join(found)}.", status=2)
    return found[name]
