"""Adding staff and opening a clinic: roles, one account a person, and what is written down about it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from models import Account, AuditEntry, Clinic, Membership, StaffMember
from scheduler.access import Viewer
from scheduler.planning.words import Role
from scheduler.services.clinic.add_staff import Added, NewStaff, add_staff, void_password
from scheduler.services.clinic.open_clinic import NewClinic, open_clinic
from scheduler.services.refusal import NotFound, Refused

NOW = datetime(2026, 11, 30, 17, tzinfo=UTC)
GOOD = "three words with care"


def _new(**changes) -> NewStaff:
    values = {"email": "Kim@Example.com", "name": "Kim  Okafor Lee", "roles": frozenset({Role.CLINICIAN})}
    return NewStaff(**{**values, **changes})


def _roles(session, staff_id: int, clinic_id: int) -> set[Role]:
    return set(
        session.scalars(
            select(Membership.role).where(Membership.staff_id == staff_id, Membership.clinic_id == clinic_id)
        )
    )


def test_somebody_new_gets_a_person_an_account_and_the_roles(database, kit):
    by = Viewer(clinic_id=kit.clinic_id, actor="command line")
    with database.writing() as session:
        added = add_staff(session, _new(password=GOOD), by=by, now=NOW)
    assert isinstance(added, Added) and not added.known
    with database.reading() as session:
        member = session.get(StaffMember, added.staff_id)
        assert (member.name, member.initials, member.email) == ("Kim Okafor Lee", "KL", "kim@example.com")
        assert session.get(Account, added.account_id).password.startswith("$argon2id$")
        assert _roles(session, added.staff_id, kit.clinic_id) == {Role.CLINICIAN}
        entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "add")).one()
        assert (entry.actor, entry.subject_id, entry.detail) == ("command line", member.id, {"roles": ["clinician"]})


def test_somebody_known_gets_only_what_is_missing_and_keeps_the_password(database, kit):
    by = Viewer(clinic_id=kit.clinic_id)
    with database.writing() as session:
        first = add_staff(session, _new(password=GOOD), by=by, now=NOW)
        kept = session.get(Account, first.account_id).password
        both = frozenset({Role.CLINICIAN, Role.ADMINISTRATOR})
        second = add_staff(session, _new(roles=both, name="", password=None), by=by, now=NOW)
        assert second == Added(first.staff_id, first.account_id, known=True)
        assert session.get(Account, first.account_id).password == kept
        assert _roles(session, first.staff_id, kit.clinic_id) == both
        again = add_staff(session, _new(), by=by, now=NOW)
    assert again.sentence == "This person already has these roles in this clinic."


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"email": "kim at example"}, "This is not a mail address. Write it as name@example.com."),
        ({"name": "  "}, "Nobody with this address is known yet. Give the name too."),
        ({"password": "short"}, "Take at least 12 characters: three or four words are easy to remember."),
    ],
)
def test_a_refusal_says_what_to_do_and_writes_nothing(database, kit, changes, sentence):
    with database.writing() as session:
        before = len(session.scalars(select(StaffMember.id)).all())
        refused = add_staff(session, _new(**changes), by=Viewer(clinic_id=kit.clinic_id), now=NOW)
        assert isinstance(refused, Refused) and refused.sentence == sentence
        assert len(session.scalars(select(StaffMember.id)).all()) == before


def test_a_password_is_voided_for_members_of_the_clinic_alone(database, kit):
    with database.writing() as session:
        added = add_staff(session, _new(password=GOOD), by=Viewer(clinic_id=kit.clinic_id), now=NOW)
        before = session.get(Account, added.account_id).fs_uniquifier
        other = session.scalars(select(Clinic.id).where(Clinic.id != kit.clinic_id)).first()
        assert void_password(session, "kim@example.com", by=Viewer(clinic_id=other), now=NOW) == NotFound("account")
        account = void_password(session, " KIM@example.com", by=Viewer(clinic_id=kit.clinic_id), now=NOW)
        assert (account.password, account.fs_uniquifier == before) == (None, False)


def test_a_clinic_is_opened_with_what_it_cannot_be_without(database):
    with database.writing() as session:
        clinic_id = open_clinic(session, NewClinic("River House", "America/New_York", "(301) 555-0100"), now=NOW)
        clinic = session.get(Clinic, clinic_id)
        assert (clinic.short_name, clinic.timezone, clinic.is_demo) == ("River House", "America/New_York", False)
        refused = open_clinic(session, NewClinic("River House", "Mars/Olympus", "none"), now=NOW)
    assert [type(conflict).__name__ for conflict in refused.conflicts] == [
        "NameTaken", "UnknownTimeZone", "BadTelephone",
    ]  # fmt: skip
