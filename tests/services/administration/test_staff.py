"""People and their keys: no clinic is left without an administrator, and nobody takes over another clinic's people."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models import Account, Membership, StaffMember
from scheduler.planning.words import Role
from scheduler.services.clinic.edit_staff import StaffDetails, edit_staff, renew_link
from scheduler.services.refusal import NotFound, Refused
from tests.builders import NOW, build_clinic

ADMIN = frozenset({Role.ADMINISTRATOR})


def details(member: StaffMember, **changes) -> StaffDetails:
    values = {"name": member.name, "initials": member.initials, "email": member.email,
              "roles": frozenset({Role.FRONT_DESK}), "active": True}
    return StaffDetails(**{**values, **changes})


@pytest.fixture
def shared(database, kit):
    """A front desk of ours who is also an administrator of another clinic."""
    with database.writing() as session:
        other = build_clinic(session, "Birch Clinic")
        session.add(Membership(staff_id=kit.staff[Role.FRONT_DESK], clinic_id=other.clinic_id,
                               role=Role.ADMINISTRATOR))
    return kit.staff[Role.FRONT_DESK], other


@pytest.mark.parametrize("changes", [
    {"email": "mine@alder.example.com"}, {"name": "Somebody Else"}, {"active": False}])
def test_another_clinic_s_person_is_not_taken_over(database, kit, shared, changes) -> None:
    """Whoever holds the address or a link could sign in as them and administer the other clinic."""
    staff_id, _ = shared
    with database.writing() as session:
        member, by = session.get(StaffMember, staff_id), kit.viewer(Role.ADMINISTRATOR)
        result = edit_staff(session, staff_id, details(member, **changes), by=by, now=NOW)
        assert isinstance(result, Refused) and "another clinic" in result.sentence
        assert isinstance(renew_link(session, staff_id, by=by, now=NOW), Refused)


def test_the_roles_here_may_change_all_the_same(database, kit, shared) -> None:
    staff_id, other = shared
    with database.writing() as session:
        member = session.get(StaffMember, staff_id)
        roles = frozenset({Role.CLINICIAN, Role.THERAPIST})
        assert edit_staff(session, staff_id, details(member, roles=roles),
                          by=kit.viewer(Role.ADMINISTRATOR), now=NOW) == staff_id
        held = session.execute(select(Membership.clinic_id, Membership.role).where(Membership.staff_id == staff_id))
        assert set(held) == {(kit.clinic_id, Role.CLINICIAN), (kit.clinic_id, Role.THERAPIST),
                             (other.clinic_id, Role.ADMINISTRATOR)}


def test_who_administers_both_clinics_may_do_all(database, kit, shared) -> None:
    staff_id, other = shared
    with database.writing() as session:
        session.add(Membership(staff_id=kit.staff[Role.ADMINISTRATOR], clinic_id=other.clinic_id,
                               role=Role.ADMINISTRATOR))
        session.flush()
        assert isinstance(renew_link(session, staff_id, by=kit.viewer(Role.ADMINISTRATOR), now=NOW), Account)


def test_the_last_administrator_stays_one(database, kit) -> None:
    admin = kit.staff[Role.ADMINISTRATOR]
    with database.writing() as session:
        session.add(Membership(staff_id=kit.staff[Role.CLINICIAN], clinic_id=kit.clinic_id, role=Role.ADMINISTRATOR))
        session.flush()
        member = session.get(StaffMember, admin)
        by = kit.viewer(Role.CLINICIAN)
        assert edit_staff(session, admin, details(member), by=by, now=NOW) == admin
        other = session.get(StaffMember, kit.staff[Role.CLINICIAN])
        last = edit_staff(session, other.id, details(other), by=kit.viewer(Role.ADMINISTRATOR), now=NOW)
        assert isinstance(last, Refused) and "last administrator" in last.sentence


def test_a_new_address_ends_every_session_and_another_s_address_is_refused(database, kit) -> None:
    desk = kit.staff[Role.FRONT_DESK]
    with database.writing() as session:
        by, member = kit.viewer(Role.ADMINISTRATOR), session.get(StaffMember, desk)
        edit_staff(session, desk, details(member), by=by, now=NOW)
        account = session.scalars(select(Account).where(Account.staff_id == desk)).one()
        before = account.fs_uniquifier
        taken = edit_staff(session, desk, details(member, email="Clinician@alder.example.com"), by=by, now=NOW)
        assert isinstance(taken, Refused) and "Somebody else has this address" in taken.sentence
        edit_staff(session, desk, details(member, email="new@alder.example.com"), by=by, now=NOW)
        assert account.fs_uniquifier != before and account.email == "new@alder.example.com"


def test_a_stranger_is_not_there(database, kit) -> None:
    with database.writing() as session:
        stranger = session.scalars(select(Membership.staff_id).where(Membership.clinic_id != kit.clinic_id)).first()
        member, by = session.get(StaffMember, stranger), kit.viewer(Role.ADMINISTRATOR)
        assert isinstance(edit_staff(session, stranger, details(member, roles=ADMIN), by=by, now=NOW), NotFound)
        assert isinstance(renew_link(session, stranger, by=by, now=NOW), NotFound)
