"""Who works in two clinics looks at one of them at a time."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from models import Membership
from scheduler.planning.words import Role
from tests.builders import build_clinic


@pytest.fixture
def birch(database, kit):
    """A second clinic in which the front desk of the first is a therapist."""
    with database.writing() as session:
        other = build_clinic(session, "Birch Clinic")
        session.add(Membership(staff_id=kit.staff[Role.FRONT_DESK], clinic_id=other.clinic_id, role=Role.THERAPIST))
    return other


def test_one_goes_over_and_back_with_the_roles_of_each(client_for, kit, birch) -> None:
    client = client_for(Role.FRONT_DESK)
    here = client.get("/password").text
    assert "To Birch Clinic" in here and "front desk" in here
    assert client.post("/clinic", data={"clinic_id": birch.clinic_id}).status_code == 302
    there = client.get("/password").text
    assert "To Alder Clinic" in there and "therapist" in there and "front desk" not in there
    assert client.get("/patients/new").status_code == 403, "a therapist adds no patients"


def test_a_clinic_that_is_not_one_s_own_is_not_there(client_for, kit, birch) -> None:
    client = client_for(Role.CLINICIAN)
    assert client.post("/clinic", data={"clinic_id": birch.clinic_id}).status_code == 404
    assert client.post("/clinic", data={"clinic_id": "x"}).status_code == 404
    assert "Birch" not in client.get("/password").text


def test_who_has_no_role_any_more_is_outside(client_for, database, kit) -> None:
    client = client_for(Role.FRONT_DESK)
    with database.writing() as session:
        session.execute(text("delete from membership where staff_id = :id"), {"id": kit.staff[Role.FRONT_DESK]})
    assert client.get("/password").location.startswith("/sign-in")
    assert client.get("/sign-in").status_code == 200, "and does not run in circles"


def test_no_page_leaves_a_transaction_open(client_for, database) -> None:
    client = client_for(Role.FRONT_DESK)
    client.get("/password")
    client.post("/password", data={"password": "x"})
    if database.engine.dialect.name == "postgresql":
        with database.reading() as session:
            waiting = session.scalar(text(
                "select count(*) from pg_stat_activity where state = 'idle in transaction' "
                "and datname = current_database()"))
        assert waiting == 0
    assert database.engine.pool.checkedout() == 0
