"""Give a person roles in a clinic, with an account to sign in; somebody already known keeps theirs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Account, Membership, StaffMember
from scheduler.access import Viewer
from scheduler.planning.words import Role
from scheduler.services import audit
from scheduler.services.clinic.enrol import create_account, end_sessions, password_faults
from scheduler.services.refusal import NotFound, Refused


@dataclass(frozen=True)
class NewStaff:
    """Who gets which roles; without a password the person first opens a link (`enrol.sign_in_token`)."""

    email: str = field(repr=False)
    roles: frozenset[Role]
    name: str = field(default="", repr=False)
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Added:
    """The person's ids; `known` where the account was there before (its password stays as it was)."""

    staff_id: int
    account_id: int
    known: bool


@dataclass(frozen=True)
class BadAddress:
    """The mail address cannot be one."""

    sentence: str = "This is not a mail address. Write it as name@example.com."


@dataclass(frozen=True)
class NameMissing:
    """Nobody with this address is known, so the name is needed."""

    sentence: str = "Nobody with this address is known yet. Give the name too."


@dataclass(frozen=True)
class WeakPassword:
    """The password is not good enough."""

    sentence: str


@dataclass(frozen=True)
class HasThoseRoles:
    """There is nothing to add."""

    sentence: str = "This person already has these roles in this clinic."


def add_staff(session: Session, new: NewStaff, *, by: Viewer, now: datetime) -> Added | Refused:
    """Add the roles in the viewer's clinic, and the person and the account where they are new."""
    try:
        email = validate_email(new.email, check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError:
        return Refused((BadAddress(),))
    member = session.scalar(select(StaffMember).where(StaffMember.email == email))
    if member is None:
        return _add_new(session, new, email, by=by, now=now)
    held = session.scalars(
        select(Membership.role).where(Membership.staff_id == member.id, Membership.clinic_id == by.clinic_id)
    )
    missing = new.roles - set(held)
    account = session.scalar(select(Account).where(Account.staff_id == member.id))
    if account is not None and not missing:
        return Refused((HasThoseRoles(),))
    known = account is not None
    account = account or create_account(session, member)
    _give(session, member, missing, by=by, now=now)
    return Added(member.id, account.id, known)


def void_password(session: Session, email: str, *, by: Viewer, now: datetime) -> Account | NotFound:
    """End a member's sessions and password in the viewer's clinic, so that a link can set a new one."""
    account = session.scalar(
        select(Account)
        .join(Membership, Membership.staff_id == Account.staff_id)
        .where(Account.email == email.strip().lower(), Membership.clinic_id == by.clinic_id)
        .limit(1)
    )
    if account is None:
        return NotFound("account")
    if account.password is not None:
        account.password = None
        audit.record(session, by=by, verb="void password", subject="staff", subject_id=account.staff_id, now=now)
    end_sessions(account)
    return account


def _add_new(session: Session, new: NewStaff, email: str, *, by: Viewer, now: datetime) -> Added | Refused:
    name = " ".join(new.name.split())
    if not name:
        return Refused((NameMissing(),))
    faults = password_faults(new.password, email) if new.password is not None else []
    if faults:
        return Refused(tuple(WeakPassword(fault) for fault in faults))
    member = StaffMember(name=name, initials=_initials(name), email=email)
    session.add(member)
    session.flush()
    account = create_account(session, member, new.password)
    _give(session, member, new.roles, by=by, now=now)
    return Added(member.id, account.id, known=False)


def _give(session: Session, member: StaffMember, roles: frozenset[Role], *, by: Viewer, now: datetime) -> None:
    for role in sorted(roles):
        session.add(Membership(staff_id=member.id, clinic_id=by.clinic_id, role=role))
    audit.record(
        session, by=by, verb="add", subject="staff", subject_id=member.id, now=now, detail={"roles": sorted(roles)}
    )


def _initials(name: str) -> str:
    words = name.split()
    return "".join(word[0] for word in (words if len(words) < 3 else (words[0], words[-1]))).upper()
