"""The independent look at the book sees what it is there to see."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import delete, update

from models import Appointment, Claim, Message, Order, Resource
from models.guards import statements
from scheduler.database import Database
from tests.builders import Kit, build_clinic
from tests.faults.whole_book import faults_of, peak_of
from tests.services.series_kit import book, build_course


@pytest.fixture
def unguarded(database: Database) -> Iterator[None]:
    """A database that refuses nothing, until the test is over."""
    _say(database, up=False)
    yield
    _say(database, up=True)


def _say(database: Database, up: bool) -> None:
    with database.writing() as session:
        for statement in statements(database.engine.dialect.name, up=up):
            session.connection().exec_driver_sql(statement)


@pytest.fixture
def kit(database: Database) -> Kit:
    """A small clinic in a database that no process serves."""
    with database.writing() as session:
        return build_clinic(session)


def test_a_booked_series_is_whole(database: Database, kit: Kit) -> None:
    book(database, build_course(database, kit))
    assert faults_of(database) == []
    assert (peak_of(database, kit.resources["rn-1"]), peak_of(database, kit.resources["rn-2"])) == (2, 0)


SPOILED = (
    (update(Resource).where(Resource.name == "rn-1").values(units=1), "has 1 units, 2 are claimed at once"),
    (delete(Claim).where(Claim.patient_id.is_not(None)), "claims {"),
    (update(Appointment).where(Appointment.step == "inf-3").values(step="inf-x"), "for the steps"),
    (update(Appointment).where(Appointment.step == "inf-3").values(status="cancelled"), "for the steps"),
    (update(Order).values(infusions=5), "is for 5 infusions, 6 are booked"),
    (update(Message).values(series_id=None), "has 1 audit entries and messages: False"),
)


@pytest.mark.parametrize(("spoiling", "says"), SPOILED)
def test_what_was_spoiled_is_named(database: Database, kit: Kit, spoiling, says: str) -> None:
    book(database, build_course(database, kit))
    with database.writing() as session:
        session.execute(spoiling, execution_options={"synchronize_session": False})
    assert any(says in fault for fault in faults_of(database)), faults_of(database)


def test_what_the_guards_would_have_refused_is_named(database: Database, kit: Kit, unguarded: None) -> None:
    first = build_course(database, kit)
    second = build_course(database, kit, protocol_id=first.protocol_id, family="Other")
    book(database, first)
    book(database, second, key="key-2", chair="chair-2", nurse="rn-2", therapist="th-2")
    assert faults_of(database) == []
    with database.writing() as session:
        session.execute(update(Claim).where(Claim.patient_id == second.patient_id).values(patient_id=first.patient_id))
        session.execute(update(Claim).where(Claim.resource_id == kit.resources["chair-2"])
                        .values(resource_id=kit.resources["chair-1"]))
    faults = faults_of(database)
    assert f"patient {first.patient_id} is in 2 places at once" in faults
    assert f"resource {kit.resources['chair-1']} has 1 units, 2 are claimed at once" in faults
    assert sum(one.endswith("claims another patient") for one in faults) == 7
