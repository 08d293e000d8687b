"""Who is alerted when a text may speak of crisis, in which order and how, and who could be added."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Clinic, Membership, OnCall, StaffMember
from scheduler.planning.words import Role


@dataclass(frozen=True)
class OnCallRow:
    """One person on the list. `active`: may sign in; who may not is passed over."""

    id: int
    staff_id: int
    name: str = field(repr=False)
    initials: str = field(repr=False)
    email: str = field(repr=False)
    active: bool
    by_email: bool
    telephone: str | None = field(repr=False)
    """E.164, for texts; None: not by text."""


@dataclass(frozen=True)
class OnCallList:
    """The list in the order of alerting. `others`: (id, name) of active staff who are not on it."""

    rows: tuple[OnCallRow, ...]
    others: tuple[tuple[int, str], ...] = field(repr=False)
    administrators: tuple[str, ...] = field(repr=False)
    """Who is alerted by e-mail while nobody on the list is active, by name."""
    minutes: int
    """How long an alert waits before the next person gets one."""
    sends_texts: bool

    @property
    def nobody(self) -> bool:
        """Whether nobody on the list can be alerted, so that administrators are."""
        return not any(row.active for row in self.rows)

    @property
    def unreachable(self) -> bool:
        """Whether somebody is to be alerted by text although the clinic sends none."""
        return not self.sends_texts and any(row.telephone for row in self.rows)


def on_call_list(session: Session, clinic_id: int) -> OnCallList:
    """The clinic's list, in order: three queries."""
    clinic = session.get_one(Clinic, clinic_id)
    rows = tuple(
        OnCallRow(row.id, row.staff_id, member.name, member.initials, member.email, member.active, row.by_email,
                  row.telephone)
        for row, member in session.execute(
            select(OnCall, StaffMember).join(StaffMember, StaffMember.id == OnCall.staff_id)
            .where(OnCall.clinic_id == clinic_id).order_by(OnCall.position, OnCall.id)))
    members = session.execute(
        select(StaffMember.id, StaffMember.name, Membership.role)
        .join(Membership, Membership.staff_id == StaffMember.id)
        .where(Membership.clinic_id == clinic_id, StaffMember.active).order_by(StaffMember.name, StaffMember.id)).all()
    there = {row.staff_id for row in rows}
    return OnCallList(
        rows, tuple(dict.fromkeys((one.id, one.name) for one in members if one.id not in there)),
        tuple(one.name for one in members if one.role == Role.ADMINISTRATOR), clinic.on_call_minutes,
        clinic.text_number is not None)
