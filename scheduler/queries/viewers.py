"""Who a signed-in staff member is in a clinic."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Clinic, Membership, StaffMember
from scheduler.access import Viewer


@dataclass(frozen=True)
class ViewerClinic:
    """The clinic that a viewer looks at, as every page needs it."""

    id: int
    name: str
    short_name: str
    timezone: str
    telephone: str
    locale: str
    region: str
    is_demo: bool


def clinic_of(session: Session, clinic_id: int) -> ViewerClinic | None:
    """The clinic by its id."""
    row = session.get(Clinic, clinic_id)
    return None if row is None else ViewerClinic(
        row.id, row.name, row.short_name, row.timezone, row.telephone, row.locale, row.region, row.is_demo)


def clinics_of(session: Session, staff_id: int) -> tuple[tuple[int, str], ...]:
    """Every clinic (id, name) in which an active staff member has a role, by name."""
    rows = session.execute(
        select(Clinic.id, Clinic.name).distinct().join(Membership, Membership.clinic_id == Clinic.id)
        .join(StaffMember).where(StaffMember.id == staff_id, StaffMember.active).order_by(Clinic.name))
    return tuple((row.id, row.name) for row in rows)


def viewer_for(session: Session, staff_id: int, clinic_id: int) -> Viewer | None:
    """The viewer that a staff member is in one clinic; None without a role there, or when no longer active."""
    rows = session.execute(
        select(StaffMember.name, StaffMember.initials, Membership.role).join(Membership)
        .where(StaffMember.id == staff_id, StaffMember.active, Membership.clinic_id == clinic_id)).all()
    if not rows:
        return None
    return Viewer(clinic_id=clinic_id, staff_id=staff_id, roles=frozenset(row.role for row in rows),
                  name=rows[0].name, initials=rows[0].initials)
