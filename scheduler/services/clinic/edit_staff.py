"""Change who somebody is here and what they may do; give them a link; let nobody lock the clinic's door behind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from models import Account, Clinic, Membership, StaffMember
from scheduler.access import Viewer
from scheduler.planning.words import Role
from scheduler.services.audit import record
from scheduler.services.clinic.enrol import create_account, end_sessions
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.wrong_value import WrongValue

ELSEWHERE = ("This person also works in another clinic, where you are no administrator. Ask an administrator there, or "
             "take away the roles here.")


@dataclass(frozen=True)
class StaffDetails:
    """Who somebody is, their roles in the viewer's clinic, and whether they may sign in at all."""

    name: str = field(repr=False)
    initials: str = field(repr=False)
    email: str = field(repr=False)
    roles: frozenset[Role]
    active: bool = True


def edit_staff(session: Session, staff_id: int, details: StaffDetails, *, by: Viewer,
               now: datetime) -> int | Refused | NotFound:
    """Change a staff member of the viewer's clinic; a new address, or being no longer active, ends their sessions."""
    session.scalars(select(Clinic.id).where(Clinic.id == by.clinic_id).with_for_update()).one()
    member = _ours(session, staff_id, by)
    if member is None:
        return NotFound("staff member")
    account = session.scalar(select(Account).where(Account.staff_id == staff_id)) or create_account(session, member)
    wrong = tuple(_wrong(session, member, details, by))
    if wrong:
        return Refused(wrong)
    email = details.email.strip().lower()
    left = email != member.email or (member.active and not details.active)
    member.name, member.initials, member.email, member.active = details.name, details.initials, email, details.active
    account.email, account.active = email, details.active
    if left:
        end_sessions(account)
    session.execute(delete(Membership).where(Membership.staff_id == staff_id, Membership.clinic_id == by.clinic_id))
    session.add_all(Membership(staff_id=staff_id, clinic_id=by.clinic_id, role=role) for role in sorted(details.roles))
    record(session, by=by, verb="change", subject="staff", subject_id=staff_id, now=now,
           detail={"roles": sorted(details.roles), "active": details.active})
    return staff_id


def renew_link(session: Session, staff_id: int, *, by: Viewer, now: datetime) -> Account | Refused | NotFound:
    """Void every session and earlier link of a staff member; `sign_in_token` then makes the one link that counts."""
    member = _ours(session, staff_id, by)
    if member is None:
        return NotFound("staff member")
    if not member.active:
        return Refused((WrongValue("active", "Make this person active first: nobody else can sign in."),))
    if not may_be_taken_over(session, staff_id, by):
        return Refused((WrongValue("email", ELSEWHERE),))
    account = session.scalar(select(Account).where(Account.staff_id == staff_id)) or create_account(session, member)
    end_sessions(account)
    record(session, by=by, verb="make sign-in link", subject="staff", subject_id=staff_id, now=now)
    return account


def may_be_taken_over(session: Session, staff_id: int, by: Viewer) -> bool:
    """Whether the viewer administers every clinic of a staff member: an address or a link is a key to all of them."""
    administered = select(Membership.clinic_id).where(
        Membership.staff_id == by.staff_id, Membership.role == Role.ADMINISTRATOR)
    return session.scalar(select(Membership.id).where(
        Membership.staff_id == staff_id, Membership.clinic_id != by.clinic_id,
        Membership.clinic_id.not_in(administered)).limit(1)) is None


def _ours(session: Session, staff_id: int, by: Viewer) -> StaffMember | None:
    here = select(Membership.staff_id).where(Membership.clinic_id == by.clinic_id)
    return session.scalar(select(StaffMember).where(StaffMember.id == staff_id, StaffMember.id.in_(here)))


def _wrong(session: Session, member: StaffMember, details: StaffDetails, by: Viewer) -> Iterator[WrongValue]:
    if not details.name.strip():
        yield WrongValue("name", "Give the name.")
    if not 1 <= len(details.initials.strip()) <= 8:
        yield WrongValue("initials", "Give initials of one to eight letters.")
    yield from _wrong_email(session, member, details.email.strip().lower())
    person = (details.name, details.email.strip().lower(), details.active) != (member.name, member.email, member.active)
    if person and not may_be_taken_over(session, member.id, by):
        yield WrongValue("email", ELSEWHERE)
    if not details.roles:
        yield WrongValue("roles", "Give at least one role; who no longer works here is made inactive.")
    if member.id == by.staff_id and (not details.active or Role.ADMINISTRATOR not in details.roles):
        yield WrongValue("roles", "You cannot take your own keys away: ask another administrator.")
    elif (not details.active or Role.ADMINISTRATOR not in details.roles) and not _other_administrators(
            session, member.id, by.clinic_id):
        yield WrongValue("roles", "This is the clinic's last administrator. Make somebody else one first.")


def _wrong_email(session: Session, member: StaffMember, email: str) -> Iterator[WrongValue]:
    try:
        validate_email(email, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        yield WrongValue("email", "This is not a mail address. Write it as name@example.com.")
        return
    if session.scalar(select(StaffMember.id).where(StaffMember.email == email, StaffMember.id != member.id)):
        yield WrongValue("email", "Somebody else has this address already.")


def _other_administrators(session: Session, staff_id: int, clinic_id: int) -> int:
    return session.scalar(
        select(func.count()).select_from(Membership).join(StaffMember).where(
            Membership.clinic_id == clinic_id, Membership.role == Role.ADMINISTRATOR, StaffMember.active,
            StaffMember.id != staff_id)) or 0
