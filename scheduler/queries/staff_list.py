"""Who works in a clinic, with which roles, and whether they can sign in."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Account, Membership, StaffMember
from scheduler.planning.words import Role


@dataclass(frozen=True)
class StaffRow:
    """One staff member as a clinic's administrator sees them; `elsewhere` where they have roles in another clinic."""

    id: int
    name: str = field(repr=False)
    initials: str = field(repr=False)
    email: str = field(repr=False)
    active: bool
    roles: frozenset[Role]
    has_password: bool
    last_sign_in: datetime | None
    elsewhere: bool


def staff_list(session: Session, clinic_id: int, staff_id: int | None = None) -> tuple[StaffRow, ...]:
    """Everybody with a role in the clinic (or that one person), the active first, by name: two queries."""
    here = select(Membership.staff_id).where(Membership.clinic_id == clinic_id)
    rows = session.execute(
        select(StaffMember, Account.password, Account.current_login_at)
        .outerjoin(Account, Account.staff_id == StaffMember.id)
        .where(StaffMember.id.in_(here), *([StaffMember.id == staff_id] if staff_id is not None else []))
        .order_by(StaffMember.active.desc(), StaffMember.name, StaffMember.id)).all()
    roles: dict[int, set[Role]] = defaultdict(set)
    others: set[int] = set()
    for membership in session.scalars(
            select(Membership).where(Membership.staff_id.in_([row.StaffMember.id for row in rows]))):
        if membership.clinic_id == clinic_id:
            roles[membership.staff_id].add(membership.role)
        else:
            others.add(membership.staff_id)
    return tuple(
        StaffRow(one.id, one.name, one.initials, one.email, one.active, frozenset(roles[one.id]),
                 password is not None, last, one.id in others)
        for one, password, last in rows)


def staff_member(session: Session, clinic_id: int, staff_id: int) -> StaffRow | None:
    """One staff member of the clinic; None for anybody else."""
    found = staff_list(session, clinic_id, staff_id)
    return found[0] if found else None
