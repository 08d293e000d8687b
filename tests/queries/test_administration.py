"""The administrator's lists cost the same queries for one row and for many, and show no other clinic's rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import event

from models import Membership, ProtocolVersion, Resource, ResourceHours, StaffMember, TimeOff
from scheduler.planning.protocols import ProtocolSettings
from scheduler.planning.words import Role
from scheduler.queries.audit_trail import TrailFilter, audit_trail
from scheduler.queries.hit_visits import hit_visits
from scheduler.queries.protocol_list import protocol_list
from scheduler.queries.resource_list import closures, resource_list, time_off
from scheduler.queries.staff_list import staff_list
from scheduler.services.clinic.adopt_protocol import Adoption, adopt_protocol
from scheduler.services.clinic.opening import NewClosure, close_days
from tests.builders import NOW
from tests.services.administration.book import MONDAY, book

LISTS = {
    "staff": lambda session, clinic: staff_list(session, clinic),
    "resources": lambda session, clinic: resource_list(session, clinic),
    "protocols": lambda session, clinic: protocol_list(session, clinic),
    "closures": lambda session, clinic: closures(session, clinic, since=date(2027, 1, 1)),
    "time off": lambda session, clinic: time_off(session, clinic, since=datetime(2027, 1, 1)),
    "hit visits": lambda session, clinic: hit_visits(session, clinic, now=NOW),
    "audit trail": lambda session, clinic: audit_trail(session, clinic, TrailFilter()).rows,
}


@contextmanager
def counted(database) -> Iterator[list[str]]:
    """Every statement that is sent meanwhile."""
    sent: list[str] = []

    def note(connection, cursor, statement, *rest) -> None:
        sent.append(statement)
    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def fill(session, kit, number: int) -> None:
    """One more of everything; the visit is hit by the closure of its day."""
    day = MONDAY + timedelta(days=7 * number)
    admin = kit.viewer(Role.ADMINISTRATOR)
    member = StaffMember(name=f"Person {number}", initials="P", email=f"person{number}@alder.example.com")
    chair = Resource(clinic_id=kit.clinic_id, kind="chair", name=f"more-{number}", own_hours=True)
    session.add_all([member, chair])
    session.flush()
    session.add_all([
        Membership(staff_id=member.id, clinic_id=kit.clinic_id, role=Role.THERAPIST),
        ResourceHours(clinic_id=kit.clinic_id, resource_id=chair.id, weekday=0, opens=day.time(), closes=day.time()),
        TimeOff(clinic_id=kit.clinic_id, resource_id=chair.id, starts_at=day, ends_at=day + timedelta(hours=1))])
    adopt_protocol(session, Adoption("murrough_2013", f"Protocol {number}", ProtocolSettings()), by=admin, now=NOW)
    book(session, kit, day)
    close_days(session, NewClosure(day.date(), day.date()), by=admin, now=NOW, go_on=True)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_the_same_for_one_row_and_for_many(database, kit, name) -> None:
    costs, lengths = [], []
    for numbers in (range(1), range(1, 12)):
        with database.writing() as session:
            for number in numbers:
                fill(session, kit, number)
        with database.reading() as session, counted(database) as sent:
            lengths.append(len(LISTS[name](session, kit.clinic_id)))
        costs.append(len(sent))
    assert costs[0] == costs[1] and lengths[1] > lengths[0]


def test_the_newest_version_is_the_one_that_is_shown(database, kit) -> None:
    admin = kit.viewer(Role.ADMINISTRATOR)
    with database.writing() as session:
        number = adopt_protocol(session, Adoption("murrough_2013", "Ours", ProtocolSettings()), by=admin, now=NOW)
        for days in (1, 1, 2):
            adopt_protocol(session, Adoption("murrough_2013", "Ours", ProtocolSettings(plus_days=days)),
                           protocol_id=number, by=admin, now=NOW)
        (row,) = protocol_list(session, kit.clinic_id)
        assert (row.version, row.adopted.settings.plus_days) == (3, 2), "the same decision twice is one version"
        assert session.query(ProtocolVersion).filter_by(protocol_id=number).count() == 3
        assert "Set how many days early" in row.missing[0].sentence
